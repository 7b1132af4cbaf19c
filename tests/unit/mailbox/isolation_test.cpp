// SPDX-License-Identifier: GPL-3.0-or-later
// No depositor, by any traffic, makes another one's receipted envelope vanish or its guaranteed
// share be refused: the same history of others, with and without a flood of every kind, has the
// same outcome below the guaranteed shares.
#include "tests/support/mailbox/box_world.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace kith::mailbox {
namespace {

using test::BoxWorld;
using test::Depositor;
using test::Owner;
using test::refusal_of;

class Flood {
  public:
    Flood(BoxWorld& world, Owner& owner, const crypto::BlindedAccountKey& account)
        : world_(world), random_(99), account_(account), own_(world.depositor(owner)) {}

    /// One attempt of a random kind.
    void attempt() {
        switch (random_.below(8)) {
            case 0:
                keep(world_.deposit(own_, fresh(random_.below(4))));
                break;
            case 1:
                repeat();
                break;
            case 2:
                (void)world_.deposit(world_.stranger(), fresh(0));
                break;
            case 3:
                forge();
                break;
            case 4:
                (void)world_.stat(own_, {last_});
                break;
            case 5:
                odd_terms();
                break;
            default:
                work();
                break;
        }
    }

  private:
    Bytes fresh(std::uint64_t bucket) {
        last_ = world_.envelope(wire::envelope_sizes[bucket]);
        return last_;
    }

    void keep(const DepositOutcome& outcome) {
        if (outcome.accepted() != nullptr) kept_ = last_;
    }

    void repeat() {
        if (!kept_.empty()) (void)world_.deposit(own_, kept_);
    }

    void forge() {
        const Bytes envelope = fresh(0);
        auto request = world_.deposit_request(own_, envelope);
        std::get<wire::DepositCapability>(request.right).sig[random_.below(64)] ^= 1;
        (void)world_.deposit(own_, request);
    }

    void odd_terms() {
        (void)world_.deposit(own_, fresh(random_.below(4)), random_.u32());
        (void)world_.deposit(own_, Bytes(random_.below(5000)));
    }

    void work() {
        const WorkClaim claim{world_.now.epoch, 63 + random_.u32() % 100000, 1};
        (void)world_.deposit(world_.stranger(),
                             account_,
                             fresh(random_.below(3)),
                             claim,
                             crypto::draw_public<WorkId>(random_));
    }

    BoxWorld& world_;
    test::SeededRandom random_;
    crypto::BlindedAccountKey account_;
    Depositor own_;
    Bytes last_ = Bytes(1024);
    Bytes kept_;
};

TEST(Isolation, AFloodChangesNothingBelowTheGuaranteedShares) {
    // A hundred thousand attempts in the long run.
    const char* soak = std::getenv("KITH_SOAK");
    const int rounds = soak != nullptr ? 20000 : 300;
    BoxLimits limits;
    limits.capability = Pace::of(100000, milliseconds(1));
    limits.source = Pace::of(100000, milliseconds(1));
    BoxWorld world(3, limits);
    Owner bob = world.owner(LeaseClass::Volunteer);
    const crypto::BlindedAccountKey account(std::array<std::uint8_t, 32>{42});
    const Bytes beacon = world.beacon(account, world.now.epoch);
    wire::CapSet set;
    set.beacons = {beacon};
    ASSERT_FALSE(refusal_of(world.cap_set(bob, set)));
    Depositor alice = world.depositor(bob);
    Depositor carol = world.depositor(bob);
    Flood flood(world, bob, account);
    // Three capabilities share a quarter of 8 MiB.
    const std::uint64_t share = guaranteed_share(LeaseClass::Volunteer, 8 << 20, 3);
    std::vector<Bytes> kept;
    std::uint64_t left = 0;
    world.sweep();
    for (int round = 0; round < rounds; ++round) {
        for (int i = 0; i < 5; ++i)
            flood.attempt();
        world.pass(minutes(1));
        if (round % 20 == 19) {
            const std::size_t size = round % 40 == 19 ? 4096 : 16384;
            if (left + size <= share) {
                kept.push_back(world.envelope(size));
                ASSERT_FALSE(refusal_of(world.deposit(alice, kept.back(), 14 * 86400)))
                    << "round " << round;
                left += size;
            }
        }
        if (round % 50 == 0) {
            ASSERT_LE(world.box->total().used + world.box->total().reserved, limits.quota);
        }
    }
    world.sweep();
    std::uint64_t of_carol = 0;
    while (of_carol + 16384 <= share) {
        ASSERT_FALSE(refusal_of(world.deposit(carol, world.envelope(16384))));
        of_carol += 16384;
    }
    for (const Bytes& envelope : kept)
        ASSERT_EQ(
            world.rows.rows().index.contains({bob.lease, EnvelopeTag(test::tag_bytes(envelope))}),
            true);
    const auto items = world.collect(bob).items;
    for (const Bytes& envelope : kept) {
        ASSERT_TRUE(std::ranges::any_of(
            items, [&](const HeldBatch::Item& item) { return item.envelope == envelope; }));
    }
    EXPECT_TRUE(world.consistent());
}

TEST(Isolation, OneMailboxesFloodLeavesAnothersGuaranteedShares) {
    BoxLimits limits;
    limits.capability = Pace::of(100000, milliseconds(1));
    limits.source = Pace::of(100000, milliseconds(1));
    limits.quota = std::uint64_t{6} << 20;
    BoxWorld world(4, limits);
    Owner bob = world.owner(LeaseClass::Volunteer);
    Owner carol = world.owner(LeaseClass::Volunteer);
    std::vector<Depositor> flood;
    for (int i = 0; i < 8; ++i)
        flood.push_back(world.depositor(bob));
    Depositor alice = world.depositor(carol);
    for (Depositor& each : flood) {
        while (!refusal_of(world.deposit(each, world.envelope(16384)))) {
        }
    }
    std::uint64_t left = 0;
    while (left + 16384 <= guaranteed_share(LeaseClass::Volunteer, 8 << 20, 1)) {
        ASSERT_FALSE(refusal_of(world.deposit(alice, world.envelope(16384))));
        left += 16384;
    }
    EXPECT_TRUE(world.consistent());
}

}  // namespace
}  // namespace kith::mailbox
