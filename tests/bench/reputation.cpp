// SPDX-License-Identifier: GPL-3.0-or-later
// What judging peers costs.
//
//   admit      limiter and score on the path of each message          floor: 2 us
//   observe    an event booked                                        (no floor)
//   evaluate   one Argon2id of a puzzle
//   verify     a right proof of work, four evaluations                floor: 3 ms
//   desk       a request judged and offered to a full desk            (no floor)
//
// Usage: bench_reputation [calls, 200000]; the exit status is 1 if a floor is missed.
#include "core/crypto/sodium_random.h"
#include "core/reputation/proof_of_work.h"
#include "core/reputation/record.h"
#include "core/reputation/stranger_desk.h"
#include "tests/bench/measure.h"

#include <cstdio>
#include <cstdlib>

namespace kith::bench {
namespace {

using namespace reputation;

constexpr Timestamp noon = from_unix_seconds(1728129600);

/// A contact of whom everything was seen: the dearest record there is.
Record full_record() {
    Record record(Context::Person, noon);
    record.accept(noon);
    for (const EventRule& rule : rules_of(Context::Person))
        record.add(rule.event, 0.5, false, noon);
    for (int i = 0; i < 1000; ++i)
        record.wrote(noon);
    return record;
}

double admit(std::size_t calls) {
    Record record = full_record();
    Timestamp now = noon;
    std::uint64_t taken = 0;
    const double each = nanoseconds_each(calls, [&] {
        now += milliseconds(25);
        if (record.admit(10, 1, now).answer == Admission::Answer::Take) ++taken;
    });
    if (taken == 0) std::abort();
    return each;
}

double observe(std::size_t calls) {
    Record record = full_record();
    Timestamp now = noon;
    return nanoseconds_each(calls, [&] {
        now += seconds(25);
        record.observe(Event::Reply, now);
    });
}

double verify() {
    const Puzzle puzzle{Challenge::copy_of(Bytes(32, 1)), 16};
    Solver solver(puzzle);
    while (solver.step().value() == Solver::State::Working) {
    }
    return nanoseconds_each(50, [&] {
        if (!verify_work(puzzle, solver.nonces())) std::abort();
    });
}

double evaluation() {
    const Challenge challenge = Challenge::copy_of(Bytes(32, 1));
    std::uint64_t nonce = 0;
    return nanoseconds_each(200, [&] {
        if (!evaluate(challenge, 0, nonce++)) std::abort();
    });
}

double desk(std::size_t calls) {
    StrangerDesk full(DeskSecret::copy_of(Bytes(32, 3)), {}, noon);
    std::uint32_t number = 0;
    return nanoseconds_each(calls, [&] {
        DeskRequest request;
        const auto name = be_bytes<std::uint32_t>(++number);
        std::ranges::copy(name, request.claim.id.mutable_view().begin());
        std::ranges::copy(name, request.claim.sender.mutable_view().begin());
        request.claim.epoch = 20'000;
        request.claim.difficulty = 500 + number % 1000;
        if (full.judge(request.claim, noon) == StrangerDesk::Verdict::Take) {
            full.offer(std::move(request), noon);
        }
    });
}

/// Prints one line; whether its floor holds.
bool report(const char* name, double nanoseconds, double floor) {
    const bool holds = floor == 0 || nanoseconds <= floor;
    std::printf("%-9s %12.0f ns", name, nanoseconds);
    if (floor > 0) std::printf("   floor %9.0f ns   %s", floor, holds ? "ok" : "MISSED");
    std::printf("\n");
    return holds;
}

bool run(std::size_t calls) {
    bool holds = report("admit", admit(calls), 2'000);
    report("observe", observe(calls), 0);
    report("evaluate", evaluation(), 0);
    holds = report("verify", verify(), 3e6) && holds;
    report("desk", desk(calls / 10), 0);
    return holds;
}

}  // namespace
}  // namespace kith::bench

int main(int argc, char** argv) {
    // Not for its randomness: libsodium chooses its quick Argon2 when it starts.
    if (!kith::crypto::SodiumRandom::create()) return 1;
    const std::size_t calls = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
    return kith::bench::run(calls < 100 ? 100 : calls) ? 0 : 1;
}
