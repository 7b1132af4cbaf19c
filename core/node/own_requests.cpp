// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/own_requests.h"

#include <algorithm>

namespace kith::node {
namespace {

using Stage = store::OwnRequest::Stage;

// Until they can be found: the beacon is asked for again.
constexpr Duration search_every = minutes(5);

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

}  // namespace kith::node
