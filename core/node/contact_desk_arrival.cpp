// SPDX-License-Identifier: GPL-3.0-or-later
// How a stranger's first message arrives, the cheapest check first: the other half of
// contact_desk.h.
#include "core/base/encoding.h"
#include "core/base/log.h"
#include "core/message/inner.h"
#include "core/node/contact_desk.h"

#include <algorithm>

namespace kith::node {
namespace {

using reputation::Way;

constexpr auto category = log::Category::Node;
constexpr Pace opening_pace =
    Pace::of(ContactDesk::opened_a_day, Duration(days(1)) / ContactDesk::opened_a_day);
constexpr std::string_view invite_over = "(the invitation is no longer valid)";

std::optional<message::Request> request_in(const message::Payload& payload) {
    if (const auto* const request = std::get_if<message::Request>(&payload.content)) {
        return *request;
    }
    if (const auto* const join = std::get_if<message::JoinRequest>(&payload.content)) {
        // It paid instead: the invitation was used, revoked, or is over.
        return message::Request{join->name, std::string(invite_over), join->reach};
    }
    return std::nullopt;
}

}  // namespace

// --- What costs nothing

bool ContactDesk::invited(const reputation::InviteTicket& ticket,
                          const reputation::InitDigest& own) {
    const auto invite = invites_.made(ticket.invite);
    const Timestamp now = parts_.clock.wall();
    if (!invite || !*invite || (*invite)->uses_left == 0 || (*invite)->expires <= now) return false;
    const bool held = std::ranges::any_of(parts_.asked.names(), [&](const auto& name) {
        return reputation::verify_invite(ticket, (*invite)->key, name, own).has_value();
    });
    if (!held) return false;
    const std::uint32_t most = inits_a_day * std::min<std::uint32_t>((*invite)->uses_left, 1000);
    const Pace pace = Pace::of(most, Duration(days(1)) / most);
    if (invite_rates_.size() > store::MadeInvite::max_pending * 64) {
        std::erase_if(invite_rates_, [now](const auto& one) { return one.second.idle(now); });
    }
    return invite_rates_[ticket.invite].take(pace, now) == Duration::zero();
}

bool ContactDesk::ranks(const Arrival& arrival) const {
    const Timestamp now = parts_.clock.wall();
    const bool pays = reputation::pays(arrival.work, arrival.claim.price);
    auto claim = arrival.claim;
    if (pays && desk_->judge(claim, now) == Desk::Verdict::Take) return true;
    // It may carry an introduction, which nobody sees before it is open.
    claim.way = Way::Introduced;
    return desk_->judge(claim, now) == Desk::Verdict::Take;
}

ContactDesk::Verdict ContactDesk::weigh(Arrival& arrival, const message::Inner& inner) {
    const auto& account = arrival.origin.account;
    const Timestamp now = parts_.clock.wall();
    arrival.inner = message::inner_id(arrival.bytes);
    if (inner.ticket.empty()) return Verdict::Drop;
    const auto ticket = reputation::decode_ticket(inner.ticket);
    if (!ticket) return Verdict::Drop;
    const auto own = reputation::init_digest(inner.d);
    if (const auto* const invite = std::get_if<reputation::InviteTicket>(&*ticket)) {
        return invited(*invite, own) ? Verdict::Pass : Verdict::Drop;
    }
    if (shows(account)) return Verdict::Seen;
    const auto record = parts_.reputation.record(account);
    if (!record) return Verdict::Wait;
    const auto standing = record->standing(now);
    if (!standing.work || record->request_refused_until(now)) return Verdict::Drop;
    const auto& work = std::get<reputation::WorkTicket>(*ticket);
    const reputation::TicketHolder holder{
        account, own, directory::epoch_at(now).value(), arrival.by_link};
    bool claimed = false;
    for (const auto& asked : parts_.asked.current()) {
        auto claim = reputation::check_claim(work, holder, asked.policies);
        if (!claim) continue;
        arrival.work = *std::move(claim);
        claimed = true;
        break;
    }
    if (!claimed) return Verdict::Drop;
    arrival.claim.id = crypto::MessageId::copy_of(own);
    arrival.claim.sender = account;
    arrival.claim.way = Way::Cold;
    arrival.claim.difficulty = arrival.work.difficulty;
    arrival.claim.price = std::max<reputation::WorkEighths>(*standing.work, 1);
    arrival.claim.epoch = work.proof.epoch;
    if (checking_.contains(account)) return Verdict::Wait;
    return ranks(arrival) ? Verdict::Check : Verdict::Drop;
}

reputation::WorkBudget::Permit ContactDesk::ask_budget(const Arrival& arrival) {
    if (!budget_) budget_.emplace(parts_.puzzles.evaluation());
    return budget_->ask(arrival.source, parts_.clock.now());
}

bool ContactDesk::admit(const Origin& origin,
                        const message::Inner& inner,
                        ByteView bytes,
                        PeerLink& link,
                        std::uint32_t n) {
    Arrival arrival{origin, to_bytes(bytes), {}, {}, {}, link.info().remote};
    arrival.by_link = true;
    const Verdict verdict = weigh(arrival, inner);
    if (verdict == Verdict::Pass) return true;
    if (verdict == Verdict::Seen) tell_again(origin.account);
    if (verdict != Verdict::Check) return false;
    const auto permit = ask_budget(arrival);
    if (permit.answer == reputation::WorkBudget::Answer::Later) {
        link.refuse({n}, wire::BusyCode::Rate, std::max<Duration>(permit.wait, seconds(1)));
    }
    if (permit.answer != reputation::WorkBudget::Answer::Check) return false;
    checking_.insert(origin.account);
    scope_.spawn(check(std::move(arrival)));
    return false;
}

std::optional<MailVerdict> ContactDesk::admit_mail(const Origin& origin,
                                                   const message::Inner& inner,
                                                   ByteView bytes) {
    Arrival arrival{origin, to_bytes(bytes), {}, {}, {}, std::nullopt};
    const auto id = message::inner_id(bytes);
    if (junk_.contains(id)) return MailVerdict::Junk;
    const bool here =
        std::ranges::any_of(held_, [&](const auto& one) { return one.second.inner == id; });
    if (here) return MailVerdict::Known;
    switch (weigh(arrival, inner)) {
        case Verdict::Pass:
            return std::nullopt;
        case Verdict::Seen:
            tell_again(origin.account);
            return MailVerdict::Known;
        case Verdict::Drop:
            return MailVerdict::Junk;
        case Verdict::Wait:
            return MailVerdict::NotNow;
        case Verdict::Check:
            break;
    }
    const auto permit = ask_budget(arrival);
    if (permit.answer == reputation::WorkBudget::Answer::Check) {
        checking_.insert(origin.account);
        scope_.spawn(check(std::move(arrival)));
    } else if (judged_) {
        // Comes back for it when there is room.
        alarm_ = parts_.clock.call_after(std::max<Duration>(permit.wait, seconds(1)), [this] {
            if (judged_) judged_();
            look();
        });
    }
    return MailVerdict::NotNow;
}

// --- What costs

Task<> ContactDesk::check(Arrival arrival) {
    auto work = arrival.work;
    const auto verified = co_await parts_.puzzles.verify(std::move(work));
    const crypto::AccountKey account = arrival.origin.account;
    checking_.erase(account);
    const bool unknown = !verified && verified.error().code == Code::Busy;
    budget_->finished(arrival.source,
                      reputation::sub_puzzles,
                      verified.has_value() || unknown,
                      parts_.clock.now());
    if (stopping_) co_return;
    if (verified) {
        take_up(arrival);
    } else if (!unknown) {
        parts_.reputation.observe(account, reputation::Event::FalseWork);
        junk_.insert(arrival.inner);
    }
    if (!arrival.by_link && judged_) judged_();
}

void ContactDesk::take_up(Arrival& arrival) {
    const auto* const contact = std::as_const(parts_.contacts).find(arrival.origin.account);
    using enum identity::ContactState;
    const bool known = contact && (contact->accepted() || contact->state() == PendingOut);
    // It comes again, and finds another door.
    if (known || !parts_.commits.ready()) return;
    Transaction step;
    const bool waits_here = held_.contains(arrival.claim.id);
    const bool taken = waits_here ? raise(arrival, step) : open_new(arrival, step);
    if (!taken) junk_.insert(arrival.inner);
    if (!step.changes.empty()) {
        put_state(step);
        parts_.commits.join(std::move(step));
    }
    // What is shown is read from its row.
    if (taken) look();
}

/// The same INIT with a better ticket.
bool ContactDesk::raise(Arrival& arrival, Transaction& step) {
    auto stored = table_.entry(arrival.claim.id);
    if (!stored || !*stored) return false;
    store::DeskEntry entry = **std::move(stored);
    reputation::DeskRequest request = entry.request;
    const Way way = request.claim.way;
    request.claim = arrival.claim;
    request.claim.way = way;
    const auto outcome = desk_->offer(std::move(request), parts_.clock.wall());
    for (const auto& id : outcome.gone)
        erase(step, id, nullptr);
    if (outcome.verdict != Desk::Verdict::Take) return false;
    entry.request = *desk_->find(arrival.claim.id);
    entry.inner = to_bytes(arrival.inner);
    held_.at(arrival.claim.id).inner = arrival.inner;
    store::RequestTable::put(step.changes, entry);
    return true;
}

bool ContactDesk::open_new(Arrival& arrival, Transaction& step) {
    const Timestamp now = parts_.clock.wall();
    // One account must not use up what all have together.
    if (!opened_of_.has(arrival.origin.account, now)) return false;
    if (opened_.take(opening_pace, now) != Duration::zero()) return false;
    opened_of_.take(arrival.origin.account, now);
    auto read = parts_.receiver.open_first(arrival.origin, arrival.bytes);
    if (!read) {
        log::debug(category, "a stranger's message: {}", read.error().context);
        return false;
    }
    step = std::move(read->step);
    const auto drop = [&] {
        // The prekey is used and the handshake seen: that stays, the session does not.
        const auto erased = parts_.sessions.erase(step.changes, arrival.origin.device);
        if (!erased) log::warn(category, "a session stays: {}", erased.error().context);
        return false;
    };
    auto content = request_in(read->payload);
    const auto* const devices = parts_.lists.find(arrival.origin.account);
    if (!content || !devices || !devices->newest()) return drop();
    const auto voucher = voucher_of(step, arrival.origin.account, *content);
    if (voucher) {
        arrival.claim.way = Way::Introduced;
    } else if (!reputation::pays(arrival.work, arrival.claim.price)) {
        return drop();
    }
    store::DeskEntry entry;
    entry.request.claim = arrival.claim;
    entry.request.content = *std::move(content);
    entry.request.voucher = voucher;
    entry.request.arrived = now;
    entry.message = read->payload.id;
    entry.device = arrival.origin.device;
    entry.inner = to_bytes(arrival.inner);
    entry.list = devices->newest()->signed_list();
    const auto outcome = desk_->offer(entry.request, now);
    for (const auto& id : outcome.gone)
        erase(step, id, &arrival.origin.device);
    if (outcome.verdict != Desk::Verdict::Take) return drop();
    entry.request = *desk_->find(arrival.claim.id);
    held_.insert_or_assign(arrival.claim.id,
                           Held{arrival.origin.account, entry.device, arrival.inner, {}});
    store::RequestTable::put(step.changes, entry);
    return true;
}

/// Whose word for the sender it is, if it is good. Charged to the voucher once.
std::optional<crypto::AccountKey> ContactDesk::voucher_of(Transaction& step,
                                                          const crypto::AccountKey& sender,
                                                          const message::Request& request) {
    if (request.introduction.empty()) return std::nullopt;
    const auto signed_word = reputation::SignedIntroduction::decode(request.introduction);
    if (!signed_word) return std::nullopt;
    const auto device = signed_word->claimed_device();
    if (!device) return std::nullopt;
    const identity::Contact* voucher = nullptr;
    parts_.contacts.for_each([&](const identity::Contact& contact) {
        if (contact.accepted() && contact.devices.find(*device)) voucher = &contact;
    });
    if (!voucher) return std::nullopt;
    const Timestamp now = parts_.clock.wall();
    const auto word = reputation::verify_introduction(
        *signed_word, voucher->devices, sender, parts_.profile.account(), now);
    if (!word) return std::nullopt;
    if (charged_.contains(word->id)) return voucher->account;
    bool granted = false;
    const auto charged = parts_.reputation.act(
        voucher->account, [&granted](reputation::Record& record, Timestamp then) {
            granted = record.take_vouch(then);
        });
    if (!charged || !granted) return std::nullopt;
    for (const auto& ended : charged_.add(word->id, word->expires, now))
        store::RequestTable::erase_charged(step.changes, ended);
    store::RequestTable::put(step.changes, store::ChargedIntroduction{word->id, word->expires});
    return voucher->account;
}

}  // namespace kith::node
