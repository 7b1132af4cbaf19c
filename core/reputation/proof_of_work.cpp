// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/proof_of_work.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"
#include "core/crypto/label.h"
#include "core/crypto/passphrase.h"

#include <algorithm>
#include <limits>

namespace kith::reputation {
namespace {

// Part of the format.
constexpr crypto::Argon2Cost cost{2, 1024};

}  // namespace

std::uint64_t target_of(std::uint32_t difficulty) {
    KITH_ASSERT(difficulty >= 1);
    return std::numeric_limits<std::uint64_t>::max() / difficulty;
}

Result<std::uint64_t> evaluate(const Challenge& challenge,
                               std::uint8_t index,
                               std::uint64_t nonce) {
    const Bytes password =
        concat(crypto::label_bytes(crypto::Label::PowArg, crypto::LabelUse::Inside),
               challenge,
               be_bytes<std::uint8_t>(index),
               be_bytes<std::uint64_t>(nonce));
    KITH_TRY(const auto x, crypto::argon2id(password, crypto::Salt16::copy_of(challenge), cost));
    return read_be<std::uint64_t>(x.expose());
}

Result<> verify_work(const Puzzle& puzzle, const Nonces& nonces) {
    if (puzzle.difficulty == 0) return refuse(Code::Malformed, "bad_field", "difficulty 0");
    const std::uint64_t target = target_of(puzzle.difficulty);
    for (std::uint8_t i = 0; i < sub_puzzles; ++i) {
        KITH_TRY(const std::uint64_t x, evaluate(puzzle.challenge, i, nonces[i]));
        if (x > target) return refuse(Code::Refused, "bad_work", "work that does not check");
    }
    return success();
}

Solver::Solver(const Puzzle& puzzle, const Progress& progress)
    : puzzle_(puzzle), progress_(progress) {
    KITH_ASSERT(puzzle.difficulty >= 1);
    progress_.index = std::min(progress_.index, static_cast<std::uint8_t>(sub_puzzles));
}

Result<Solver::State> Solver::step(unsigned evaluations) {
    const std::uint64_t target = target_of(puzzle_.difficulty);
    for (unsigned i = 0; i < evaluations && !done(); ++i) {
        std::uint64_t& nonce = progress_.nonces[progress_.index];
        KITH_TRY(const std::uint64_t x, evaluate(puzzle_.challenge, progress_.index, nonce));
        ++progress_.evaluations;
        if (x <= target) {
            ++progress_.index;
        } else {
            ++nonce;
        }
    }
    return done() ? State::Done : State::Working;
}

const Nonces& Solver::nonces() const {
    KITH_ASSERT(done());
    return progress_.nonces;
}

}  // namespace kith::reputation
