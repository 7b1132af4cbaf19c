// SPDX-License-Identifier: GPL-3.0-or-later
// Half of a network vanishes without a word and others come. Whatever a look-up answers is a record
// that the account has published, or an honest "not found", which is rare.
//
// KITH_SIM_SEED=n replays one seed, KITH_SIM_SEEDS=n runs seeds 1..n: 200 unless sanitized, all of
// them when soaking.
#include "tests/sim/dht/dht_world.h"
#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace kith::sim {
namespace {

using directory::Revision;
using directory::Slots;

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Account {
    explicit Account(std::uint64_t seed) : maker(seed) {}

    test::BeaconMaker maker;
    std::vector<Revision> published;

    bool has_published(Revision revision) const {
        return std::ranges::count(published, revision) != 0;
    }
};

struct Tally {
    std::uint64_t asked = 0;
    std::uint64_t found = 0;
    std::uint64_t newest = 0;
};

class Scenario {
  public:
    Scenario(std::uint64_t seed, std::size_t nodes, std::size_t accounts)
        : seed_(seed), nodes_(nodes), world_(seed) {
        for (std::size_t i = 0; i < accounts; ++i) {
            accounts_.push_back(std::make_unique<Account>(seed * 1000 + i));
        }
    }

    Tally run() {
        world_.net.loss = static_cast<double>(seed_ % 4) * 0.02;
        world_.grow(nodes_);
        world_.run_for(seconds(5));
        publish_all({0, 8}, 4);
        lose(nodes_ / 2);
        world_.run_for(seconds(static_cast<int>(seed_ % 20)));
        look_up_all();
        for (std::size_t i = 0; i < nodes_ / 4; ++i) {
            world_.add();
        }
        world_.run_for(seconds(5));
        // Dead nodes are still in everybody's tables: each costs the put a second or three.
        publish_all({0, 16}, 3);
        look_up_all();
        return tally_;
    }

    std::uint64_t digest() const { return world_.net.digest(); }

  private:
    void publish_all(Revision revision, int holders) {
        std::size_t running = accounts_.size();
        for (const auto& account : accounts_) {
            account->published.push_back(revision);
            auto& node = world_.any();
            world_.start<Result<directory::Published>>(
                node.directory->publish(account->maker.records(world_.epoch(), revision),
                                        world_.in(seconds(20))),
                [&running, holders](const Result<directory::Published>& published) {
                    --running;
                    EXPECT_TRUE(published) << (published ? "" : published.error().context);
                    if (!published) return;
                    EXPECT_GE(published->holders, holders);
                });
        }
        world_.run_until([&running] { return running == 0; });
    }

    void lose(std::size_t count) {
        for (DhtNodeInWorld* const node : world_.sample(count)) {
            world_.kill(*node);
        }
    }

    void look_up_all() {
        std::size_t running = accounts_.size();
        std::vector<std::optional<Revision>> best(accounts_.size());
        for (std::size_t i = 0; i < accounts_.size(); ++i) {
            look_up(*accounts_[i], best[i], running);
        }
        world_.run_until([&running] { return running == 0; });
        // Better ones come for three more seconds.
        world_.run_for(dht::RecordSearch::better_for);
        for (std::size_t i = 0; i < accounts_.size(); ++i) {
            ++tally_.asked;
            if (!best[i]) continue;
            ++tally_.found;
            if (*best[i] == accounts_[i]->published.back()) ++tally_.newest;
        }
    }

    void look_up(Account& account, std::optional<Revision>& best, std::size_t& running) {
        const auto accept = account.maker.accept(world_.clock.wall());
        const auto heard = [&account, &best, accept](ByteView record) {
            const auto revision = accept(record);
            ASSERT_TRUE(revision) << "not a record of this account";
            EXPECT_TRUE(account.has_published(*revision));
            EXPECT_TRUE(!best || *best <= *revision) << "went back";
            best = revision;
        };
        auto& node = world_.any();
        world_.start<Result<Bytes>>(
            node.directory->lookup(account.maker.slots(world_.epoch()),
                                   accept,
                                   world_.in(seconds(5)),
                                   [heard](const Bytes& record) { heard(record); }),
            [heard, &running](const Result<Bytes>& found) {
                --running;
                if (found) {
                    heard(*found);
                } else {
                    EXPECT_EQ(found.error().code, Code::NotFound);
                }
            });
    }

    std::uint64_t seed_;
    std::size_t nodes_;
    DhtWorld world_;
    std::vector<std::unique_ptr<Account>> accounts_;
    Tally tally_;
};

constexpr std::size_t network_size = 64;
constexpr std::size_t accounts = 6;

// A seed takes 0.4 s, with AddressSanitizer 1.4 s; nine tenths of that in OpenDHT, in signatures
// and in the sanitizer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

std::uint64_t seeds() {
    const bool few = sanitized && std::getenv("KITH_SOAK") == nullptr;
    return number_of("KITH_SIM_SEEDS", few ? 40 : 200);
}

TEST(Churn, EveryLookUpIsRightOrHonestlyFailed) {
    const std::uint64_t only = number_of("KITH_SIM_SEED", 0);
    const std::uint64_t last = only != 0 ? only : seeds();
    Tally all;
    for (std::uint64_t seed = only != 0 ? only : 1; seed <= last; ++seed) {
        SCOPED_TRACE("replay with KITH_SIM_SEED=" + std::to_string(seed));
        const Tally tally = Scenario(seed, network_size, accounts).run();
        all.asked += tally.asked;
        all.found += tally.found;
        all.newest += tally.newest;
        if (HasFatalFailure() || HasNonfatalFailure()) break;
    }
    std::printf("%llu look-ups, %llu found, %llu of them the newest\n",
                static_cast<unsigned long long>(all.asked),
                static_cast<unsigned long long>(all.found),
                static_cast<unsigned long long>(all.newest));
    EXPECT_GE(all.found * 100, all.asked * 98);
    EXPECT_GE(all.newest * 100, all.found * 99);
}

TEST(Churn, ARunRepeatsPacketForPacket) {
    const auto digest_of = [](std::uint64_t seed) {
        Scenario scenario(seed, network_size, 2);
        scenario.run();
        return scenario.digest();
    };
    EXPECT_EQ(digest_of(5), digest_of(5));
    EXPECT_NE(digest_of(5), digest_of(6));
}

}  // namespace
}  // namespace kith::sim
