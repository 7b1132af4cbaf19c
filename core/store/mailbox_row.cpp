// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mailbox_row.h"

#include "core/base/limits.h"
#include "core/wire/deposit_frames.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::store::mailbox_row {

namespace {

constexpr std::size_t small_row = 1024;
constexpr std::size_t publication_max = std::size_t{64} << 10;
constexpr std::size_t stored_beacons = 16;

constexpr std::uint8_t stranger_flag = 0x80;
constexpr std::size_t due_size = 1 + 8 + 16 + 8 + 8 + 1 + 16;
constexpr std::size_t due_name_size = 1 + 8 + 16 + 16;

Bytes key_of(std::uint8_t kind, const crypto::LeaseId& lease) {
    return concat(Bytes{kind}, lease);
}

Bytes timed_key(std::uint8_t kind, Timestamp when, const crypto::LeaseId& lease) {
    Bytes key{kind};
    append_be<std::uint64_t>(key, unix_seconds(when));
    append(key, lease);
    return key;
}

std::uint8_t size_byte(const mailbox::EnvelopeRow& row) {
    const auto at = std::ranges::find(wire::envelope_sizes, row.size);
    const auto bucket = static_cast<std::uint8_t>(at - wire::envelope_sizes.begin());
    return row.depositor ? bucket : static_cast<std::uint8_t>(bucket | stranger_flag);
}

Timestamp read_time(wire::Reader& in) {
    return from_unix_seconds(in.u64());
}

template <class Row>
Result<Row> whole(wire::Reader& in, Row row) {
    if (!in.finish()) return fail(Code::Corrupt, "a row of a mailbox cannot be read");
    return row;
}

}  // namespace

// --- Keys ---------------------------------------------------------------------------------------

Bytes lease_key(const crypto::LeaseId& lease) {
    return key_of(lease_rows, lease);
}

Bytes capability_key(const crypto::LeaseId& lease, const crypto::DepositKey& key) {
    return concat(key_of(capability_rows, lease), key);
}

Bytes publication_key(const crypto::LeaseId& lease) {
    return key_of(publication_rows, lease);
}

Bytes prekey_key(const crypto::LeaseId& lease, std::uint8_t device, std::uint64_t number) {
    return concat(key_of(prekey_rows, lease), Bytes{device}, be_bytes<std::uint64_t>(number));
}

Bytes work_key(const crypto::LeaseId& lease, const mailbox::WorkId& work) {
    return concat(key_of(work_rows, lease), work);
}

Bytes item_key(const crypto::LeaseId& lease, std::uint64_t seq) {
    return concat(lease, be_bytes<std::uint64_t>(seq));
}

Bytes index_key(const crypto::LeaseId& lease, const mailbox::EnvelopeTag& tag) {
    return concat(lease, tag);
}

Bytes due_key(const mailbox::EnvelopeRow& held) {
    Bytes key = timed_key(due_envelopes, held.expires, held.lease);
    append_be<std::uint64_t>(key, held.seq);
    append_be<std::uint64_t>(key, held.mark().value_or(0));
    key.push_back(size_byte(held));
    append(key, mailbox::tag_of(held.hash));
    return key;
}

Bytes tombstone_key(const mailbox::EnvelopeRow& tombstone) {
    return concat(timed_key(due_tombstones, tombstone.expires, tombstone.lease),
                  mailbox::tag_of(tombstone.hash));
}

Bytes stranger_key(const mailbox::EnvelopeRow& held) {
    return concat(key_of(due_strangers, held.lease),
                  be_bytes<std::uint64_t>(held.seq),
                  mailbox::tag_of(held.hash));
}

Bytes work_due_key(const mailbox::WorkRow& row) {
    return concat(timed_key(due_work, row.until, row.lease), row.work);
}

std::optional<Due> read_due(ByteView key) {
    if (key.size() != due_size || (key[41] & 0x7f) >= wire::envelope_sizes.size())
        return std::nullopt;
    Due out;
    out.when = from_unix_seconds(read_be<std::uint64_t>(key.subspan(1)));
    out.counted.lease = crypto::LeaseId::copy_of(key.subspan(9));
    out.counted.seq = read_be<std::uint64_t>(key.subspan(25));
    if ((key[41] & stranger_flag) == 0) out.counted.from = read_be<std::uint64_t>(key.subspan(33));
    out.counted.size = static_cast<std::uint32_t>(wire::envelope_sizes[key[41] & 0x7f]);
    out.tag = mailbox::EnvelopeTag::copy_of(key.subspan(42));
    return out;
}

std::optional<DueName> read_due_name(ByteView key) {
    if (key.size() != due_name_size) return std::nullopt;
    return DueName{from_unix_seconds(read_be<std::uint64_t>(key.subspan(1))),
                   crypto::LeaseId::copy_of(key.subspan(9)),
                   key.subspan(25)};
}

// --- Values -------------------------------------------------------------------------------------

Bytes encode(const mailbox::EnvelopeRow& row) {
    Bytes value;
    wire::Writer out(value);
    out.array(row.again.empty() ? 9 : 10)
        .bin(row.hash)
        .uint(static_cast<std::uint8_t>(row.fate))
        .uint(row.seq);
    out.uint(row.size).uint(unix_seconds(row.stored_at)).uint(unix_seconds(row.expires));
    if (row.depositor) {
        out.bin(*row.depositor);
    } else {
        out.nil();
    }
    out.uint(row.rank).bin(row.work);
    if (row.again.empty()) return value;
    out.array(row.again.size());
    for (const crypto::DepositKey& key : row.again)
        out.bin(key);
    return value;
}

