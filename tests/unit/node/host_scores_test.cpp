// SPDX-License-Identifier: GPL-3.0-or-later
// What is thought of hosts follows from their own acts, and is on disk with them.
#include "core/node/host_scores.h"

#include "core/identity/account.h"
#include "core/mailbox/placement.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

using reputation::Event;

class HostScoresTest : public StoreFixture {
  protected:
    void act(Event event, std::size_t count = 1) {
        Transaction step;
        scores.observe(step, box, event, now, count);
        commit(std::move(step.changes));
    }

    void lose() {
        Transaction step;
        const auto proof =
            mailbox::make_receipt(key, {}, unix_seconds(now), unix_seconds(now + days(14)));
        scores.lost(step, proof, now);
        commit(std::move(step.changes));
    }

    Timestamp now = from_unix_seconds(1'800'000'000);
    test::SeededRandom random{4};
    crypto::MailboxKeyPair key = crypto::MailboxKeyPair::generate(random);
    crypto::BoxId box = identity::box_id(key.public_key());
    HostScores scores{store};
};

TEST_F(HostScoresTest, OneOfWhichNothingIsKnownIsTrustedALittle) {
    EXPECT_NEAR(scores.score(box, now), 2.0 / 3, 1e-9);
    EXPECT_FALSE(scores.alarm(box));
    EXPECT_EQ(scores.find(box), nullptr);
}

TEST_F(HostScoresTest, ThreeProvenLossesAreAnAlarmAndTheLastOneIsKept) {
    lose();
    lose();
    EXPECT_FALSE(scores.alarm(box));
    lose();
    EXPECT_TRUE(scores.alarm(box));
    EXPECT_EQ(scores.find(box)->proven_losses, 3U);
    EXPECT_EQ(scores.find(box)->last_evidence.size(), mailbox::receipt_size);
}

TEST_F(HostScoresTest, LossesAreNoMatterOfConduct) {
    lose();
    EXPECT_LT(scores.score(box, now), mailbox::score_floor);
    EXPECT_NEAR(scores.conduct(box, now), 2.0 / 3, 1e-9);
}

TEST_F(HostScoresTest, TwoWrongProofsAreTooMuch) {
    act(Event::AuditWrong);
    EXPECT_GT(scores.conduct(box, now), mailbox::score_floor);
    act(Event::AuditWrong);
    EXPECT_LT(scores.conduct(box, now), mailbox::score_floor);
    EXPECT_FALSE(scores.alarm(box)) << "nothing that it has signed proves a loss";
}

TEST_F(HostScoresTest, JunkCountsOnceADayWhoeverLeftIt) {
    act(Event::Junk, 500);
    EXPECT_GT(scores.score(box, now), 0.45);
}

TEST_F(HostScoresTest, MemoryFollowsTheDisk) {
    lose();
    act(Event::Kept, 2);
    HostScores again(store);
    ASSERT_TRUE(again.load());
    ASSERT_NE(again.find(box), nullptr);
    EXPECT_EQ(*again.find(box), *scores.find(box));
}

TEST_F(HostScoresTest, WhoDidLeastMakesRoom) {
    lose();
    for (std::size_t i = 0; i < HostScores::max_hosts; ++i) {
        Transaction step;
        crypto::BoxId other(random.array<16>());
        scores.observe(step, other, Event::AuditSilent, now);
        commit(std::move(step.changes));
    }
    EXPECT_NE(scores.find(box), nullptr);
    HostScores again(store);
    ASSERT_TRUE(again.load());
    EXPECT_NE(again.find(box), nullptr);
}

}  // namespace
}  // namespace kith::node
