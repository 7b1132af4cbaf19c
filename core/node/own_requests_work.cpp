// SPDX-License-Identifier: GPL-3.0-or-later
// The work that pays for a request, and what people see of it: the other half of own_requests.h.
#include "core/base/log.h"
#include "core/message/inner.h"
#include "core/node/own_requests.h"

#include <algorithm>

namespace kith::node {
namespace {

using Stage = store::OwnRequest::Stage;

constexpr auto category = log::Category::Node;
constexpr reputation::WorkEighths whole_price = 8;
constexpr reputation::WorkEighths introduced_price = 1;

bool asks(const Lane& lane, const crypto::AccountKey& account) {
    if (lane.account() != account) return false;
    for (const auto* entry = lane.front(); entry; entry = lane.next(entry->position)) {
        if (entry->type == static_cast<std::uint8_t>(message::ContentType::Request)) return true;
    }
    return false;
}

}  // namespace

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

reputation::WorkEighths OwnRequests::price_of(const store::OwnRequest& row) const {
    for (const auto& part : row.parts) {
        const Lane* const lane = parts_.outbox.lane(part.device);
        const auto* const entry = lane ? lane->find(row.message) : nullptr;
        if (!entry) continue;
        const auto item = parts_.outbox.item(*lane, entry->position);
        if (!item) continue;
        const auto content = message::decode_content(item->type, item->content);
        const auto* const request = content ? std::get_if<message::Request>(&*content) : nullptr;
        return request && !request->introduction.empty() ? introduced_price : whole_price;
    }
    return whole_price;
}

/// Takes the puzzle of the newest beacon. False: there is none.
bool OwnRequests::pose(Own& own) {
    const Whereabouts* const beacon = beacon_ ? beacon_(own.row.account) : nullptr;
    if (!beacon) return false;
    const auto price = price_of(own.row);
    own.closed = price == whole_price && !beacon->open_to_strangers;
    if (own.closed) return false;
    own.row.effort = reputation::effort_of_try(own.row.tries - 1U, beacon->effort);
    // Their mailboxes take no less.
    own.row.difficulty = std::max(reputation::difficulty_for(own.row.effort, price),
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
        const auto stepped = co_await parts_.puzzles.step(std::move(solver), stop_);
        if (stopping_ || !stepped) co_return;
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

std::optional<OwnRequests::Fare> OwnRequests::fare(const crypto::AccountKey& account,
                                                   const crypto::MessageId& message) const {
    const auto found = own_.find(account);
    if (found == own_.end()) return std::nullopt;
    const auto& row = found->second.row;
    const auto day = day_of(row);
    if (row.stage != Stage::Out || row.message != message || !day) return std::nullopt;
    return Fare{day->account, proof_of(row).encode()};
}

// --- What people see

/// It was there, and nobody had time for it.
void OwnRequests::note_refusal(const Own& own, RequestView& out) const {
    for (const auto& part : own.row.parts) {
        const Lane* const lane = parts_.outbox.lane(part.device);
        if (!lane || !lane->find(own.row.message) || !lane->hold()) continue;
        const Duration left = lane->hold()->until - parts_.clock.now();
        if (left <= Duration::zero()) continue;
        out.waits = lane->hold()->why();
        const Timestamp again = parts_.clock.wall() + left;
        if (!out.next || again < *out.next) out.next = again;
    }
}

std::optional<RequestView> OwnRequests::view(const crypto::AccountKey& account) const {
    const auto found = own_.find(account);
    RequestView out;
    if (found == own_.end()) {
        // Nobody was found to whom it could be sealed.
        const auto waits = [&](const auto& one) { return asks(*one.second, account); };
        if (std::ranges::any_of(parts_.outbox.lanes(), waits)) return out;
        return std::nullopt;
    }
    const Own& own = found->second;
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
        note_refusal(own, out);
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
