// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values of a mailbox host's rows; the layout stands in mailbox_table.h. Private to it.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/mailbox/box_rows.h"

#include <optional>

namespace kith::store::mailbox_row {

// First bytes of the keys. Part of the disk format.
inline constexpr std::uint8_t lease_rows = 0x01;
inline constexpr std::uint8_t capability_rows = 0x02;
inline constexpr std::uint8_t publication_rows = 0x03;
inline constexpr std::uint8_t prekey_rows = 0x04;
inline constexpr std::uint8_t work_rows = 0x05;

inline constexpr std::uint8_t due_envelopes = 0x01;
inline constexpr std::uint8_t due_tombstones = 0x02;
inline constexpr std::uint8_t due_strangers = 0x03;  // when they go stands in due_envelopes
inline constexpr std::uint8_t due_work = 0x04;

Bytes lease_key(const crypto::LeaseId& lease);
Bytes capability_key(const crypto::LeaseId& lease, const crypto::DepositKey& key);
Bytes publication_key(const crypto::LeaseId& lease);
Bytes prekey_key(const crypto::LeaseId& lease, std::uint8_t device, std::uint64_t number);
Bytes work_key(const crypto::LeaseId& lease, const mailbox::WorkId& work);
Bytes item_key(const crypto::LeaseId& lease, std::uint64_t seq);
Bytes index_key(const crypto::LeaseId& lease, const mailbox::EnvelopeTag& tag);

Bytes due_key(const mailbox::EnvelopeRow& held);
Bytes tombstone_key(const mailbox::EnvelopeRow& tombstone);
Bytes stranger_key(const mailbox::EnvelopeRow& held);
Bytes work_due_key(const mailbox::WorkRow& row);

/// A key of due_envelopes, taken apart. nullopt: not one.
struct Due {
    Timestamp when{};
    mailbox::CountedEnvelope counted;
    mailbox::EnvelopeTag tag;
};

std::optional<Due> read_due(ByteView key);

/// A key of due_tombstones or due_work, taken apart: time, lease, tag or work.
struct DueName {
    Timestamp when{};
    crypto::LeaseId lease;
    ByteView name;  ///< 16 bytes, into the key
};

std::optional<DueName> read_due_name(ByteView key);

Bytes encode(const mailbox::EnvelopeRow& row);
Bytes encode(const mailbox::LeaseRow& row);
Bytes encode(const mailbox::CapabilityRow& row);
Bytes encode(const mailbox::PublicationRow& row);
Bytes encode(const mailbox::WorkRow& row);

// Corrupt: not what this program wrote.
Result<mailbox::EnvelopeRow> decode_envelope(const crypto::LeaseId& lease, ByteView value);
Result<mailbox::LeaseRow> decode_lease(ByteView value);
Result<mailbox::CapabilityRow> decode_capability(ByteView value);
Result<mailbox::PublicationRow> decode_publication(ByteView value);
Result<mailbox::WorkRow> decode_work(ByteView value);

}  // namespace kith::store::mailbox_row
