// SPDX-License-Identifier: GPL-3.0-or-later
// Requests to the mailbox that is kept here, and how they are answered.
#include "core/node/mailbox_host_client.h"
#include "core/reputation/ticket.h"

#include <algorithm>

namespace kith::node {
namespace {

using wire::FrameType;
using wire::RefuseCode;

// After a failed batch the store needs some seconds, or somebody's help.
constexpr std::uint32_t busy_retry = 30;
// Beacons that a stranger's work may be for: two devices of one account differ at most briefly.
constexpr std::size_t puzzles_max = 4;

template <class Body>
Bytes frame_of(const Body& body) {
    Bytes frame;
    wire::append_frame(frame, body);
    return frame;
}

Bytes refusal_frame(std::uint32_t q, RefuseCode code, std::uint32_t retry = 0) {
    return frame_of(wire::Refuse{q, code, retry, std::nullopt});
}

bool is_near(std::uint64_t epoch, std::uint64_t now) {
    return epoch <= now + 1 && now <= epoch + 1;
}

Result<std::optional<reputation::Puzzle>> look_for_solved(
    const std::vector<reputation::Puzzle>& puzzles, const reputation::Nonces& nonces) {
    for (const auto& puzzle : puzzles) {
        const auto solved = reputation::verify_work(puzzle, nonces);
        if (solved) return std::optional(puzzle);
        if (solved.error().code == Code::Busy) return tl::unexpected(solved.error());
    }
    return std::optional<reputation::Puzzle>();
}

}  // namespace

// --- Links

MailboxHost::Client& MailboxHost::client_of(const PeerLink& link) {
    auto& client = clients_[link.serial()];
    if (!client) {
        client = std::make_unique<Client>(scope_.executor());
        client->link.exporter = link.info().binding;
        client->link.source = prefix_of(link.info().remote);
    }
    return *client;
}

void MailboxHost::on_end(const PeerLink& link) {
    const auto found = clients_.find(link.serial());
    if (found == clients_.end()) return;
    for (const auto& [lease, push] : found->second->pushes) {
        auto& serials = listeners_[lease];
        std::erase(serials, link.serial());
        if (serials.empty()) listeners_.erase(lease);
    }
    clients_.erase(found);
}

bool MailboxHost::owned(const PeerLink& link) const {
    const auto found = clients_.find(link.serial());
    return found != clients_.end() && !found->second->link.owned.empty();
}

bool MailboxHost::overloaded(const PeerLink& link) const {
    const auto found = clients_.find(link.serial());
    return found != clients_.end() && found->second->unanswered >= unanswered_max;
}

Task<> MailboxHost::room(std::uint64_t serial) {
    for (;;) {
        const auto found = clients_.find(serial);
        if (found == clients_.end() || found->second->unanswered < unanswered_max) co_return;
        co_await found->second->answered.wait_pulse();
    }
}

bool MailboxHost::on_request(PeerLink& link, const wire::Frame& frame) {
    if (!serving_) return false;
    Client& client = client_of(link);
    ++client.unanswered;
    return dispatch(link, client, frame);
}

bool MailboxHost::dispatch(PeerLink& link, Client& client, const wire::Frame& frame) {
    switch (frame.type) {
        case FrameType::LeaseReq:
            return on_lease(link, client, frame.body);
        case FrameType::CapSet:
            return on_cap_set(link, client, frame.body);
        case FrameType::Deposit:
            return on_deposit(link, client, frame.body);
        case FrameType::Pickup:
            return on_pickup(link, client, frame.body);
        case FrameType::AckDel:
            return on_ackdel(link, client, frame.body);
        case FrameType::Stat:
            return on_stat(link, client, frame.body);
        case FrameType::Audit:
            return on_audit(link, client, frame.body);
        default:
            return false;
    }
}

// --- Answers

void MailboxHost::answer(std::uint64_t serial, ByteView frame) {
    finish(serial);
    if (auto* const link = parts_.links.by_serial(serial)) link->reply(frame);
}

void MailboxHost::finish(std::uint64_t serial) {
    const auto found = clients_.find(serial);
    if (found == clients_.end()) return;
    --found->second->unanswered;
    found->second->answered.pulse();
}

void MailboxHost::refuse(PeerLink& link, const wire::Refuse& refusal) {
    ++refusals_[refusal.code];
    answer(link.serial(), frame_of(refusal));
}

void MailboxHost::settle(PeerLink& link,
                         std::uint32_t q,
                         const mailbox::HostChanges& changes,
                         Bytes frame,
                         Settled settled) {
    const std::uint64_t serial = link.serial();
    if (changes.empty()) {
        answer(serial, frame);
        if (settled) settled();
        return;
    }
    Transaction step;
    rows_.put(step.changes, changes);
    const auto ticket = parts_.commits.join(std::move(step));
    const auto synced =
        [this, alive = alive_, serial, q, frame = std::move(frame), settled = std::move(settled)](
            const Result<>& result) {
            if (!*alive) return;
            if (!result) {
                ++refusals_[RefuseCode::Busy];
                answer(serial, refusal_frame(q, RefuseCode::Busy, busy_retry));
                return;
            }
            answer(serial, frame);
            if (settled) settled();
        };
    parts_.store.when_synced(ticket, synced);
}

template <class Answer>
void MailboxHost::settle(PeerLink& link, const mailbox::Outcome<Answer>& outcome, Settled settled) {
    if (const auto* const no = outcome.refused()) {
        refuse(link, *no);
        return;
    }
    link.touch();
    const auto& accepted = *outcome.accepted();
    settle(link, accepted.q, outcome.changes, frame_of(accepted), std::move(settled));
}

bool MailboxHost::within_rate(PeerLink& link, std::uint32_t q) {
    const Endpoint& remote = link.info().remote;
    if (remote.is_loopback()) return true;
    const Duration wait = proofs_.take(proof_pace, prefix_of(remote), parts_.clock.now());
    if (wait == Duration::zero()) return true;
    const auto whole = std::chrono::ceil<std::chrono::seconds>(wait);
    wire::Refuse no{q, RefuseCode::Rate, static_cast<std::uint32_t>(whole.count()), std::nullopt};
    refuse(link, no);
    return false;
}

// --- Owners

bool MailboxHost::on_lease(PeerLink& link, Client& client, ByteView body) {
    const auto request = wire::LeaseReq::decode(body);
    if (!request || !link.take_number(request->q)) return false;
    if (!within_rate(link, request->q)) return true;
    const auto outcome = box_->lease(client.link, *request, false, moment());
    const auto* const no = outcome.refused();
    if (no && no->code == RefuseCode::Effort && request->work) {
        link.spawn(check_lease_work(link.serial(), to_bytes(body)));
        return true;
    }
    settle(link, outcome);
    return true;
}

Task<> MailboxHost::check_lease_work(std::uint64_t serial, Bytes body) {
    const auto request = *wire::LeaseReq::decode(body);
    const auto work = reputation::LeaseWork::decode(*request.work);
    const bool fits = work && work->difficulty >= reputation::lease_difficulty &&
                      is_near(work->epoch, moment().epoch);
    Solved solved;
    if (fits) {
        std::vector<reputation::Puzzle> puzzles;
        puzzles.push_back(work->puzzle(box_->id(), crypto::LeaseKey(request.key)));
        solved = co_await first_solved(std::move(puzzles), work->nonces);
    }
    auto* const link = parts_.links.by_serial(serial);
    const auto found = clients_.find(serial);
    if (!link || found == clients_.end()) {
        finish(serial);
        co_return;
    }
    if (!solved) {
        refuse(*link, {request.q, RefuseCode::Busy, busy_retry, std::nullopt});
        co_return;
    }
    settle(*link, box_->lease(found->second->link, request, solved->has_value(), moment()));
}

bool MailboxHost::on_cap_set(PeerLink& link, Client& client, ByteView body) {
    const auto request = wire::CapSet::decode(body);
    if (!request || !link.take_number(request->q)) return false;
    settle(link, box_->cap_set(client.link, *request, moment()));
    return true;
}

bool MailboxHost::on_pickup(PeerLink& link, Client& client, ByteView body) {
    const auto request = wire::Pickup::decode(body);
    if (!request || !link.take_number(request->q)) return false;
    if (request->proof && !within_rate(link, request->q)) return true;
    const auto outcome = box_->pickup(client.link, *request);
    if (const auto* const no = outcome.refused()) {
        refuse(link, *no);
        return true;
    }
    listen(link.serial(), client, *request);
    client.pickups.push_back(*outcome.accepted());
    if (!client.sending) {
        client.sending = true;
        link.spawn(send_batches(&link, &client));
    }
    return true;
}

bool MailboxHost::on_ackdel(PeerLink& link, Client& client, ByteView body) {
    const auto request = wire::AckDel::decode(body);
    if (!request || !link.take_number(request->q)) return false;
    auto outcome = box_->ackdel(client.link, *request, moment());
    const crypto::LeaseId lease(request->lease);
    const std::uint64_t serial = link.serial();
    settle(link, outcome, [this, serial, lease, places = std::move(outcome.places)] {
        const auto found = clients_.find(serial);
        if (found == clients_.end()) return;
        const auto push = found->second->pushes.find(lease);
        if (push != found->second->pushes.end()) push->second.window.deleted(places);
    });
    return true;
}

void MailboxHost::on_get_bundle(PeerLink& link, const wire::GetBundle& request) {
    Client& client = client_of(link);
    ++client.unanswered;
    const Endpoint& remote = link.info().remote;
    const bool allowed =
        remote.is_loopback() ||
        bundles_.take(bundle_pace, prefix_of(remote), parts_.clock.now()) == Duration::zero();
    if (!serving_ || !allowed) {
        wire::BundleAnswer nothing;
        nothing.q = request.q;
        answer(link.serial(), frame_of(nothing));
        return;
    }
    const auto outcome = box_->get_bundle(request, moment());
    const auto& published = *outcome.accepted();
    settle(link, request.q, outcome.changes, frame_of(published.frame(request.q)));
}

// --- Depositors

bool MailboxHost::on_deposit(PeerLink& link, Client& client, ByteView body) {
    const auto request = wire::Deposit::decode(body);
    if (!request || !link.take_number(request->q)) return false;
    if (const auto* const right = std::get_if<wire::DepositWork>(&request->right)) {
        weigh(link, client, *request, *right, body);
        return true;
    }
    give_deposit(link, box_->deposit(client.link, *request, moment()));
    return true;
}

void MailboxHost::give_deposit(PeerLink& link, mailbox::DepositOutcome outcome) {
    if (outcome.accepted()) ++deposits_;
    settle(link, outcome, [this, arrivals = std::move(outcome.arrivals)] {
        box_->committed(arrivals);
        push(arrivals);
    });
}

void MailboxHost::weigh(PeerLink& link,
                        const Client& client,
                        const wire::Deposit& request,
                        const wire::DepositWork& right,
                        ByteView body) {
    const auto proof = reputation::Proof::decode(right.proof);
    if (!proof) {
        refuse(link, {request.q, RefuseCode::Unknown, 0, std::nullopt});
        return;
    }
    const mailbox::WorkClaim claim{proof->epoch, proof->difficulty, proof->inits};
    auto screened = box_->screen(client.link, request, claim, moment());
    if (const auto* const no = std::get_if<wire::Refuse>(&screened)) {
        refuse(link, *no);
        return;
    }
    auto& to_check = std::get<mailbox::WorkToCheck>(screened);
    std::ranges::sort(to_check.signers);
    const auto repeated = std::unique(to_check.signers.begin(), to_check.signers.end());
    to_check.signers.erase(repeated, to_check.signers.end());
    if (to_check.signers.size() > puzzles_max) to_check.signers.resize(puzzles_max);
    std::vector<reputation::Puzzle> puzzles;
    for (const auto& signer : to_check.signers) {
        const reputation::RecipientDay day{to_check.account, proof->epoch, signer};
        puzzles.push_back(proof->puzzle(day));
    }
    link.spawn(check_deposit_work(link.serial(), to_bytes(body), std::move(puzzles)));
}

Task<> MailboxHost::check_deposit_work(std::uint64_t serial,
                                       Bytes body,
                                       std::vector<reputation::Puzzle> puzzles) {
    const auto request = *wire::Deposit::decode(body);
    const auto proof = *reputation::Proof::decode(std::get<wire::DepositWork>(request.right).proof);
    const auto solved = co_await first_solved(std::move(puzzles), proof.nonces);
    auto* const link = parts_.links.by_serial(serial);
    if (!link) {
        finish(serial);
        co_return;
    }
    if (!solved) {
        refuse(*link, {request.q, RefuseCode::Busy, busy_retry, std::nullopt});
        co_return;
    }
    if (!*solved) {
        refuse(*link, {request.q, RefuseCode::Unknown, 0, std::nullopt});
        co_return;
    }
    mailbox::ProvenWork work;
    work.claim = {proof.epoch, proof.difficulty, proof.inits};
    work.id = mailbox::WorkId::copy_of((*solved)->challenge);
    give_deposit(*link, box_->deposit(request, work, moment()));
}

Task<MailboxHost::Solved> MailboxHost::first_solved(std::vector<reputation::Puzzle> puzzles,
                                                    reputation::Nonces nonces) {
    std::function<Solved()> job = [puzzles = std::move(puzzles), nonces] {
        return look_for_solved(puzzles, nonces);
    };
    auto checked = co_await parts_.worker.run(std::move(job));
    if (!checked) co_return tl::unexpected(checked.error());
    co_return *std::move(checked);
}

bool MailboxHost::on_stat(PeerLink& link, Client& client, ByteView body) {
    const auto request = wire::Stat::decode(body);
    if (!request || !link.take_number(request->q)) return false;
    const auto outcome = box_->stat(client.link, *request, moment());
    if (const auto* const no = outcome.refused()) {
        refuse(link, *no);
        return true;
    }
    wire::StatReply reply;
    reply.q = request->q;
    reply.states = *outcome.accepted();
    settle(link, request->q, outcome.changes, frame_of(reply));
    return true;
}

bool MailboxHost::on_audit(PeerLink& link, Client& client, ByteView body) {
    const auto request = wire::Audit::decode(body);
    if (!request || !link.take_number(request->q)) return false;
    settle(link, box_->audit(client.link, *request, moment()));
    return true;
}

}  // namespace kith::node