Result<mailbox::EnvelopeRow> decode_envelope(const crypto::LeaseId& lease, ByteView value) {
    wire::Reader in(value, small_row);
    const std::size_t fields = in.array(9, 10);
    mailbox::EnvelopeRow row;
    row.lease = lease;
    row.hash = in.id<crypto::EnvelopeHash>();
    const std::uint8_t fate = in.u8();
    in.require(fate >= static_cast<std::uint8_t>(mailbox::Fate::Held) &&
               fate <= static_cast<std::uint8_t>(mailbox::Fate::Expired));
    row.fate = static_cast<mailbox::Fate>(fate);
    row.seq = in.u64();
    row.size = in.u32();
    in.require(std::ranges::find(wire::envelope_sizes, row.size) != wire::envelope_sizes.end());
    row.stored_at = read_time(in);
    row.expires = read_time(in);
    if (!in.take_nil()) row.depositor = in.id<crypto::DepositKey>();
    row.rank = in.u32();
    row.work = in.id<mailbox::WorkId>();
    if (fields == 10) row.again.resize(in.array(1, mailbox::left_again_max));
    for (crypto::DepositKey& key : row.again)
        key = in.id<crypto::DepositKey>();
    return whole(in, std::move(row));
}

Bytes encode(const mailbox::LeaseRow& row) {
    Bytes value;
    wire::Writer out(value);
    out.array(9).bin(row.id).bin(row.owner).uint(static_cast<std::uint8_t>(row.lease_class));
    out.uint(row.quota).uint(unix_seconds(row.expires)).uint(row.revision).uint(row.next_seq);
    out.uint(row.next_prekey).boolean(row.granted);
    return value;
}

Result<mailbox::LeaseRow> decode_lease(ByteView value) {
    wire::Reader in(value, small_row);
    in.tuple(9);
    mailbox::LeaseRow row;
    row.id = in.id<crypto::LeaseId>();
    row.owner = in.id<crypto::LeaseKey>();
    const std::uint8_t lease_class = in.u8();
    in.require(lease_class <= static_cast<std::uint8_t>(mailbox::LeaseClass::Volunteer));
    row.lease_class = static_cast<mailbox::LeaseClass>(lease_class);
    row.quota = in.u64();
    row.expires = read_time(in);
    row.revision = in.u32();
    row.next_seq = in.u64();
    row.next_prekey = in.u64();
    row.granted = in.boolean();
    return whole(in, std::move(row));
}

Bytes encode(const mailbox::CapabilityRow& row) {
    Bytes value;
    wire::Writer out(value);
    out.array(6).bin(row.lease).bin(row.key).uint(static_cast<std::uint8_t>(row.kind));
    out.uint(row.envelopes).uint(row.bytes).uint(unix_seconds(row.expires));
    return value;
}

Result<mailbox::CapabilityRow> decode_capability(ByteView value) {
    wire::Reader in(value, small_row);
    in.tuple(6);
    mailbox::CapabilityRow row;
    row.lease = in.id<crypto::LeaseId>();
    row.key = in.id<crypto::DepositKey>();
    row.kind = static_cast<mailbox::CapabilityKind>(in.u8());
    row.envelopes = in.u32();
    row.bytes = in.u64();
    row.expires = read_time(in);
    return whole(in, std::move(row));
}

Bytes encode(const mailbox::PublicationRow& row) {
    Bytes value;
    wire::Writer out(value);
    out.array(3).bin(row.lease).array(row.beacons.size());
    for (const mailbox::StoredBeacon& beacon : row.beacons) {
        const mailbox::BeaconFacts& facts = beacon.facts;
        out.array(6).bin(facts.account).bin(facts.signer).uint(facts.epoch);
        out.uint(facts.revision).uint(facts.slot).bin(beacon.data);
    }
    out.bin(row.bundle);
    return value;
}

Result<mailbox::PublicationRow> decode_publication(ByteView value) {
    wire::Reader in(value, publication_max);
    in.tuple(3);
    mailbox::PublicationRow row;
    row.lease = in.id<crypto::LeaseId>();
    const std::size_t count = in.array(0, stored_beacons);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.tuple(6);
        mailbox::StoredBeacon beacon;
        beacon.facts.account = in.id<crypto::BlindedAccountKey>();
        beacon.facts.signer = in.id<crypto::BeaconKey>();
        beacon.facts.epoch = in.u64();
        beacon.facts.revision = in.u64();
        beacon.facts.slot = in.u8();
        beacon.data = to_bytes(in.bin(limits::record_data, limits::record_data));
        row.beacons.push_back(std::move(beacon));
    }
    row.bundle = to_bytes(in.bin(0, publication_max));
    return whole(in, std::move(row));
}

Bytes encode(const mailbox::WorkRow& row) {
    Bytes value;
    wire::Writer(value).array(4).bin(row.lease).bin(row.work).uint(row.used).uint(
        unix_seconds(row.until));
    return value;
}

Result<mailbox::WorkRow> decode_work(ByteView value) {
    wire::Reader in(value, small_row);
    in.tuple(4);
    mailbox::WorkRow row;
    row.lease = in.id<crypto::LeaseId>();
    row.work = in.id<mailbox::WorkId>();
    row.used = in.u8();
    row.until = read_time(in);
    return whole(in, std::move(row));
}

}  // namespace kith::store::mailbox_row
