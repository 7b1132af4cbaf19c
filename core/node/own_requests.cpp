// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/own_requests.h"

#include "core/base/log.h"
#include "core/message/inner.h"

#include <algorithm>

namespace kith::node {
namespace {

using Stage = store::OwnRequest::Stage;

constexpr auto category = log::Category::Node;
// When the worker or the store takes nothing.
constexpr Duration again_after = seconds(10);
constexpr Duration busy_pause = milliseconds(50);
// Until they can be found: the beacon is asked for again.
constexpr Duration search_every = minutes(5);
constexpr reputation::WorkEighths whole_price = 8;

bool is_request(const OutboxEntry& entry) {
    return entry.type == static_cast<std::uint8_t>(message::ContentType::Request);
}

}  // namespace

OwnRequests::OwnRequests(Parts parts)
    : parts_(std::move(parts)),
      table_(parts_.store),
      scope_(parts_.executor),
      stop_(parts_.executor) {}

Result<> OwnRequests::load() {
    own_.clear();
    KITH_TRY(auto rows, table_.own());
    for (auto& row : rows) {
        const crypto::AccountKey account = row.account;
        own_[account].row = std::move(row);
    }
    return success();
}

void OwnRequests::start() {
    look();
    for (auto& [account, own] : own_)
        plan(own);
}

Task<> OwnRequests::stop() {
    stopping_ = true;
    stop_.set();
    for (auto& [account, own] : own_)
        own.alarm.cancel();
    co_await scope_.join();
}

OwnRequests::Own* OwnRequests::find(const crypto::AccountKey& account) {
    const auto found = own_.find(account);
    return found == own_.end() ? nullptr : &found->second;
}

bool OwnRequests::active(const crypto::AccountKey& account) const {
    const auto found = own_.find(account);
    return found != own_.end() && found->second.row.stage != Stage::GivenUp &&
           waits(found->second.row);
}

/// No receipt has come yet.
bool OwnRequests::waits(const store::OwnRequest& row) const {
    return std::ranges::any_of(row.parts, [&](const auto& part) {
        const Lane* const lane = parts_.outbox.lane(part.device);
        return lane && lane->find(row.message);
    });
}

void OwnRequests::save(const Own& own) {
    // Lost with a failed commit: done again.
    if (!parts_.commits.ready()) return;
    Transaction step;
    table_.put(step.changes, own.row);
    parts_.commits.join(std::move(step));
}

void OwnRequests::forget(Transaction& step, const crypto::AccountKey& account) {
    if (own_.erase(account) > 0) table_.erase_own(step.changes, account);
}

void OwnRequests::look() {
    if (!parts_.commits.ready()) return;
    Transaction step;
    std::vector<crypto::AccountKey> over;
    for (const auto& [account, own] : own_) {
        const auto* const contact = std::as_const(parts_.contacts).find(account);
        if (!contact || contact->state() != identity::ContactState::PendingOut) {
            over.push_back(account);
        }
    }
    for (const auto& account : over)
        forget(step, account);
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
}

// --- Sealing

Result<> OwnRequests::prepare(Transaction& step, const crypto::AccountKey& account) {
    const auto* const contact = std::as_const(parts_.contacts).find(account);
    if (!contact || contact->accepted() || contact->blocked()) return success();
    for (const auto& device : contact->devices.reachable()) {
        Lane* const lane = parts_.outbox.lane(device.id);
        if (!lane) continue;
        for (const std::uint64_t position : lane->open_positions()) {
            const auto* const entry = lane->next(position - 1);
            if (entry && entry->position == position && is_request(*entry)) {
                KITH_CHECK(seal(step, *lane, *entry));
            }
        }
    }
    if (Own* const own = find(account); own && !own->solving) {
        step.after.push_back([this, account] { found(account); });
    }
    return success();
}

Result<> OwnRequests::seal(Transaction& step, Lane& lane, const OutboxEntry& entry) {
    KITH_TRY(const auto* const set, parts_.sessions.open(lane.device()));
    if (!set->active()) return success();
    Own* own = find(lane.account());
    const bool other = own && (own->row.message != entry.id || own->row.stage != Stage::Working);
    const auto has_part = [&] {
        return own &&
               std::ranges::find(own->row.parts, lane.device(), &store::OwnRequest::Part::device) !=
                   own->row.parts.end();
    };
    if (!other && has_part()) return success();
    if (own && !other && own->row.parts.size() >= store::OwnRequest::inits_max) return success();
    KITH_TRY(const auto item, parts_.outbox.item(lane, entry.position));
    KITH_TRY(auto first, parts_.sender.seal_first(lane, item));
    if (!first.init) {
        // They have answered in this session before: nothing to pay for.
        parts_.outbox.encrypted(step.changes, lane, item, std::move(first.bytes));
        step.lanes.push_back(&lane);
        return success();
    }
    if (!own || other) {
        own_.erase(lane.account());
        own = &own_[lane.account()];
        own->row.account = lane.account();
        own->row.message = entry.id;
        own->row.started = own->row.tried = parts_.clock.wall();
    }
    own->row.parts.push_back({lane.device(), std::move(first.bytes)});
    // What was solved so far was for less.
    own->row.epoch = 0;
    table_.put(step.changes, own->row);
    return success();
}

// --- Trying

void OwnRequests::plan(Own& own) {
    own.alarm.cancel();
    if (stopping_) return;
    const crypto::AccountKey account = own.row.account;
    const auto ring = [this, account](Duration wait) {
        return parts_.clock.call_after(wait, [this, account] { on_alarm(account); });
    };
    const Timestamp now = parts_.clock.wall();
    switch (own.row.stage) {
        case Stage::Working:
            if (own.row.epoch != 0 && !own.closed) return work(own);
            own.alarm = ring(own.closed ? Duration(hours(6)) : Duration(search_every));
            if (!own.solving && !own.closed) found(account);
            return;
        case Stage::Out: {
            const bool last = own.row.tries >= reputation::request_tries;
            const Timestamp due = last ? own.row.started + reputation::request_term
                                       : own.row.tried + reputation::request_retry;
            own.alarm = ring(std::max<Duration>(due - now, seconds(1)));
            return;
        }
        case Stage::GivenUp:
            return;
    }
}

void OwnRequests::on_alarm(const crypto::AccountKey& account) {
    Own* const own = find(account);
    if (!own || stopping_) return;
    if (!parts_.commits.ready()) {
        own->alarm = parts_.clock.call_after(again_after, [this, account] { on_alarm(account); });
        return;
    }
    const Timestamp now = parts_.clock.wall();
    if (!waits(own->row)) return;
    if (now - own->row.started >= reputation::request_term) return give_up(*own);
    if (own->row.stage == Stage::Out) return try_again(*own);
    own->closed = false;
    if (search_) search_(account);
    plan(*own);
}

void OwnRequests::try_again(Own& own) {
    if (own.row.tries >= reputation::request_tries) return plan(own);
    ++own.row.tries;
    own.row.tried = parts_.clock.wall();
    own.row.stage = Stage::Working;
    own.row.epoch = 0;
    own.row.progress = {};
    save(own);
    // What it costs today, not what it cost yesterday.
    if (search_) search_(own.row.account);
    plan(own);
}

void OwnRequests::give_up(Own& own) {
    Transaction step;
    for (const auto& part : own.row.parts) {
        if (Lane* const lane = parts_.outbox.lane(part.device)) {
            parts_.outbox.remove(step.changes, *lane, own.row.message);
        }
    }
    own.row.stage = Stage::GivenUp;
    table_.put(step.changes, own.row);
    step.events.push_back(NoticeRef{"request-given-up",
                                    "warning",
                                    "a contact request was not looked at within a week",
                                    "ask them for an invite: kith help invites"});
    step.events.push_back(ContactRef{own.row.account});
    parts_.commits.join(std::move(step));
}

// --- Working

std::optional<reputation::RecipientDay> OwnRequests::day_of(const store::OwnRequest& row) const {
    const auto* const contact = std::as_const(parts_.contacts).find(row.account);
    if (!contact || !contact->reach || row.epoch == 0) return std::nullopt;
    const auto keys =
        directory::EpochKeys::derive(row.account, *contact->reach, directory::Epoch(row.epoch));
    if (!keys) return std::nullopt;
    return reputation::RecipientDay{keys->account, row.epoch, row.beacon};
}

reputation::Proof OwnRequests::proof_of(const store::OwnRequest& row) const {
    std::vector<reputation::InitDigest> digests;
    for (const auto& part : row.parts)
        digests.push_back(reputation::init_digest(part.init));
    reputation::Proof proof;
    proof.epoch = row.epoch;
    proof.difficulty = row.difficulty;
    proof.inits = static_cast<std::uint8_t>(row.parts.size());
    proof.body = reputation::body_hash(parts_.profile.account(), digests);
    proof.nonces = row.progress.nonces;
    return proof;
}

/// Takes the puzzle of the newest beacon. False: there is none.
bool OwnRequests::pose(Own& own) {
    const Whereabouts* const beacon = beacon_ ? beacon_(own.row.account) : nullptr;
    if (!beacon) return false;
    own.closed = !beacon->open_to_strangers;
    if (own.closed) return false;
    own.row.effort = reputation::effort_of_try(own.row.tries - 1U, beacon->effort);
    // Their mailboxes take no less.
    own.row.difficulty = std::max(reputation::difficulty_for(own.row.effort, whole_price),
                                  reputation::host_least_difficulty);
    own.row.epoch = beacon->version.first.value();
    own.row.beacon = beacon->signer;
    own.row.progress = {};
    save(own);
    return true;
}

void OwnRequests::found(const crypto::AccountKey& account) {
    Own* const own = find(account);
    if (!own || stopping_ || own->solving || own->row.stage != Stage::Working) return;
    if (own->row.epoch == 0 && !pose(*own)) {
        if (own->closed) plan(*own);
        return;
    }
    work(*own);
}

void OwnRequests::work(Own& own) {
    if (own.solving || stopping_) return;
    const std::uint64_t today = directory::epoch_at(parts_.clock.wall()).value();
    if (own.row.epoch + 1 < today) {
        // Begun days ago: worth nothing any more.
        own.row.epoch = 0;
        if (!pose(own)) return;
    }
    own.alarm.cancel();
    own.solving = true;
    scope_.spawn(solve(own.row.account));
}

Task<> OwnRequests::solve(crypto::AccountKey account) {
    co_await parts_.puzzles.measure();
    for (;;) {
        Own* own = find(account);
        if (!own || stopping_) co_return;
        const auto day = day_of(own->row);
        if (!day) break;
        reputation::Solver solver(proof_of(own->row).puzzle(*day), own->row.progress);
        if (solver.done()) break;
        const auto puzzle = solver.puzzle();
        auto stepped = co_await parts_.puzzles.step(std::move(solver));
        if (stopping_) co_return;
        if (!stepped) {
            co_await sleep_for(parts_.clock, busy_pause, stop_);
            continue;
        }
        own = find(account);
        // Another try, or another device, has changed what is asked meanwhile.
        const auto now_asked = own ? day_of(own->row) : std::nullopt;
        if (!now_asked || proof_of(own->row).puzzle(*now_asked) != puzzle) {
            if (own) continue;
            co_return;
        }
        take_step(*own, *stepped);
    }
    Own* const own = find(account);
    if (!own || stopping_) co_return;
    own->solving = false;
    if (own->row.progress.index >= reputation::sub_puzzles && own->row.epoch != 0) {
        send_out(*own);
    } else {
        plan(*own);
    }
}

void OwnRequests::take_step(Own& own, const reputation::Solver& solver) {
    own.row.progress = solver.progress();
    const SteadyTime now = parts_.clock.now();
    if (!own.saved) own.saved = now;
    if (now - *own.saved < save_every) return;
    own.saved = now;
    save(own);
}

void OwnRequests::send_out(Own& own) {
    const crypto::AccountKey account = own.row.account;
    if (!parts_.commits.ready()) {
        own.alarm = parts_.clock.call_after(again_after, [this, account] { found(account); });
        return;
    }
    reputation::WorkTicket ticket;
    ticket.proof = proof_of(own.row);
    for (const auto& part : own.row.parts)
        ticket.digests.push_back(reputation::init_digest(part.init));
    const Bytes encoded = reputation::encode_ticket(ticket);
    Transaction step;
    for (const auto& part : own.row.parts) {
        Lane* const lane = parts_.outbox.lane(part.device);
        const auto* const entry = lane ? lane->find(own.row.message) : nullptr;
        if (!entry) continue;
        const auto item = parts_.outbox.item(*lane, entry->position);
        if (!item) continue;
        parts_.outbox.encrypted(
            step.changes, *lane, *item, message::encode_inner_init(encoded, part.init));
        step.lanes.push_back(lane);
    }
    own.row.stage = Stage::Out;
    own.row.tried = parts_.clock.wall();
    if (own.row.tries == 1) own.row.started = own.row.tried;
    table_.put(step.changes, own.row);
    step.events.push_back(ContactRef{account});
    parts_.commits.join(std::move(step));
    log::debug(category, "a request is paid for: {} evaluations", own.row.progress.evaluations);
    plan(own);
}

std::optional<reputation::Proof> OwnRequests::proof(const crypto::AccountKey& account) const {
    const auto found = own_.find(account);
    if (found == own_.end() || found->second.row.stage != Stage::Out) return std::nullopt;
    return proof_of(found->second.row);
}

// --- What people see

std::optional<RequestView> OwnRequests::view(const crypto::AccountKey& account) const {
    const auto found = own_.find(account);
    if (found == own_.end()) return std::nullopt;
    const Own& own = found->second;
    RequestView out;
    out.number = own.row.tries;
    if (own.row.stage == Stage::GivenUp) {
        out.state = RequestState::GivenUp;
    } else if (!waits(own.row)) {
        out.state = RequestState::Seen;
    } else if (own.closed) {
        out.state = RequestState::Closed;
    } else if (own.row.stage == Stage::Out) {
        out.state = RequestState::Out;
        if (own.row.tries < reputation::request_tries) {
            out.next = own.row.tried + reputation::request_retry;
        }
    } else if (own.row.epoch == 0) {
        out.state = RequestState::Searching;
    } else {
        out.state = RequestState::Working;
        out.work = reputation::expected_time(own.row.difficulty, parts_.puzzles.evaluation());
        out.done = own.row.progress.index;
    }
    return out;
}

}  // namespace kith::node
