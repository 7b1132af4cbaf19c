// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mailbox_owner_row.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::store::mailbox_owner_row {

namespace {

constexpr std::size_t host_max = std::size_t{64} << 10;
constexpr std::size_t small_row = 512;
constexpr std::size_t score_max = 1024;
constexpr std::size_t endpoints_max = 3;
constexpr std::size_t whom_max = 64;
constexpr std::size_t capabilities_max = 1024;

template <class Row>
Result<Row> whole(wire::Reader& in, Row row) {
    if (!in.finish()) return fail(Code::Corrupt, "a row about our mailboxes cannot be read");
    return row;
}

Timestamp read_time(wire::Reader& in) {
    return from_unix_seconds(in.u64());
}

void write_settings(wire::Writer& out, const mailbox::SettingsAtHost& settings) {
    out.array(4).uint(settings.revision).bin(settings.beacons).bin(settings.bundle);
    out.array(settings.capabilities.size());
    for (const wire::CapabilityGrant& grant : settings.capabilities) {
        out.array(5).bin(grant.key).uint(static_cast<std::uint8_t>(grant.kind));
        out.uint(grant.envelopes).uint(grant.bytes).uint(grant.expires);
    }
}

mailbox::SettingsAtHost read_settings(wire::Reader& in) {
    mailbox::SettingsAtHost settings;
    in.tuple(4);
    settings.revision = in.u32();
    settings.beacons = in.id<crypto::Hash32>();
    settings.bundle = in.id<crypto::Hash32>();
    settings.capabilities.resize(in.array(0, capabilities_max));
    for (wire::CapabilityGrant& grant : settings.capabilities) {
        in.tuple(5);
        grant.key = in.fixed<32>();
        grant.kind = static_cast<mailbox::CapabilityKind>(in.u8());
        grant.envelopes = in.u32();
        grant.bytes = in.u64();
        grant.expires = in.u64();
    }
    return settings;
}

void read_availability(wire::Reader& in, OwnerHost& host) {
    const auto availability = mailbox::Availability::decode(in.bin(0, small_row));
    in.require(availability.has_value());
    if (availability) host.availability = *availability;
}

}  // namespace

Bytes encode(const OwnerHost& host) {
    Bytes value;
    wire::Writer out(value);
    out.array(16).bin(host.key).uint(static_cast<std::uint8_t>(host.lease_class));
    out.uint(static_cast<std::uint8_t>(host.stage)).boolean(host.pinned).boolean(host.dropped);
    out.array(host.endpoints.size());
    for (const Endpoint& endpoint : host.endpoints)
        out.bin(endpoint.to_wire());
    if (host.account) {
        out.bin(*host.account);
    } else {
        out.nil();
    }
    out.uint(host.quota).uint(host.offered_bytes).uint(unix_seconds(host.expires));
    write_settings(out, host.settings);
    out.uint(host.cursor).uint(host.complete_pickups).uint(unix_seconds(host.complete_pickup));
    out.bin(host.availability.encode()).uint(unix_seconds(host.stocked));
    return value;
}

Result<OwnerHost> decode_host(ByteView value) {
    wire::Reader in(value, host_max);
    const std::size_t fields = in.array(15, 16);
    OwnerHost host;
    host.key = in.id<crypto::MailboxKey>();
    const std::uint8_t lease_class = in.u8();
    in.require(lease_class <= static_cast<std::uint8_t>(mailbox::LeaseClass::Volunteer));
    host.lease_class = static_cast<mailbox::LeaseClass>(lease_class);
    const std::uint8_t stage = in.u8();
    in.require(stage <= static_cast<std::uint8_t>(OwnerHost::Stage::Draining));
    host.stage = static_cast<OwnerHost::Stage>(stage);
    host.pinned = in.boolean();
    host.dropped = in.boolean();
    host.endpoints.resize(in.array(0, endpoints_max));
    for (Endpoint& endpoint : host.endpoints)
        endpoint = Endpoint::from_wire(in.fixed<endpoint_size>());
    if (!in.take_nil()) host.account = in.id<crypto::AccountKey>();
    host.quota = in.u64();
    host.offered_bytes = in.u64();
    host.expires = read_time(in);
    host.settings = read_settings(in);
    host.cursor = in.u64();
    host.complete_pickups = in.u64();
    host.complete_pickup = read_time(in);
    read_availability(in, host);
    if (fields == 16) host.stocked = read_time(in);
    return whole(in, std::move(host));
}

