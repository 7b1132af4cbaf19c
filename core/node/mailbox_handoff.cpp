// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/mailbox_handoff.h"

#include "core/base/log.h"
#include "core/mailbox/receipt.h"
#include "core/message/envelope.h"
#include "core/wire/deposit_frames.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr Duration call_deadline = seconds(8);
constexpr Duration answer_deadline = seconds(10);
// A host that wants to be left alone for longer is left for another.
constexpr Duration patience = minutes(1);
// What ends sooner is not worth the way.
constexpr Duration least_term = minutes(1);

}  // namespace

/// One envelope on its way.
struct MailboxHandOff::Attempt {
    std::uint64_t serial = 0;  // of the link
    std::uint64_t place = 0;   // in our mailbox
    Bytes envelope;
    std::uint32_t ttl = 0;
    mailbox::AnnouncedHost to;
    std::shared_ptr<const crypto::DepositKeyPair> key;
    Outcome outcome = Outcome::Elsewhere;
    Duration wait{};
};

MailboxHandOff::MailboxHandOff(Parts parts)
    : parts_(std::move(parts)),
      table_(parts_.store),
      scope_(parts_.executor),
      stop_(parts_.executor),
      wake_(parts_.executor) {}

void MailboxHandOff::start() {
    scope_.spawn(working());
}

Task<> MailboxHandOff::stop() {
    stop_.set();
    wake_.set();
    co_await scope_.join();
}

void MailboxHandOff::changed() {
    looked_ = false;
    wake_.set();
}

Task<> MailboxHandOff::working() {
    while (!stop_.is_set()) {
        wake_.reset();
        if (parts_.host.limits().serve == mailbox::Serve::Off) {
            const bool due = co_await sleep_for(parts_.clock, grace, stop_);
            if (!due) co_return;
            co_await hand_over_all();
        } else {
            forget();
        }
        const Alarm again = parts_.clock.call_after(retry_every, [this] { wake_.set(); });
        co_await wake_.wait();
    }
}

Task<> MailboxHandOff::hand_over_all() {
    std::set<crypto::AccountKey> left;
    const auto grants = table_.grants();
    if (!grants) co_return;
    for (const auto& granted : *grants) {
        if (stop_.is_set() || parts_.host.limits().serve != mailbox::Serve::Off) co_return;
        const Errand errand{granted.contact, granted.owner};
        const bool done = co_await hand_over(errand);
        if (!done) left.insert(errand.contact);
    }
    open_ = std::move(left);
    looked_ = true;
}

Task<bool> MailboxHandOff::hand_over(Errand errand) {
    const auto first = next(errand);
    if (!first) log::warn(log::Category::Store, "hand-off: {}", first.error().context);
    if (!first || first->empty()) co_return first.has_value();
    auto where = parts_.where(errand.contact);
    if (!where) co_return false;
    const auto key =
        std::make_shared<const crypto::DepositKeyPair>(mailbox::deposit_key(where->deposit_seed));
    for (std::size_t i = 0; i < where->hosts.size() && !stop_.is_set(); ++i) {
        const bool done = co_await hand_over_to(errand, where->hosts[i], key);
        if (done) co_return true;
    }
    co_return false;
}

Task<bool> MailboxHandOff::hand_over_to(Errand errand,
                                        mailbox::AnnouncedHost to,
                                        std::shared_ptr<const crypto::DepositKeyPair> key) {
    const SteadyTime deadline = parts_.clock.now() + call_deadline;
    const auto serial = co_await parts_.links.call_box(to.id(), to.endpoints, deadline);
    if (!serial) co_return false;
    bool done = false;
    while (!stop_.is_set()) {
        const auto some = next(errand);
        done = some && some->empty();
        if (done || !some) break;
        const Batch& batch = *some;
        AsyncScope on_the_way(parts_.executor);
        for (const auto& attempt : batch) {
            attempt->serial = *serial;
            attempt->to = to;
            attempt->key = key;
            on_the_way.spawn(leave(attempt));
        }
        co_await on_the_way.join();
        const auto stuck = std::ranges::find_if(
            batch, [](const auto& one) { return one->outcome != Outcome::Settled; });
        if (stuck != batch.begin()) remember(errand, (*std::prev(stuck))->place);
        if (stuck == batch.end()) continue;
        const bool later = (*stuck)->outcome == Outcome::Later && (*stuck)->wait <= patience;
        if (!later) break;
        const Duration wait = std::max<Duration>((*stuck)->wait, seconds(1));
        const bool due = co_await sleep_for(parts_.clock, wait, stop_);
        if (!due) break;
    }
    if (PeerLink* const link = parts_.links.by_serial(*serial)) link->close(wire::ByeCode::Idle);
    co_return done;
}

