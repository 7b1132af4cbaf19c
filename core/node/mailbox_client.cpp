// SPDX-License-Identifier: GPL-3.0-or-later
// What is wanted: which hosts, which keys, what contacts are told.
#include "core/node/mailbox_client.h"

#include "core/base/log.h"
#include "core/identity/account.h"
#include "core/mailbox/host_offer.h"
#include "core/node/mailbox_client_run.h"

#include <algorithm>

namespace kith::node {
namespace {

using Kind = message::Mailbox::Kind;
using Stage = store::OwnerHost::Stage;

// Changes come in groups: leases are made and settings confirmed at three hosts at once.
constexpr Duration gather = milliseconds(500);

// What was served is forgotten when no note can be about it any more.
constexpr Duration forget_every = hours(1);
constexpr std::size_t forget_step = 1000;

}  // namespace

MailboxClient::MailboxClient(Parts parts)
    : parts_(std::move(parts)),
      book_(parts_.store),
      intake_(book_, parts_.prekeys, parts_.profile.device_id()),
      judge_(book_,
             parts_.scores,
             [this](auto& step, const auto& contact, const auto& entry) {
                 return ask_for_receipt(step, contact, entry);
             }),
      publication_(parts_.profile, parts_.prekeys),
      scope_(parts_.executor) {}

MailboxClient::~MailboxClient() {
    *alive_ = false;
}

Result<> MailboxClient::load() {
    KITH_CHECK(book_.load());
    KITH_CHECK(judge_.load());
    if (started_) look_soon();
    return success();
}

void MailboxClient::start() {
    started_ = true;
    if (parts_.store.rewound() && parts_.commits.ready()) {
        Transaction step;
        judge_.forget_before(step, parts_.clock.wall());
        parts_.commits.join(std::move(step));
    }
    keep_driving();
    look_soon();
}

void MailboxClient::halt() {
    stopping_ = true;
    look_.cancel();
    for (const auto& [box, run] : runs_)
        run->wake.set();
}

Task<> MailboxClient::stop() {
    halt();
    co_await scope_.join();
}

// --- Looking

void MailboxClient::look_soon() {
    if (!started_ || stopping_ || look_due_) return;
    look_due_ = true;
    look_ = parts_.clock.call_after(gather, [this] {
        look_due_ = false;
        look();
    });
}

void MailboxClient::look() {
    if (!started_ || stopping_ || !parts_.commits.ready()) return;
    Transaction step;
    place(step);
    give_keys(step);
    announce(step);
    if (const SteadyTime now = parts_.clock.now(); now >= forget_due_) {
        forget_due_ = now + forget_every;
        const auto gone =
            book_.table().forget_served(step.changes, parts_.clock.wall(), forget_step);
        if (!gone) log::warn(log::Category::Store, "mailboxes: {}", gone.error().context);
    }
    if (!step.changes.empty()) {
        // Hosts hear of a key when it is on disk.
        step.after.push_back([this, alive = std::weak_ptr<bool>(alive_)] {
            if (!alive.expired()) keep_driving();
        });
        parts_.commits.join(std::move(step));
    }
    publish();
}

void MailboxClient::keep_driving() {
    if (!started_ || stopping_) return;
    for (const auto& [box, host] : book_.hosts()) {
        if (!is_active(host)) continue;
        const RunPtr run = run_of(box);
        if (run->driven) {
            run->wake.set();
            continue;
        }
        run->driven = true;
        scope_.spawn(drive(run));
    }
}

MailboxClient::RunPtr MailboxClient::run_of(const crypto::BoxId& box) {
    auto& run = runs_[box];
    if (!run) run = std::make_shared<Run>(parts_.executor, box);
    return run;
}

MailboxClient::RunPtr MailboxClient::find_run(std::uint64_t serial) const {
    for (const auto& [box, run] : runs_) {
        if (run->serial == serial && serial != 0) return run;
    }
    return nullptr;
}

HostSituation MailboxClient::situation_of(const store::OwnerHost& host) const {
    HostSituation out;
    if (host.account) {
        const auto* const contact = std::as_const(parts_.contacts).find(*host.account);
        out.of_contact = contact && contact->accepted();
    }
    const auto run = runs_.find(host.id());
    if (run != runs_.end()) out.missed = run->second->missed;
    out.score = parts_.scores.score(host.id(), parts_.clock.wall());
    out.conduct = parts_.scores.conduct(host.id(), parts_.clock.wall());
    out.alarm = parts_.scores.alarm(host.id());
    return out;
}

// --- Hosts

void MailboxClient::place(Transaction& step) {
    const Timestamp now = parts_.clock.wall();
    std::vector<mailbox::HostCandidate> candidates;
    for (const auto& [box, host] : book_.hosts())
        candidates.push_back(candidate_of(host, situation_of(host), now));
    const auto placement = mailbox::choose_hosts(candidates, parts_.copies, parts_.random);
    for (const auto& box : placement.add)
        choose(step, *book_.find(box));
    // First the new lease, then the announcement, then the old one goes.
    const bool settled =
        placement.add.empty() && std::ranges::all_of(placement.keep, [this](const auto& box) {
            return book_.find(box)->stage == Stage::Leased;
        });
    for (const auto& box : placement.drain) {
        const auto candidate = std::ranges::find(candidates, box, &mailbox::HostCandidate::id);
        const auto reason = mailbox::reason_to_leave(*candidate);
        // Nothing more is to be left at one that loses mail, or that takes none.
        const bool at_once =
            reason == mailbox::LeaveReason::Alarm || reason == mailbox::LeaveReason::Leaving;
        if (reason && (settled || at_once)) {
            leave(step, *book_.find(box), *reason);
        }
    }
}

void MailboxClient::choose(Transaction& step, store::OwnerHost& host) {
    host.stage = Stage::Leasing;
    book_.put(step.changes, host);
    const RunPtr run = run_of(host.id());
    run->refusals = 0;
    run->retry_at = {};
    run->leased = false;
    wish(step, host);
}

void MailboxClient::leave(Transaction& step, store::OwnerHost& host, mailbox::LeaveReason reason) {
    log::info(log::Category::Node, "leaving a mailbox: {}", mailbox::to_string(reason));
    const bool had_lease = host.stage == Stage::Leased;
    host.stage = had_lease ? Stage::Draining : Stage::Offered;
    const bool trusted = reason != mailbox::LeaveReason::Alarm;
    if (had_lease) host.expires = drained_at(host, trusted, parts_.clock.wall());
    book_.put(step.changes, host);
    run_of(host.id())->wake.set();
    look_soon();
}

void MailboxClient::wish(Transaction& step, const store::OwnerHost& host) {
    if (!host.account) return;
    const auto* const contact = std::as_const(parts_.contacts).find(*host.account);
    if (!contact || !contact->accepted()) return;
    const crypto::BoxId box = host.id();
    const auto key = identity::lease_key(parts_.profile.stored().account.beacon_seed, box);
    const mailbox::LeaseWish wish{box, key.public_key()};
    parts_.sender.say(step, *contact, word_of(Kind::LeaseWish, mailbox::encode(wish)));
    run_of(box)->wished = parts_.clock.wall();
}

Result<> MailboxClient::on_word(Transaction& step,
                                const Origin& origin,
                                const message::Mailbox& word) {
    if (word.kind == Kind::Offer) {
        KITH_TRY(const auto offer, mailbox::decode_host_offer(word.body));
        on_offer(step, origin, offer);
    } else if (word.kind == Kind::ReceiptShown) {
        const bool lost = judge_.on_shown(step, origin.account, word.body, parts_.clock.wall());
        if (lost) look_soon();
    }
    return success();
}

void MailboxClient::on_offer(Transaction& step,
                             const Origin& origin,
                             const mailbox::HostOffer& offer) {
    const crypto::BoxId box = offer.id();
    auto* host = book_.find(box);
    if (host && host->account != origin.account) {
        // Somebody else's box: whoever has leased to us is the one.
        if (host->stage == Stage::Leased || host->stage == Stage::Draining) return;
        book_.erase(step.changes, box);
        host = nullptr;
    }
    if (!host) {
        const auto offered = std::ranges::count_if(
            book_.hosts(), [&](const auto& one) { return one.second.account == origin.account; });
        const bool full = book_.hosts().size() >= MailboxClientBook::max_hosts;
        if (full || offered >= offers_of_contact || offer.free_bytes == 0) return;
        store::OwnerHost fresh;
        fresh.key = offer.key;
        fresh.account = origin.account;
        host = &book_.add(std::move(fresh));
    }
    const bool moved = host->endpoints != offer.endpoints;
    host->offered_bytes = offer.free_bytes;
    host->endpoints = offer.endpoints;
    book_.put(step.changes, *host);
    const RunPtr run = run_of(box);
    run->missed = 0;
    if (moved && run->serial == 0) call_soon(*run);
    look_soon();
}

void MailboxClient::on_contact_link(const crypto::AccountKey& account) {
    for (const auto& [box, host] : book_.hosts()) {
        if (host.account != account) continue;
        const RunPtr run = run_of(box);
        if (host.stage == Stage::Leased && run->serial == 0) call_soon(*run);
        if (host.stage != Stage::Leasing) continue;
        // Our wish reaches it now.
        run->refusals = 0;
        run->retry_at = std::min(run->retry_at, parts_.clock.now() + seconds(2));
        run->wake.set();
    }
}

void MailboxClient::call_soon(Run& run) {
    run.failures = 0;
    run.retry_at = {};
    run.wake.set();
}

std::vector<Endpoint> MailboxClient::ways_to(const crypto::BoxId& box) const {
    const auto* const host = book_.find(box);
    return host ? endpoints_of(*host) : std::vector<Endpoint>();
}

// --- Keys

void MailboxClient::give_keys(Transaction& step) {
    const Timestamp now = parts_.clock.wall();
    std::vector<crypto::AccountKey> over;
    for (const auto& [account, given] : book_.given()) {
        const auto* const contact = std::as_const(parts_.contacts).find(account);
        if (!contact || !contact->accepted()) over.push_back(account);
    }
    for (const auto& account : over)
        book_.erase_given(step.changes, account);
    const bool any =
        std::ranges::any_of(book_.hosts(), [](const auto& one) { return is_chosen(one.second); });
    if (!any) return;
    const Timestamp expires = from_unix_seconds(unix_seconds(now)) + mailbox::capability_term;
    parts_.contacts.for_each([&](const identity::Contact& contact) {
        if (!contact.accepted()) return;
        auto* const given = book_.given(contact.account);
        if (!given) {
            store::GivenCapability fresh{to_bytes(contact.account),
                                         mailbox::CapabilityKind::Contact,
                                         crypto::draw_secret<crypto::Seed32>(parts_.random),
                                         expires,
                                         {},
                                         {},
                                         {}};
            book_.put(step.changes, book_.add(std::move(fresh)));
            return;
        }
        if (mailbox::renewal_due_for_capability(given->expires, now)) {
            given->previous = book_.key_of(*given);
            given->previous_expires = given->expires;
            given->seed = crypto::draw_secret<crypto::Seed32>(parts_.random);
            given->expires = expires;
            book_.put(step.changes, *given);
        } else if (given->previous && given->previous_expires <= now) {
            given->previous.reset();
            book_.put(step.changes, *given);
        }
    });
}

// --- Judgement

bool MailboxClient::ask_for_receipt(Transaction& step,
                                    const crypto::AccountKey& account,
                                    const mailbox::NoteEntry& entry) {
    const auto* const contact = std::as_const(parts_.contacts).find(account);
    if (!contact || !contact->accepted()) return false;
    parts_.sender.say(step, *contact, word_of(Kind::ReceiptAsk, mailbox::encode_note({&entry, 1})));
    return true;
}

void MailboxClient::on_note(Transaction& step, const Origin& origin, ByteView note) {
    const auto* const contact = std::as_const(parts_.contacts).find(origin.account);
    if (!contact || !contact->accepted()) return;
    judge_.on_note(step, origin.account, note, parts_.clock.wall());
}

}  // namespace kith::node
