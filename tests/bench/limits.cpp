// SPDX-License-Identifier: GPL-3.0-or-later
// What the limits of a contact cost each of its messages: the look into the book, score, rate and
// unread credit, with many contacts in memory.
//
//   limits     Receiver's questions for one message                 floor: 2 us
//   flush      writing a record behind, each                        (no floor)
//
// Usage: bench_limits [calls, 200000]; the exit status is 1 if the floor is missed.
#include "core/node/message_log.h"
#include "core/node/reputation_book.h"
#include "tests/bench/measure.h"
#include "tests/support/clock/fake_clock.h"
#include "tests/support/store/memory_store.h"

#include <cstdio>
#include <cstdlib>

namespace kith::bench {
namespace {

constexpr std::uint32_t people = 1000;

crypto::AccountKey account(std::uint32_t number) {
    crypto::AccountKey out;
    std::ranges::copy(be_bytes<std::uint32_t>(number), out.data());
    return out;
}

int run(std::size_t calls) {
    asio::io_context io;
    test::MemoryStore store(io.get_executor());
    test::FakeClock clock;
    node::ContactBook contacts(store);
    node::MessageLog log(store);
    node::ReputationBook book(store, contacts, clock);
    if (!contacts.load() || !book.load()) return 1;
    for (std::uint32_t i = 0; i < people; ++i) {
        contacts.open(account(i), clock.wall()).value()->standing.state =
            identity::ContactState::Accepted;
        // Everything that can be seen of somebody was seen.
        for (const auto& rule : reputation::rules_of(reputation::Context::Person)) {
            const bool act = rule.event == reputation::Event::Accepted ||
                             rule.event == reputation::Event::Reported;
            if (!act) book.observe(account(i), rule.event);
        }
        if (!book.wrote(account(i), true)) return 1;
    }
    std::uint32_t turn = 0;
    std::size_t taken = 0;
    const double each = nanoseconds_each(calls, [&] {
        clock.advance(Duration(25));
        const auto who = account(++turn % people);
        const auto* const contact = std::as_const(contacts).find(who);
        const auto unread = log.unread(who);
        const auto answer = book.admit(who, *unread);
        taken += contact->accepted() && answer->answer == reputation::Admission::Answer::Take;
    });
    const double written = nanoseconds_each(20, [&] {
        for (std::uint32_t i = 0; i < people; ++i)
            book.observe(account(i), reputation::Event::Read);
        store::Changes changes;
        book.flush(changes);
        store.join(std::move(changes));
        io.restart();
        io.poll();
    });
    const bool holds = each <= 2000 && taken > 0;
    std::printf("limits  %8.0f ns   floor %9d ns   %s\n", each, 2000, holds ? "ok" : "MISSED");
    std::printf("flush   %8.0f ns\n", written / people);
    return holds ? 0 : 1;
}

}  // namespace
}  // namespace kith::bench

int main(int argc, char** argv) {
    const std::size_t calls = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
    return kith::bench::run(calls < 100 ? 100 : calls);
}
