// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a mailbox host: what it keeps for others.
//
//   Table::Mailbox       0x01 || lease 16                         the lease
//                        0x02 || lease 16 || D 32                 a capability
//                        0x03 || lease 16                         beacons and bundle
//                        0x04 || lease 16 || u8 device || u64 n   a one-time prekey
//                        0x05 || lease 16 || work 16              a proof of work and its uses
//   Table::MailboxItem   lease 16 || u64 seq                      the envelope, as it came
//   Table::MailboxIndex  lease 16 || eh[:16]                      held or remembered, without bytes
//   Table::MailboxDue    0x01 || u64 exp || lease 16 || u64 seq || D[:8] || u8 size || eh[:16]
//                        0x02 || u64 until || lease 16 || eh[:16]      a tombstone's end
//                        0x03 || lease 16 || u64 seq || eh[:16]        a stranger's envelope
//                        0x04 || u64 until || lease 16 || work 16      a proof's end
//
// The keys of MailboxDue say everything the quotas count, so that a start reads a million of them
// and opens none. Lease ids are hashes of keys made for one host; nothing here names an account.
// Specification: docs/spec/mailbox.md#rows.
#pragma once

#include "core/mailbox/box_rows.h"
#include "core/store/store.h"

namespace kith::store {

class MailboxTable final : public mailbox::BoxRows {
  public:
    explicit MailboxTable(const Store& store) : store_(store) {}

    /// Adds the changes of one answer, which stand or fall together.
    void put(Changes& changes, const mailbox::HostChanges& host_changes) const;

    Result<> leases(const std::function<void(const mailbox::LeaseRow&)>& visit) const override;
    Result<> capabilities(
        const std::function<void(const mailbox::CapabilityRow&)>& visit) const override;
    Result<> publications(
        const std::function<void(const mailbox::PublicationRow&)>& visit) const override;
    Result<> count(
        const std::function<void(const mailbox::CountedEnvelope&)>& visit) const override;
    Result<std::optional<mailbox::EnvelopeRow>> find(
        const crypto::LeaseId& lease, const mailbox::EnvelopeTag& tag) const override;
    Result<> after(
        const crypto::LeaseId& lease,
        std::uint64_t cursor,
        const std::function<bool(std::uint64_t seq, ByteView envelope)>& visit) const override;
    Result<std::optional<Bytes>> envelope(const crypto::LeaseId& lease,
                                          std::uint64_t seq) const override;
    Result<std::vector<mailbox::EnvelopeRow>> strangers(
        const crypto::LeaseId& lease) const override;
    Result<std::optional<mailbox::WorkRow>> work(const crypto::LeaseId& lease,
                                                 const mailbox::WorkId& work) const override;
    Result<std::optional<mailbox::PublicationRow>> publication(
        const crypto::LeaseId& lease) const override;
    Result<std::vector<mailbox::PrekeyRow>> prekeys(const crypto::LeaseId& lease,
                                                    std::size_t limit) const override;
    Result<std::vector<mailbox::EnvelopeRow>> expired(Timestamp now,
                                                      std::size_t limit) const override;
    Result<std::vector<mailbox::EnvelopeRow>> forgettable(Timestamp now,
                                                          std::size_t limit) const override;
    Result<std::vector<mailbox::WorkRow>> void_work(Timestamp now,
                                                    std::size_t limit) const override;

  private:
    Result<std::vector<mailbox::EnvelopeRow>> due(std::uint8_t kind,
                                                  Timestamp now,
                                                  std::size_t limit) const;

    const Store& store_;
};

}  // namespace kith::store
