// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a mailbox host in memory. Checks what the store cannot: that a change fits what is
// there, for instance that nothing is buried that is not held.
#pragma once

#include "core/mailbox/box_rows.h"

#include <map>

namespace kith::test {

class MemoryBoxRows final : public mailbox::BoxRows {
  public:
    MemoryBoxRows() = default;

    /// Everything, to compare or to go back to.
    struct Rows {
        std::map<crypto::LeaseId, mailbox::LeaseRow> leases;
        std::map<std::pair<crypto::LeaseId, crypto::DepositKey>, mailbox::CapabilityRow>
            capabilities;
        std::map<crypto::LeaseId, mailbox::PublicationRow> publications;
        std::map<std::tuple<crypto::LeaseId, std::uint8_t, std::uint64_t>, Bytes> prekeys;
        std::map<std::pair<crypto::LeaseId, mailbox::WorkId>, mailbox::WorkRow> work;
        std::map<std::pair<crypto::LeaseId, mailbox::EnvelopeTag>, mailbox::EnvelopeRow> index;
        std::map<std::pair<crypto::LeaseId, std::uint64_t>, Bytes> items;

        friend bool operator==(const Rows&, const Rows&) = default;
    };

    void apply(const mailbox::HostChanges& changes);

    /// Shows every batch that is applied from now on.
    void watch(std::function<void(const mailbox::HostChanges&)> watcher) {
        watcher_ = std::move(watcher);
    }

    const Rows& rows() const { return rows_; }

    void restore(Rows rows) { rows_ = std::move(rows); }

    /// Every read fails with Corrupt from now on, or no longer.
    void break_reads(bool broken) { broken_ = broken; }

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
    std::vector<mailbox::EnvelopeRow> due(bool held, Timestamp now, std::size_t limit) const;

    Rows rows_;
    bool broken_ = false;
    std::function<void(const mailbox::HostChanges&)> watcher_;
};

}  // namespace kith::test
