// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/lease_frames.h"

#include "core/base/limits.h"
#include "core/wire/map_reader.h"
#include "core/wire/number_list.h"

namespace kith::wire {

namespace {

template <class Body>
std::size_t cap() {
    return body_cap(Body::type).value_or(0);
}

void write_items(Writer& out, const std::vector<HeldEnvelope>& items) {
    out.array(items.size());
    for (const HeldEnvelope& item : items)
        out.array(2).uint(item.seq).bin(item.envelope);
}

std::vector<HeldEnvelope> read_items(Reader& in) {
    std::vector<HeldEnvelope> items(in.array(0, Batch::max_items));
    for (HeldEnvelope& item : items) {
        in.tuple(2);
        item.seq = in.u64();
        item.envelope = in.bin(1, frame_body_max);
    }
    return items;
}

void write_grant(Writer& out, const CapabilityGrant& grant) {
    out.array(5).bin(grant.key).uint(static_cast<std::uint8_t>(grant.kind));
    out.uint(grant.envelopes).uint(grant.bytes).uint(grant.expires);
}

CapabilityGrant read_grant(Reader& in) {
    in.tuple(5);
    CapabilityGrant grant;
    grant.key = in.fixed<32>();
    grant.kind = static_cast<CapabilityKind>(in.u8());
    grant.envelopes = in.u32();
    grant.bytes = in.u64();
    grant.expires = in.u64();
    return grant;
}

void write_bins(Writer& out, const std::vector<ByteView>& bins) {
    out.array(bins.size());
    for (const ByteView bin : bins)
        out.bin(bin);
}

std::vector<ByteView> read_bins(Reader& in, std::size_t max, std::size_t size) {
    std::vector<ByteView> bins(in.array(0, max));
    for (ByteView& bin : bins)
        bin = in.bin(size, size);
    return bins;
}

}  // namespace

// --- Collecting ---------------------------------------------------------------------------------

void Pickup::write(Writer& out) const {
    out.map(proof ? 6 : 5).key(0).uint(q).key(1).bin(lease);
    if (proof) out.key(2).bin(*proof);
    out.key(3).uint(cursor).key(4).uint(bytes).key(5);
    write_numbers(out, envelope_keys);
}

Result<Pickup> Pickup::decode(ByteView body) {
    Reader in(body, cap<Pickup>());
    IntMap map(in);
    Pickup pickup;
    pickup.q = map.key(0).u32();
    pickup.lease = map.key(1).fixed<16>();
    if (map.has(2)) pickup.proof = in.fixed<64>();
    pickup.cursor = map.key(3).u64();
    pickup.bytes = map.key(4).u32();
    pickup.envelope_keys = read_numbers(map.key(5), max_envelope_keys);
    map.end();
    return in.finish(std::move(pickup));
}

void Batch::write(Writer& out) const {
    out.map(4).key(0).uint(q).key(1);
    write_items(out, items);
    out.key(2).uint(cursor).key(3).boolean(more);
}

Result<Batch> Batch::decode(ByteView body) {
    Reader in(body, cap<Batch>());
    IntMap map(in);
    Batch batch;
    batch.q = map.key(0).u32();
    batch.items = read_items(map.key(1));
    batch.cursor = map.key(2).u64();
    batch.more = map.key(3).boolean();
    map.end();
    return in.finish(std::move(batch));
}

void AckDel::write(Writer& out) const {
    out.map(3).key(0).uint(q).key(1).bin(lease).key(2).array(envelopes.size());
    for (const auto& envelope : envelopes)
        out.bin(envelope);
}

Result<AckDel> AckDel::decode(ByteView body) {
    Reader in(body, cap<AckDel>());
    IntMap map(in);
    AckDel ack;
    ack.q = map.key(0).u32();
    ack.lease = map.key(1).fixed<16>();
    ack.envelopes.resize(map.key(2).array(0, max_envelopes));
    for (auto& envelope : ack.envelopes)
        envelope = in.fixed<16>();
    map.end();
    return in.finish(std::move(ack));
}

void Deleted::write(Writer& out) const {
    out.map(2).key(0).uint(q).key(1).uint(count);
}

Result<Deleted> Deleted::decode(ByteView body) {
    Reader in(body, cap<Deleted>());
    IntMap map(in);
    Deleted deleted;
    deleted.q = map.key(0).u32();
    deleted.count = map.key(1).u32();
    map.end();
    return in.finish(deleted);
}

void Nudge::write(Writer& out) const {
    out.map(items ? 3 : 2).key(1).bin(lease).key(2).uint(count);
    if (!items) return;
    out.key(3);
    write_items(out, *items);
}

Result<Nudge> Nudge::decode(ByteView body) {
    Reader in(body, cap<Nudge>());
    IntMap map(in);
    Nudge nudge;
    nudge.lease = map.key(1).fixed<16>();
    nudge.count = map.key(2).u32();
    if (map.has(3)) nudge.items = read_items(in);
    map.end();
    return in.finish(std::move(nudge));
}

// --- Leases and settings ------------------------------------------------------------------------

void LeaseReq::write(Writer& out) const {
    out.map(work ? 5 : 4).key(0).uint(q).key(1).bin(key).key(2).bin(proof).key(3).uint(bytes);
    if (work) out.key(4).bin(*work);
}

Result<LeaseReq> LeaseReq::decode(ByteView body) {
    Reader in(body, cap<LeaseReq>());
    IntMap map(in);
    LeaseReq req;
    req.q = map.key(0).u32();
    req.key = map.key(1).fixed<32>();
    req.proof = map.key(2).fixed<64>();
    req.bytes = map.key(3).u64();
    if (map.has(4)) req.work = in.bin(1, max_work);
    map.end();
    return in.finish(req);
}

void Lease::write(Writer& out) const {
    out.map(prekeys ? 8 : 7).key(0).uint(q).key(1).bin(lease).key(2).uint(quota);
    out.key(3).uint(expires).key(4).bin(sig).key(5).uint(revision).key(6).uint(used);
    if (prekeys) out.key(7).bin(*prekeys);
}

Result<Lease> Lease::decode(ByteView body) {
    Reader in(body, cap<Lease>());
    IntMap map(in);
    Lease lease;
    lease.q = map.key(0).u32();
    lease.lease = map.key(1).fixed<16>();
    lease.quota = map.key(2).u64();
    lease.expires = map.key(3).u64();
    lease.sig = map.key(4).fixed<64>();
    lease.revision = map.key(5).u32();
    lease.used = map.key(6).u64();
    if (map.has(7)) lease.prekeys = in.fixed<8>();
    map.end();
    return in.finish(lease);
}

void CapSet::write(Writer& out) const {
    out.map(bundle ? 8 : 7).key(0).uint(q).key(1).bin(lease).key(2).uint(revision);
    out.key(3).array(add.size());
    for (const CapabilityGrant& grant : add)
        write_grant(out, grant);
    out.key(4).array(remove.size());
    for (const auto& key : remove)
        out.bin(key);
    out.key(5);
    write_bins(out, beacons);
    if (bundle) out.key(6).bin(*bundle);
    out.key(7);
    write_bins(out, prekeys);
}

Result<CapSet> CapSet::decode(ByteView body) {
    Reader in(body, cap<CapSet>());
    IntMap map(in);
    CapSet set;
    set.q = map.key(0).u32();
    set.lease = map.key(1).fixed<16>();
    set.revision = map.key(2).u32();
    set.add.resize(map.key(3).array(0, max_capabilities));
    for (CapabilityGrant& grant : set.add)
        grant = read_grant(in);
    set.remove.resize(map.key(4).array(0, max_capabilities));
    for (auto& key : set.remove)
        key = in.fixed<32>();
    set.beacons = read_bins(map.key(5), max_beacons, limits::record_data);
    if (map.has(6)) set.bundle = in.bin(1, frame_body_max);
    set.prekeys = read_bins(map.key(7), max_prekeys, prekey_size);
    map.end();
    return in.finish(std::move(set));
}

}  // namespace kith::wire
