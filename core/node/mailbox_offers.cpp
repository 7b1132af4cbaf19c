// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/mailbox_offers.h"

#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/mailbox/announcement.h"
#include "core/mailbox/placement.h"

#include <algorithm>
#include <bit>

namespace kith::node {
namespace {

// Free space is told again when it has changed by a factor of about two; below 64 MiB there is
// nothing to tell apart.
int class_of(std::uint64_t free_bytes) {
    return static_cast<int>(std::bit_width(free_bytes >> 26));
}

message::Mailbox word_of(const mailbox::HostOffer& offer) {
    return {message::Mailbox::Kind::Offer, mailbox::encode(offer)};
}

}  // namespace

MailboxOffers::MailboxOffers(Parts parts)
    : parts_(std::move(parts)),
      table_(parts_.store),
      scope_(parts_.executor),
      stop_(parts_.executor) {}

Result<> MailboxOffers::start() {
    KITH_CHECK(load());
    scope_.spawn(looking());
    return success();
}

Task<> MailboxOffers::stop() {
    stop_.set();
    co_await scope_.join();
}

Result<> MailboxOffers::load() {
    KITH_TRY(const auto hours, table_.hours());
    hours_ = ReachableHours::decode(hours);
    told_.reset();
    KITH_TRY(const auto told, table_.told());
    if (!told) return success();
    KITH_TRY(auto offer, mailbox::decode_host_offer(told->offer));
    told_ = Told{std::move(offer), told->told};
    return success();
}

Task<> MailboxOffers::looking() {
    for (;;) {
        look();
        // Whoever keeps mail and has moved is found by nobody until it has said so.
        const auto now = offer();
        const bool moved = now && offered() && told_->offer.endpoints != now->endpoints;
        const bool due = co_await sleep_for(parts_.clock, moved ? address_pause : period, stop_);
        if (!due) co_return;
    }
}

void MailboxOffers::look() {
    if (stop_.is_set() || !parts_.commits.ready()) return;
    Transaction step;
    note_hour(step);
    tell(step);
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
}

void MailboxOffers::note_hour(Transaction& step) {
    if (parts_.reachability.verdict() != Reachable::Direct) return;
    if (hours_.note(parts_.clock.wall())) table_.put_hours(step.changes, hours_.encode());
}

bool MailboxOffers::may_offer() const {
    const bool meant_for_it = parts_.host.limits().serve == mailbox::Serve::Network;
    if (parts_.at_once || meant_for_it) return true;
    mailbox::OwnSituation own;
    own.reachable_share = hours_.share(parts_.clock.wall());
    own.free_bytes = parts_.store.free_bytes();
    return mailbox::may_offer(own);
}

std::optional<mailbox::HostOffer> MailboxOffers::offer() const {
    const auto key = parts_.host.key();
    if (!key) return std::nullopt;
    mailbox::HostOffer out;
    out.key = *key;
    out.endpoints = parts_.endpoints();
    if (out.endpoints.size() > mailbox::announced_endpoints) {
        out.endpoints.resize(mailbox::announced_endpoints);
    }
    if (parts_.host.limits().serve == mailbox::Serve::Off) return out;
    if (out.endpoints.empty()) return std::nullopt;  // not known yet
    const std::uint64_t disk = parts_.store.free_bytes();
    const std::uint64_t usable = disk - std::min(disk, limits::disk_reserve);
    out.free_bytes = std::min(parts_.host.room_left(), usable);
    return out;
}

bool MailboxOffers::due(const mailbox::HostOffer& offer) const {
    if (!offered()) return offer.free_bytes != 0 && may_offer();
    if (parts_.host.limits().serve == mailbox::Serve::Off) return true;
    if (told_->offer.key != offer.key) return true;
    // An offer that was made stands, however seldom this device is there now: contacts measure that
    // themselves.
    const Duration since = parts_.clock.wall() - told_->when;
    // A clock that was set back does not keep contacts waiting for ever.
    const bool unknown = since < Duration::zero();
    if (told_->offer.endpoints != offer.endpoints) return unknown || since >= address_pause;
    const bool same = class_of(told_->offer.free_bytes) == class_of(offer.free_bytes);
    return !same && (unknown || since >= space_pause);
}

void MailboxOffers::tell(Transaction& step) {
    const auto now = offer();
    if (!now || !due(*now)) return;
    told_ = Told{*now, parts_.clock.wall()};
    table_.put(step.changes, store::ToldOffer{mailbox::encode(*now), told_->when});
    parts_.contacts.for_each([&](const identity::Contact& contact) {
        if (contact.accepted()) parts_.sender.say(step, contact, word_of(*now));
    });
    log::debug(log::Category::Node, "contacts are told of {} free bytes", now->free_bytes);
}

void MailboxOffers::opened(Transaction& step, const identity::Contact& contact) {
    if (offered()) parts_.sender.say(step, contact, word_of(told_->offer));
}

}  // namespace kith::node