Bytes encode(const GivenCapability& given) {
    Bytes value;
    value.reserve(small_row);  // so that no copy of the seed stays behind
    wire::Writer out(value);
    out.array(7).bin(given.whom).uint(static_cast<std::uint8_t>(given.kind));
    out.bin(given.seed.expose()).uint(unix_seconds(given.expires));
    if (given.previous) {
        out.bin(*given.previous);
    } else {
        out.nil();
    }
    out.uint(unix_seconds(given.previous_expires)).bin(given.told);
    return value;
}

Result<GivenCapability> decode_given(ByteView value) {
    wire::Reader in(value, small_row);
    in.tuple(7);
    Bytes whom = to_bytes(in.bin(1, whom_max));
    const auto kind = static_cast<mailbox::CapabilityKind>(in.u8());
    const ByteView seed = in.bin(crypto::Seed32::size_bytes, crypto::Seed32::size_bytes);
    const Timestamp expires = read_time(in);
    std::optional<crypto::DepositKey> previous;
    if (!in.take_nil()) previous = in.id<crypto::DepositKey>();
    const Timestamp previous_expires = read_time(in);
    const auto told = in.id<crypto::Hash32>();
    if (!in.finish()) return fail(Code::Corrupt, "a deposit key cannot be read");
    return GivenCapability{std::move(whom),
                           kind,
                           crypto::Seed32::copy_of(seed),
                           expires,
                           previous,
                           previous_expires,
                           told};
}

Bytes encode(const ServedEnvelope& row) {
    Bytes value;
    wire::Writer(value)
        .array(3)
        .boolean(row.served)
        .boolean(row.deleted)
        .uint(unix_seconds(row.until));
    return value;
}

Result<ServedEnvelope> decode_served(ByteView value) {
    wire::Reader in(value, small_row);
    in.tuple(3);
    ServedEnvelope row;
    row.served = in.boolean();
    row.deleted = in.boolean();
    row.until = read_time(in);
    return whole(in, row);
}

Bytes encode(const OpenNote& note) {
    Bytes value;
    wire::Writer out(value);
    out.array(4).bin(note.contact).bin(mailbox::encode_note({&note.entry, 1}));
    out.uint(note.complete_pickups).uint(unix_seconds(note.asked));
    return value;
}

Result<OpenNote> decode_note(ByteView value) {
    wire::Reader in(value, small_row);
    in.tuple(4);
    OpenNote note;
    note.contact = in.id<crypto::AccountKey>();
    const auto entries =
        mailbox::decode_note(in.bin(mailbox::note_entry_size, mailbox::note_entry_size));
    note.complete_pickups = in.u64();
    note.asked = read_time(in);
    in.require(entries && entries->size() == 1);
    if (in.ok()) note.entry = entries->front();
    return whole(in, note);
}

Bytes encode(const ScoredHost& host) {
    Bytes value;
    wire::Writer out(value);
    out.array(4).bin(host.box).bin(host.score.encode());
    out.uint(host.proven_losses).bin(host.last_evidence);
    return value;
}

Result<ScoredHost> decode_score(ByteView value) {
    wire::Reader in(value, score_max);
    in.tuple(4);
    const auto box = in.id<crypto::BoxId>();
    auto score = reputation::HostScore::decode(in.bin(1, score_max));
    const std::uint32_t losses = in.u32();
    const ByteView evidence = in.bin(0, mailbox::receipt_size);
    in.require(score.has_value());
    in.require(evidence.empty() || evidence.size() == mailbox::receipt_size);
    if (!in.finish()) return fail(Code::Corrupt, "the score of a mailbox cannot be read");
    return ScoredHost{box, *std::move(score), losses, to_bytes(evidence)};
}

}  // namespace kith::store::mailbox_owner_row
