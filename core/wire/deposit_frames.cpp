// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/deposit_frames.h"

#include "core/wire/map_reader.h"

#include <algorithm>

namespace kith::wire {

namespace {

template <class Body>
std::size_t cap() {
    return body_cap(Body::type).value_or(0);
}

}  // namespace

// --- DEPOSIT and its answers --------------------------------------------------------------------

void Deposit::write(Writer& out) const {
    out.map(5).key(0).uint(q).key(1).bin(envelope).key(2).uint(ttl);
    if (const auto* capability = std::get_if<DepositCapability>(&right)) {
        out.key(3).bin(capability->key).key(4).bin(capability->sig);
    } else {
        const DepositWork& work = std::get<DepositWork>(right);
        out.key(5).bin(work.blinded).key(6).bin(work.proof);
    }
}

Result<Deposit> Deposit::decode(ByteView body) {
    Reader in(body, cap<Deposit>());
    IntMap map(in);
    Deposit deposit;
    deposit.q = map.key(0).u32();
    deposit.envelope = map.key(1).bin(envelope_sizes.front(), envelope_sizes.back());
    in.require(std::ranges::count(envelope_sizes, deposit.envelope.size()) == 1);
    deposit.ttl = map.key(2).u32();
    const bool by_capability = map.has(3);
    if (by_capability) {
        DepositCapability capability;
        capability.key = in.fixed<32>();
        capability.sig = map.key(4).fixed<64>();
        deposit.right = capability;
    }
    const bool by_work = map.has(5);
    if (by_work) {
        DepositWork work;
        work.blinded = in.fixed<32>();
        work.proof = map.key(6).bin(1, DepositWork::max_proof);
        deposit.right = work;
    }
    in.require(by_capability != by_work);
    map.end();
    return in.finish(deposit);
}

void HostReceipt::write(Writer& out) const {
    out.map(4).key(0).uint(q).key(1).uint(stored_at).key(2).uint(expires).key(3).bin(sig);
}

Result<HostReceipt> HostReceipt::decode(ByteView body) {
    Reader in(body, cap<HostReceipt>());
    IntMap map(in);
    HostReceipt receipt;
    receipt.q = map.key(0).u32();
    receipt.stored_at = map.key(1).u64();
    receipt.expires = map.key(2).u64();
    receipt.sig = map.key(3).fixed<64>();
    map.end();
    return in.finish(receipt);
}

void Refuse::write(Writer& out) const {
    out.map(effort ? 4 : 3).key(0).uint(q);
    out.key(1).uint(static_cast<std::uint8_t>(code)).key(2).uint(retry);
    if (effort) out.key(3).uint(*effort);
}

Result<Refuse> Refuse::decode(ByteView body) {
    Reader in(body, cap<Refuse>());
    IntMap map(in);
    Refuse refuse;
    refuse.q = map.key(0).u32();
    refuse.code = static_cast<RefuseCode>(map.key(1).u8());
    refuse.retry = map.key(2).u32();
    if (map.has(3)) refuse.effort = in.u16();
    map.end();
    return in.finish(refuse);
}

// --- STAT and AUDIT -----------------------------------------------------------------------------

void Stat::write(Writer& out) const {
    out.map(2U + (key ? 1U : 0U) + (sig ? 1U : 0U)).key(0).uint(q);
    if (key) out.key(1).bin(*key);
    out.key(2).array(envelopes.size());
    for (const auto& envelope : envelopes)
        out.bin(envelope);
    if (sig) out.key(3).bin(*sig);
}

Result<Stat> Stat::decode(ByteView body) {
    Reader in(body, cap<Stat>());
    IntMap map(in);
    Stat stat;
    stat.q = map.key(0).u32();
    if (map.has(1)) stat.key = in.fixed<32>();
    stat.envelopes.resize(map.key(2).array(0, max_envelopes));
    for (auto& envelope : stat.envelopes)
        envelope = in.fixed<16>();
    if (map.has(3)) stat.sig = in.fixed<64>();
    in.require(stat.key.has_value() == stat.sig.has_value());
    map.end();
    return in.finish(std::move(stat));
}

void StatReply::write(Writer& out) const {
    out.map(2).key(0).uint(q).key(1).bin(states);
}

Result<StatReply> StatReply::decode(ByteView body) {
    Reader in(body, cap<StatReply>());
    IntMap map(in);
    StatReply reply;
    reply.q = map.key(0).u32();
    reply.states = map.key(1).bin(0, Stat::max_envelopes);
    map.end();
    return in.finish(reply);
}

void Audit::write(Writer& out) const {
    out.map(5).key(0).uint(q).key(1).bin(key).key(2).bin(envelope);
    out.key(3).bin(nonce).key(4).bin(sig);
}

Result<Audit> Audit::decode(ByteView body) {
    Reader in(body, cap<Audit>());
    IntMap map(in);
    Audit audit;
    audit.q = map.key(0).u32();
    audit.key = map.key(1).fixed<32>();
    audit.envelope = map.key(2).fixed<32>();
    audit.nonce = map.key(3).fixed<16>();
    audit.sig = map.key(4).fixed<64>();
    map.end();
    return in.finish(audit);
}

void AuditReply::write(Writer& out) const {
    out.map(2).key(0).uint(q).key(1).bin(hash);
}

Result<AuditReply> AuditReply::decode(ByteView body) {
    Reader in(body, cap<AuditReply>());
    IntMap map(in);
    AuditReply reply;
    reply.q = map.key(0).u32();
    reply.hash = map.key(1).fixed<32>();
    map.end();
    return in.finish(reply);
}

}  // namespace kith::wire