Task<> MailboxHandOff::leave(std::shared_ptr<Attempt> attempt) {
    PeerLink* const link = parts_.links.by_serial(attempt->serial);
    if (!link) co_return;
    const mailbox::LinkToBox where{link->info().binding, attempt->to.id()};
    const auto hash = message::envelope_hash(attempt->envelope);
    wire::Deposit request;
    request.envelope = attempt->envelope;
    request.ttl = attempt->ttl;
    wire::DepositCapability right;
    right.key = attempt->key->public_key().array();
    right.sig = mailbox::sign_deposit(*attempt->key, where, hash, request.ttl).array();
    request.right = right;
    link->touch();
    const SteadyTime deadline = parts_.clock.now() + answer_deadline;
    const auto answer = co_await link->ask(request, deadline);
    if (!answer) co_return;
    attempt->outcome = read(*attempt, *answer);
    const bool signed_for = answer->type == wire::FrameType::Receipt;
    if (signed_for && attempt->outcome == Outcome::Settled) ++handed_over_;
}

MailboxHandOff::Outcome MailboxHandOff::read(Attempt& attempt, const PeerLink::Answer& answer) {
    if (answer.type == wire::FrameType::Receipt) {
        const auto body = wire::HostReceipt::decode(answer.body);
        const auto hash = message::envelope_hash(attempt.envelope);
        const bool signed_for =
            body && mailbox::accept_receipt(attempt.to.key, hash, *body).has_value();
        return signed_for ? Outcome::Settled : Outcome::Elsewhere;
    }
    const auto refusal = wire::Refuse::decode(answer.body);
    if (answer.type != wire::FrameType::Refuse || !refusal) return Outcome::Elsewhere;
    attempt.wait = seconds(refusal->retry);
    switch (refusal->code) {
        case wire::RefuseCode::Gone:  // its owner has it from there
        case wire::RefuseCode::Ttl:   // nobody takes it any more
        case wire::RefuseCode::Size:
            return Outcome::Settled;
        case wire::RefuseCode::Rate:
        case wire::RefuseCode::Busy:
            return Outcome::Later;
        default:
            return Outcome::Elsewhere;
    }
}

Result<MailboxHandOff::Batch> MailboxHandOff::next(const Errand& errand) {
    Batch out;
    KITH_TRY(std::uint64_t place, table_.handed_over(errand.contact));
    const Timestamp now = parts_.clock.wall();
    while (out.empty()) {
        KITH_TRY(auto some, parts_.host.held(errand.owner, place, in_flight));
        if (some.empty()) break;
        place = some.back().place;
        for (auto& held : some) {
            if (held.expires - now < least_term) continue;
            auto attempt = std::make_shared<Attempt>();
            attempt->place = held.place;
            attempt->envelope = std::move(held.envelope);
            attempt->ttl =
                static_cast<std::uint32_t>(unix_seconds(held.expires) - unix_seconds(now));
            out.push_back(std::move(attempt));
        }
    }
    return out;
}

void MailboxHandOff::remember(const Errand& errand, std::uint64_t place) {
    if (!parts_.commits.ready()) return;  // it is handed over again, which costs a round trip
    Transaction step;
    table_.put_handed_over(step.changes, errand.contact, place);
    parts_.commits.join(std::move(step));
}

// Whoever serves again may stop again, when the mailboxes of its contacts are others.
void MailboxHandOff::forget() {
    open_.clear();
    looked_ = false;
    if (!parts_.commits.ready()) return;
    Transaction step;
    const auto forgotten = table_.forget_handed_over(step.changes);
    if (!forgotten) log::debug(log::Category::Store, "hand-off: {}", forgotten.error().context);
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
}

}  // namespace kith::node
