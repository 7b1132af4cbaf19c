// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/deposit_fares.h"

#include "core/crypto/hash.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr std::uint32_t most_difficulty = 128'000;

}  // namespace

Task<> DepositFares::stop() {
    stopping_ = true;
    stop_.set();
    co_await scope_.join();
}

std::optional<MailboxDeposit::Fare> DepositFares::fare(const crypto::AccountKey& account,
                                                       const crypto::MessageId& message,
                                                       bool more) {
    if (const auto own = parts_.requests.fare(account, message)) {
        return MailboxDeposit::Fare{own->account, own->proof};
    }
    Paid& paid = paid_[account];
    const std::uint64_t today = directory::epoch_at(parts_.clock.wall()).value();
    if (more && paid.solved) {
        paid.difficulty = std::min(paid.difficulty * raise_by, most_difficulty);
        paid.solved = false;
    }
    const bool used_up = paid.messages.size() >= envelopes && !paid.messages.contains(message);
    if (paid.solved && !used_up && paid.day.epoch + 1 >= today) {
        paid.messages.insert(message);
        return MailboxDeposit::Fare{paid.day.account, paid.proof.encode()};
    }
    if (!paid.solving && !stopping_ && pose(account, paid)) {
        paid.solving = true;
        scope_.spawn(solve(account));
    }
    return std::nullopt;
}

bool DepositFares::pose(const crypto::AccountKey& account, Paid& paid) {
    const auto* const contact = parts_.contacts.find(account);
    const Whereabouts* const beacon = beacon_ ? beacon_(account) : nullptr;
    if (!contact || !contact->reach || !beacon) return false;
    const auto epoch = beacon->version.first;
    const auto keys = directory::EpochKeys::derive(account, *contact->reach, epoch);
    if (!keys) return false;
    // What a crowded host asked for was for that day.
    if (paid.day.epoch != epoch.value()) paid.difficulty = reputation::host_least_difficulty;
    paid.day = {keys->account, epoch.value(), beacon->signer};
    paid.solved = false;
    paid.messages.clear();
    paid.proof = {};
    paid.proof.epoch = epoch.value();
    paid.proof.difficulty = paid.difficulty;
    paid.proof.inits = envelopes;
    // It stands for no request: whoever reads the envelope knows us.
    paid.proof.body = crypto::draw_public<reputation::BodyHash>(parts_.random);
    return true;
}

Task<> DepositFares::solve(crypto::AccountKey account) {
    const Paid& begun = paid_.at(account);
    reputation::Solver solver(begun.proof.puzzle(begun.day), {});
    while (!solver.done()) {
        auto stepped = co_await parts_.puzzles.step(solver, stop_);
        if (stopping_ || !stepped) co_return;
        solver = *std::move(stepped);
    }
    Paid& paid = paid_.at(account);
    paid.solving = false;
    paid.proof.nonces = solver.nonces();
    paid.solved = true;
    if (ready_) ready_(account);
}

}  // namespace kith::node
