// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/mailbox_host.h"

#include "core/base/log.h"
#include "core/directory/epoch.h"
#include "core/directory/record_rules.h"
#include "core/identity/account.h"
#include "core/message/envelope.h"
#include "core/node/mailbox_host_client.h"

namespace kith::node {
namespace {

std::optional<mailbox::BeaconFacts> read_beacon(ByteView data) {
    const auto beacon = directory::read_open_beacon(data);
    if (!beacon) return std::nullopt;
    const std::uint64_t revision =
        std::uint64_t{beacon->revision.reissue} << 32 | beacon->revision.rev;
    return mailbox::BeaconFacts{
        beacon->account, beacon->signer, beacon->epoch.value(), revision, beacon->index};
}

}  // namespace

MailboxHost::MailboxHost(Parts parts)
    : parts_(std::move(parts)),
      scope_(parts_.executor),
      stop_(parts_.executor),
      account_table_(parts_.store),
      rows_(parts_.store),
      promises_(parts_.store) {}

MailboxHost::~MailboxHost() {
    *alive_ = false;
}

// --- Life

Result<> MailboxHost::start(const crypto::BeaconSeed& own, std::function<void()> ready) {
    KITH_TRY(key_, account_table_.mailbox_key());
    serving_ = key_.has_value();
    if (!key_) key_ = crypto::MailboxKeyPair::generate(parts_.random);
    box_ = std::make_unique<mailbox::Box>(*key_, rows_, read_beacon, parts_.limits);
    KITH_CHECK(box_->load());
    own_lease_ = identity::lease_key(own, box_->id()).public_key();
    ready_ = std::move(ready);
    prepare();
    scope_.spawn(sweeping());
    if (serving_ && ready_) ready_();
    return success();
}

// What has to be on disk before anybody is served.
void MailboxHost::prepare() {
    if (!parts_.commits.ready()) return;
    Transaction step;
    rows_.put(step.changes, box_->grant(own_lease_, mailbox::LeaseClass::Own));
    if (!serving_) {
        account_table_.put_mailbox_key(step.changes, *key_);
        step.after.push_back([this, alive = alive_] {
            if (!*alive || serving_) return;
            serving_ = true;
            if (ready_) ready_();
        });
    }
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
}

Task<> MailboxHost::stop() {
    stop_.set();
    co_await scope_.join();
}

Result<> MailboxHost::load() {
    return box_ ? box_->load() : success();
}

std::optional<crypto::MailboxKey> MailboxHost::key() const {
    return serving_ ? std::optional(key_->public_key()) : std::nullopt;
}

std::optional<crypto::BoxId> MailboxHost::id() const {
    return serving_ ? std::optional(box_->id()) : std::nullopt;
}

void MailboxHost::set_limits(const mailbox::BoxLimits& limits) {
    parts_.limits = limits;
    if (box_) box_->set_limits(limits);
}

std::optional<transport::BoxIdentity> MailboxHost::identity() const {
    if (!serving_) return std::nullopt;
    return transport::BoxIdentity{box_->id(), key_->public_key(), [this](ByteView message) {
                                      return crypto::sign(crypto::Label::Link, *key_, message);
                                  }};
}

mailbox::HostMoment MailboxHost::moment() const {
    mailbox::HostMoment now;
    now.steady = parts_.clock.now();
    now.wall = parts_.clock.wall();
    now.epoch = directory::epoch_at(now.wall).value();
    if (const auto offset = parts_.clock_offset()) {
        now.clock_sane = *offset <= clock_tolerance && -*offset <= clock_tolerance;
    }
    now.writable = parts_.commits.ready().has_value();
    now.free_bytes = parts_.store.free_bytes();
    return now;
}

// --- Time

Task<> MailboxHost::sweeping() {
    for (;;) {
        while (sweep()) {
            const auto room = co_await parts_.store.room();
            if (!room) break;
        }
        const bool due = co_await sleep_for(parts_.clock, mailbox::sweep_interval, stop_);
        if (!due) co_return;
        if (!serving_) prepare();
    }
}

bool MailboxHost::sweep() {
    const auto changes = box_->sweep(moment());
    if (changes.empty()) return false;
    Transaction step;
    rows_.put(step.changes, changes);
    parts_.commits.join(std::move(step));
    return changes.size() >= mailbox::sweep_rows;
}

// --- The owner of this device

Result<> MailboxHost::grant(Transaction& step,
                            const crypto::AccountKey& contact,
                            const crypto::LeaseKey& owner) {
    if (!serving_ || parts_.limits.serve == mailbox::Serve::Off) return success();
    KITH_TRY(const auto granted, promises_.grants());
    for (const auto& other : granted) {
        // A key that somebody else has: whoever says it now did not make it.
        if (other.owner == owner && other.contact != contact) return success();
        if (other.contact != contact || other.owner == owner) continue;
        rows_.put(step.changes, box_->withdraw(other.owner, moment()));
    }
    rows_.put(step.changes, box_->grant(owner, mailbox::LeaseClass::Contact));
    promises_.put(step.changes, {contact, owner});
    return success();
}

Result<> MailboxHost::withdraw(Transaction& step, const crypto::AccountKey& contact) {
    if (!box_) return success();
    KITH_TRY(const auto granted, promises_.grant(contact));
    if (!granted) return success();
    rows_.put(step.changes, box_->withdraw(granted->owner, moment()));
    promises_.erase_grant(step.changes, contact);
    return success();
}

Result<> MailboxHost::withdraw_all_but(
    Transaction& step, const std::function<bool(const crypto::AccountKey&)>& contacts) {
    KITH_TRY(const auto granted, promises_.grants());
    for (const auto& lease : granted) {
        if (!contacts(lease.contact)) KITH_CHECK(withdraw(step, lease.contact));
    }
    return success();
}

Result<std::vector<MailboxHost::Held>> MailboxHost::held(const crypto::LeaseKey& owner,
                                                         std::uint64_t place,
                                                         std::size_t count) const {
    std::vector<Held> out;
    if (!box_) return out;
    const crypto::LeaseId lease = identity::lease_id(owner, box_->id());
    KITH_CHECK(rows_.after(lease, place, [&](std::uint64_t seq, ByteView envelope) {
        out.push_back({seq, to_bytes(envelope), {}});
        return out.size() < count;
    }));
    for (Held& one : out) {
        const auto tag = mailbox::tag_of(message::envelope_hash(one.envelope));
        KITH_TRY(const auto row, rows_.find(lease, tag));
        if (!row) return fail(Code::Corrupt, "an envelope without its row");
        one.expires = row->expires;
    }
    return out;
}

std::uint64_t MailboxHost::room_left() const {
    if (!box_) return 0;
    const auto total = box_->total();
    return total.quota - std::min(total.quota, total.used + total.reserved);
}

// --- Views

MailboxServingView MailboxHost::view() const {
    MailboxServingView out;
    out.serve = parts_.limits.serve;
    if (!serving_) return out;
    out.box = box_->id();
    out.quota = box_->total().quota;
    out.used = box_->total().used;
    out.reserved = box_->total().reserved;
    out.deposits = deposits_;
    for (const auto& [code, count] : refusals_)
        out.refusals.emplace_back(code, count);
    std::unordered_map<crypto::LeaseKey, crypto::AccountKey> contacts;
    for (const auto& granted : promises_.grants().value_or(std::vector<store::GrantedLease>()))
        contacts.emplace(granted.owner, granted.contact);
    for (const auto& lease : box_->leases()) {
        // Granted, and nobody has come for it.
        if (lease.row.quota == 0 && lease.used.envelopes == 0) continue;
        ServedLeaseView shown;
        shown.lease = lease.row.id;
        shown.lease_class = lease.row.lease_class;
        if (const auto found = contacts.find(lease.row.owner); found != contacts.end()) {
            shown.account = found->second;
        }
        shown.quota = lease.row.quota;
        shown.used = lease.used.bytes;
        shown.envelopes = lease.used.envelopes;
        shown.strangers = lease.pool.envelopes;
        shown.capabilities = lease.capabilities;
        shown.expires = lease.row.expires;
        out.leases.push_back(shown);
    }
    return out;
}

}  // namespace kith::node
