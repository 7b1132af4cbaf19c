// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mailbox/box_world.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/identity/account.h"
#include "core/message/envelope.h"

#include <algorithm>

namespace kith::test {

using namespace mailbox;

namespace {

constexpr std::uint64_t first_epoch = 20000;

std::optional<BeaconFacts> read_test_beacon(ByteView beacon) {
    BeaconFacts facts;
    facts.account = crypto::BlindedAccountKey::copy_of(beacon);
    facts.signer = crypto::BeaconKey::copy_of(beacon.subspan(32));
    facts.epoch = read_be<std::uint64_t>(beacon.subspan(64));
    facts.revision = read_be<std::uint64_t>(beacon.subspan(72));
    if (facts.epoch == 0) return std::nullopt;
    return facts;
}

}  // namespace

BoxWorld::BoxWorld(std::uint64_t seed, BoxLimits limits)
    : random(seed), key(crypto::MailboxKeyPair::generate(random)) {
    now.wall = from_unix_seconds(1728100000);
    now.steady = SteadyTime(hours(1));
    now.epoch = first_epoch;
    box = std::make_unique<Box>(key, rows, read_test_beacon, limits);
    KITH_ASSERT(box->load().has_value());
}

HostLink BoxWorld::link() {
    HostLink out;
    out.exporter = crypto::draw_public<crypto::ChannelBinding>(random);
    const auto number = be_bytes<std::uint32_t>(next_source_++);
    std::ranges::copy(number, out.source.begin());
    return out;
}

Owner BoxWorld::someone() {
    auto pair = crypto::LeaseKeyPair::generate(random);
    const auto lease = identity::lease_id(pair.public_key(), box->id());
    return {std::move(pair), lease, link(), 0};
}

Owner BoxWorld::owner(LeaseClass lease_class) {
    Owner out = someone();
    if (lease_class != LeaseClass::Volunteer) {
        rows.apply(box->grant(out.key.public_key(), lease_class));
        KITH_ASSERT(!refusal_of(lease(out)));
        return out;
    }
    BoxLimits limits = box->limits();
    const Serve serve = std::exchange(limits.serve, Serve::Network);
    box->set_limits(limits);
    const auto outcome = box->lease(out.link, lease_request(out), true, now);
    KITH_ASSERT(!refusal_of(outcome));
    commit(outcome);
    limits.serve = serve;
    box->set_limits(limits);
    return out;
}

Depositor BoxWorld::stranger() {
    auto pair = crypto::DepositKeyPair::generate(random);
    return {std::move(pair), link()};
}

wire::CapabilityGrant BoxWorld::grant_for(const Depositor& depositor) const {
    wire::CapabilityGrant grant;
    grant.key = depositor.key.public_key().array();
    grant.expires = unix_seconds(now.wall + capability_term);
    return grant;
}

Depositor BoxWorld::depositor(Owner& owner, wire::CapabilityGrant grant) {
    Depositor out = stranger();
    grant.key = out.key.public_key().array();
    if (grant.expires == 0) grant.expires = unix_seconds(now.wall + capability_term);
    wire::CapSet set;
    set.add.push_back(grant);
    KITH_ASSERT(!refusal_of(cap_set(owner, set)));
    return out;
}

// --- Requests -----------------------------------------------------------------------------------

wire::LeaseReq BoxWorld::lease_request(const Owner& owner, std::uint64_t bytes) const {
    wire::LeaseReq request;
    request.q = 1;
    request.key = owner.key.public_key().array();
    request.proof = prove_owner(owner.key, owner.link.exporter, box->id()).array();
    request.bytes = bytes;
    return request;
}

Outcome<wire::Lease> BoxWorld::lease(Owner& owner, std::uint64_t bytes) {
    auto outcome = box->lease(owner.link, lease_request(owner, bytes), false, now);
    commit(outcome);
    return outcome;
}

Outcome<wire::Lease> BoxWorld::cap_set(Owner& owner, wire::CapSet set) {
    set.q = next_q_++;
    set.lease = owner.lease.array();
    if (set.revision == 0) set.revision = owner.revision + 1;
    auto outcome = box->cap_set(owner.link, set, now);
    commit(outcome);
    if (outcome.accepted() != nullptr) owner.revision = outcome.accepted()->revision;
    return outcome;
}

Bytes BoxWorld::envelope(std::size_t size, std::uint32_t env_id) {
    Bytes out(size);
    random.fill(MutableByteView(out).first(64));
    out[0] = 1;
    std::ranges::copy(be_bytes<std::uint32_t>(env_id), out.begin() + 1);
    return out;
}

wire::Deposit BoxWorld::deposit_request(const Depositor& depositor,
                                        ByteView envelope,
                                        std::uint32_t ttl) const {
    wire::Deposit request;
    request.q = 1;
    request.envelope = envelope;
    request.ttl = ttl;
    wire::DepositCapability right;
    right.key = depositor.key.public_key().array();
    right.sig = sign_deposit(depositor.key,
                             {depositor.link.exporter, box->id()},
                             message::envelope_hash(envelope),
                             ttl)
                    .array();
    request.right = right;
    return request;
}

DepositOutcome BoxWorld::finish(DepositOutcome outcome) {
    commit(outcome);
    box->committed(outcome.arrivals);
    return outcome;
}

DepositOutcome BoxWorld::deposit(const Depositor& depositor, const wire::Deposit& request) {
    return finish(box->deposit(depositor.link, request, now));
}

DepositOutcome BoxWorld::deposit(const Depositor& depositor, ByteView envelope, std::uint32_t ttl) {
    return deposit(depositor, deposit_request(depositor, envelope, ttl));
}

DepositOutcome BoxWorld::deposit(const Depositor& stranger,
                                 const crypto::BlindedAccountKey& account,
                                 ByteView envelope,
                                 WorkClaim claim,
                                 WorkId work,
                                 std::uint32_t ttl) {
    wire::Deposit request;
    request.q = 1;
    request.envelope = envelope;
    request.ttl = ttl;
    const Bytes proof(78, 1);
    request.right = wire::DepositWork{account.array(), proof};
    const auto screened = box->screen(stranger.link, request, claim, now);
    if (const auto* refused = std::get_if<wire::Refuse>(&screened)) {
        DepositOutcome out;
        out.answer = *refused;
        return out;
    }
    return finish(box->deposit(request, ProvenWork{claim, work}, now));
}

HeldBatch BoxWorld::collect(Owner& owner,
                            std::uint64_t cursor,
                            std::vector<std::uint32_t> env_ids,
                            std::uint32_t bytes) {
    wire::Pickup request;
    request.q = next_q_++;
    request.lease = owner.lease.array();
    request.proof = prove_owner(owner.key, owner.link.exporter, box->id()).array();
    request.cursor = cursor;
    request.bytes = bytes;
    request.envelope_keys = std::move(env_ids);
    auto outcome = box->pickup(owner.link, request);
    KITH_ASSERT(outcome.accepted() != nullptr);
    auto progress = *outcome.accepted();
    HeldBatch all;
    while (!progress.ended) {
        auto batch = box->next_batch(progress);
        KITH_ASSERT(batch.has_value());
        KITH_ASSERT(wire::encode_body(batch->frame(1)).size() <= wire::frame_body_max);
        std::ranges::move(batch->items, std::back_inserter(all.items));
        all.cursor = batch->cursor;
        all.more = batch->more;
    }
    return all;
}

AckOutcome BoxWorld::acknowledge(const Owner& owner, const std::vector<Bytes>& envelopes) {
    wire::AckDel request;
    request.q = next_q_++;
    request.lease = owner.lease.array();
    for (const Bytes& envelope : envelopes)
        request.envelopes.push_back(tag_bytes(envelope));
    auto outcome = box->ackdel(owner.link, request, now);
    commit(outcome);
    return outcome;
}

Bytes BoxWorld::stat(const Depositor& depositor, const std::vector<Bytes>& envelopes) {
    wire::Stat request;
    for (const Bytes& envelope : envelopes)
        request.envelopes.push_back(tag_bytes(envelope));
    sign_probe(depositor.key, {depositor.link.exporter, box->id()}, request);
    const auto outcome = box->stat(depositor.link, request, now);
    if (const auto refused = refusal_of(outcome))
        return {static_cast<std::uint8_t>(0x80 + static_cast<int>(*refused))};
    return *outcome.accepted();
}

void BoxWorld::sweep() {
    rows.apply(box->sweep(now));
}

// --- The world ----------------------------------------------------------------------------------

void BoxWorld::pass(Duration time) {
    now.steady += time;
    now.wall += time;
}

Bytes BoxWorld::beacon(const crypto::BlindedAccountKey& account,
                       std::uint64_t epoch,
                       std::uint64_t revision) const {
    Bytes out = concat(
        account, Bytes(32, 9), be_bytes<std::uint64_t>(epoch), be_bytes<std::uint64_t>(revision));
    out.resize(limits::record_data);
    return out;
}

bool BoxWorld::consistent() const {
    Box fresh(key, rows, read_test_beacon, box->limits());
    if (!fresh.load()) return false;
    const HostTotal a = fresh.total();
    const HostTotal b = box->total();
    if (a.used != b.used || a.reserved != b.reserved) return false;
    const auto left = fresh.leases();
    const auto right = box->leases();
    return std::ranges::equal(left, right, [](const LeaseView& x, const LeaseView& y) {
        return x.row.id == y.row.id && x.row.quota == y.row.quota && x.used == y.used &&
               x.pool == y.pool && x.capabilities == y.capabilities;
    });
}

void BoxWorld::restart() {
    auto limits = box->limits();
    box = std::make_unique<Box>(key, rows, read_test_beacon, limits);
    KITH_ASSERT(box->load().has_value());
}

std::optional<Receipt> receipt_of(const BoxWorld& world,
                                  const DepositOutcome& outcome,
                                  ByteView envelope) {
    const auto* answer = outcome.accepted();
    if (answer == nullptr) return std::nullopt;
    auto receipt =
        accept_receipt(world.key.public_key(), message::envelope_hash(envelope), *answer);
    if (!receipt) return std::nullopt;
    return *receipt;
}

std::array<std::uint8_t, 16> tag_bytes(ByteView envelope) {
    return tag_of(message::envelope_hash(envelope)).array();
}

}  // namespace kith::test
