// SPDX-License-Identifier: GPL-3.0-or-later
// The puzzle: four memory-hard partial preimages.
//
//   x_i = Argon2id( password = "kith1/pow-arg" 00 || c || u8 i || u64 nonce_i, salt = c[:16],
//                   2 passes over 1 MiB, 32 bytes )                       i = 0..3
//   valid: u64(x_i[:8]) <= floor((2^64 - 1) / d) for all four              expected: 4d evaluations
//
// Four of them, so that hardly anybody needs more than 2.5 times the mean. The challenge c holds
// the difficulty, so a lucky solution cannot be sold as a harder one; what c is made of is in
// ticket.h. One evaluation takes about 0.5 ms: solve in steps on a worker. No state is shared.
// Specification: docs/spec/reputation.md#puzzle.
#pragma once

#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/reputation/effort.h"

#include <array>
#include <cstdint>

namespace kith::reputation {

using Challenge = PublicBytes<32, struct ChallengeTag>;
using Nonces = std::array<std::uint64_t, sub_puzzles>;

struct Puzzle {
    Challenge challenge;
    std::uint32_t difficulty = 1;  ///< d >= 1

    friend auto operator<=>(const Puzzle&, const Puzzle&) = default;
};

/// Largest first eight bytes of x that solve a sub-puzzle. Requires: difficulty >= 1.
std::uint64_t target_of(std::uint32_t difficulty);

/// u64(x_i[:8]). Busy: no memory now. About 0.5 ms and 1 MiB.
Result<std::uint64_t> evaluate(const Challenge& challenge, std::uint8_t index, std::uint64_t nonce);

/// Checks a solution, at most four evaluations, and stops at the first that is wrong.
/// Refused ("bad_work"). Busy: no memory now. Malformed ("bad_field"): difficulty 0.
Result<> verify_work(const Puzzle& puzzle, const Nonces& nonces);

/// Looks for the nonces in steps of bounded length. Value type: what it has found so far can be
/// stored, and the search goes on from there.
class Solver {
  public:
    /// About 50 ms: the longest that anything else waits for the worker.
    static constexpr unsigned step_evaluations = 64;

    struct Progress {
        std::uint8_t index = 0;         ///< sub-puzzle in work, 4 when done
        Nonces nonces{};                ///< found ones; the next to try at `index`
        std::uint64_t evaluations = 0;  ///< done so far, for display

        friend bool operator==(const Progress&, const Progress&) = default;
    };

    enum class State : std::uint8_t { Working, Done };

    /// Requires: puzzle.difficulty >= 1.
    explicit Solver(const Puzzle& puzzle) : Solver(puzzle, Progress()) {}

    /// Goes on from saved progress; an index above 4 counts as 4.
    Solver(const Puzzle& puzzle, const Progress& progress);

    /// At most `evaluations` more. Busy: no memory now; nothing is lost, try again later.
    Result<State> step(unsigned evaluations = step_evaluations);

    bool done() const { return progress_.index >= sub_puzzles; }

    const Puzzle& puzzle() const { return puzzle_; }

    const Progress& progress() const { return progress_; }

    /// Requires: done().
    const Nonces& nonces() const;

  private:
    Puzzle puzzle_;
    Progress progress_;
};

}  // namespace kith::reputation
