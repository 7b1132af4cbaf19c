// SPDX-License-Identifier: GPL-3.0-or-later
// What a depositor keeps: where its contacts want their mail, and the copies it has left there.
//
//   Table::MailboxCopy  0x01 || index(account)                     the newest announcement
//                       0x02 || index(device) || msg_id 16         copies of a message
//                       0x03 || index(device) || msg_id 16         the sealed envelope, to repeat
//                       0x04 || index(device) || u64 n || box 16 || eh[:8]
//                                                                  a receipt, to name in `dep` and
//                                                                  to show when asked
//                       0x05 || index(device)                      its envelope key
//
// Specification: docs/spec/mailbox.md#depositor.
#pragma once

#include "core/base/time.h"
#include "core/mailbox/announcement.h"
#include "core/mailbox/copies.h"
#include "core/mailbox/deposit_note.h"
#include "core/store/store.h"

#include <functional>
#include <optional>
#include <vector>

namespace kith::store {

/// Where a contact wants its mail.
struct HeldAnnouncement {
    crypto::AccountKey account;
    mailbox::Announcement announcement;
    /// Since when this deposit key is the one to use; the clock's epoch: it is the first.
    Timestamp key_since{};
};

/// Copies of one message for one device of its recipient.
struct CopiesRow {
    crypto::DeviceId device;
    crypto::MessageId message;
    mailbox::Copies copies;
    Timestamp first_stored{};    ///< the clock's epoch: never
    std::uint32_t sealings = 1;  ///< how often it was sealed
    std::uint64_t deposit = 0;   ///< NotedCopy::deposit of the present sealing

    friend bool operator==(const CopiesRow&, const CopiesRow&) = default;
};

/// With which key to seal for a device: the record it told us, body || sig.
struct HeldEnvelopeKey {
    crypto::AccountKey account;
    crypto::DeviceId device;
    Bytes record;

    friend bool operator==(const HeldEnvelopeKey&, const HeldEnvelopeKey&) = default;
};

class MailboxCopyTable {
  public:
    explicit MailboxCopyTable(const Store& store) : store_(store) {}

    Result<std::optional<HeldAnnouncement>> announcement(const crypto::AccountKey& account) const;
    Result<std::vector<HeldAnnouncement>> announcements() const;
    void put(Changes& changes, const HeldAnnouncement& held) const;
    void erase_announcement(Changes& changes, const crypto::AccountKey& account) const;

    Result<std::optional<CopiesRow>> copies(const crypto::DeviceId& device,
                                            const crypto::MessageId& message) const;
    /// All messages that have copies; at start, to plan checks.
    Result<> copies(const std::function<void(const CopiesRow&)>& visit) const;
    void put(Changes& changes, const CopiesRow& row) const;
    /// With the envelope: the end-to-end receipt came, or the sender gave up.
    void erase_copies(Changes& changes,
                      const crypto::DeviceId& device,
                      const crypto::MessageId& message) const;

    Result<std::optional<Bytes>> envelope(const crypto::DeviceId& device,
                                          const crypto::MessageId& message) const;
    void put_envelope(Changes& changes,
                      const crypto::DeviceId& device,
                      const crypto::MessageId& message,
                      ByteView envelope) const;

    /// Receipts of the last deposits for a device, newest first; at most `limit`.
    Result<std::vector<mailbox::NotedCopy>> noted(const crypto::DeviceId& device,
                                                  std::size_t limit) const;
    /// The receipt that an entry of a note stands for.
    Result<std::optional<mailbox::NotedCopy>> noted(const crypto::DeviceId& device,
                                                    const mailbox::NoteEntry& entry) const;
    void put_noted(Changes& changes,
                   const crypto::DeviceId& device,
                   const mailbox::NotedCopy& copy) const;
    /// Keeps the newest `keep` receipts of a device.
    Result<> trim_noted(Changes& changes, const crypto::DeviceId& device, std::size_t keep) const;
    /// The number for the next deposit to a device.
    Result<std::uint64_t> next_deposit(const crypto::DeviceId& device) const;

    Result<std::vector<HeldEnvelopeKey>> envelope_keys() const;
    void put_envelope_key(Changes& changes, const HeldEnvelopeKey& held) const;

  private:
    Bytes key(std::uint8_t kind, ByteView id) const;
    Bytes message_key(std::uint8_t kind,
                      const crypto::DeviceId& device,
                      const crypto::MessageId& message) const;
    Result<> walk_noted(
        const crypto::DeviceId& device,
        const std::function<bool(ByteView row_key, const mailbox::NotedCopy&)>& visit) const;

    const Store& store_;
};

/// Receipts that are kept for a device, about 200 bytes each: those of 512 messages at three hosts.
/// They are asked for when the reader comes back, and all that was left meanwhile came after.
inline constexpr std::size_t noted_kept = 1536;
/// After how many deposits those beyond are forgotten: each time all are read.
inline constexpr std::uint64_t noted_trimmed_every = 256;

}  // namespace kith::store
