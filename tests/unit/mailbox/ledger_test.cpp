// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/ledger.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

using wire::RefuseCode;

constexpr std::uint64_t KiB = 1024;
constexpr std::uint64_t MiB = 1024 * KiB;

class LedgerTest : public testing::Test {
  protected:
    /// As many envelopes as it takes, or as are admitted.
    std::size_t fill(MailboxLedger& ledger, std::uint64_t mark, std::size_t size = 65536) {
        std::size_t taken = 0;
        while (!ledger.admit(mark, size)) {
            ledger.hold(mark, size);
            ++taken;
        }
        return taken;
    }

    HostTotal total{1024 * MiB, 0, 0};
    MailboxLedger box{LeaseClass::Contact, 64 * MiB, total};
};

TEST_F(LedgerTest, TermsAreThoseOfTheSpecification) {
    EXPECT_EQ(terms_of(LeaseClass::Contact).quota, 64 * MiB);
    EXPECT_EQ(terms_of(LeaseClass::Volunteer).quota, 8 * MiB);
    EXPECT_EQ(ceiling(LeaseClass::Contact, 64 * MiB), 16 * MiB);
    EXPECT_EQ(guaranteed_share(LeaseClass::Contact, 64 * MiB, 4), 4 * MiB);
    EXPECT_EQ(guaranteed_share(LeaseClass::Contact, 64 * MiB, 0), 0U);
    EXPECT_EQ(guaranteed_share(LeaseClass::Own, ~std::uint64_t{0}, 4), 0U);
    EXPECT_EQ(stranger_pool(LeaseClass::Own, ~std::uint64_t{0}), 2 * MiB);
    EXPECT_EQ(stranger_pool(LeaseClass::Contact, 100 * MiB), 6 * MiB);
    EXPECT_EQ(places_of(1024), 1U);
    EXPECT_EQ(places_of(4096), 1U);
    EXPECT_EQ(places_of(16384), 4U);
}

TEST_F(LedgerTest, ACapabilityFillsAQuarterAndNoMore) {
    box.add({{1, 0, 0}});
    EXPECT_EQ(fill(box, 1), 16 * MiB / 65536);
    EXPECT_EQ(box.admit(1, 1024), RefuseCode::Share);
}

TEST_F(LedgerTest, AnUnknownCapabilityFillsNothing) {
    EXPECT_EQ(box.admit(1, 1024), RefuseCode::Unknown);
}

TEST_F(LedgerTest, ManyTogetherLeaveEveryGuaranteedShareFree) {
    std::vector<ShareLimits> all;
    for (std::uint64_t mark = 1; mark <= 16; ++mark)
        all.push_back({mark, 0, 0});
    box.add(all);
    for (std::uint64_t mark = 1; mark <= 15; ++mark)
        fill(box, mark);
    EXPECT_LE(box.used().bytes + box.reserved(), 64 * MiB);
    EXPECT_EQ(box.admit(1, 65536).has_value(), true);
    // The last one has sent nothing yet: a sixty-fourth of the mailbox waits for it.
    std::uint64_t sent = 0;
    while (sent + 65536 <= guaranteed_share(LeaseClass::Contact, 64 * MiB, 16)) {
        ASSERT_EQ(box.admit(16, 65536), std::nullopt);
        box.hold(16, 65536);
        sent += 65536;
    }
    EXPECT_EQ(sent, 1 * MiB);
    EXPECT_EQ(box.admit(16, 65536), RefuseCode::Full);
}

TEST_F(LedgerTest, TheOwnersOwnLimitsBindAsWell) {
    box.add({{1, 3, 0}, {2, 0, 4096}});
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(box.admit(1, 16384), std::nullopt);
        box.hold(1, 16384);
    }
    EXPECT_EQ(box.admit(1, 1024), RefuseCode::Share);
    box.release(1, 16384);
    EXPECT_EQ(box.admit(1, 1024), std::nullopt);
    box.hold(2, 4096);
    EXPECT_EQ(box.admit(2, 1024), RefuseCode::Share);
}

TEST_F(LedgerTest, StrangersShareOnePoolOfBytesAndPlaces) {
    std::size_t taken = 0;
    while (!box.admit(std::nullopt, 1024)) {
        box.hold(std::nullopt, 1024);
        ++taken;
    }
    EXPECT_EQ(taken, 128U);
    EXPECT_EQ(box.admit(std::nullopt, 1024), RefuseCode::Strangers);
    box.release(std::nullopt, 1024);
    EXPECT_EQ(box.admit(std::nullopt, 4096), std::nullopt);
    EXPECT_EQ(box.admit(std::nullopt, 16384), RefuseCode::Strangers) << "it takes four places";
    EXPECT_TRUE(box.stranger_fits(16384, 3072, 3));
    EXPECT_FALSE(box.stranger_fits(16384, 3072, 2));
}

TEST_F(LedgerTest, StrangersTakeNothingFromContactsAndTheReverse) {
    box.add({{1, 0, 0}, {2, 0, 0}, {3, 0, 0}, {4, 0, 0}, {5, 0, 0}, {6, 0, 0}});
    for (std::uint64_t mark = 1; mark <= 5; ++mark)
        fill(box, mark);
    EXPECT_EQ(box.admit(std::nullopt, 4096), std::nullopt);
    while (!box.admit(std::nullopt, 4096))
        box.hold(std::nullopt, 4096);
    EXPECT_EQ(box.admit(6, 65536), std::nullopt);
}

TEST_F(LedgerTest, AFullHostKeepsTheGuaranteedSharesOfAllMailboxes) {
    total.quota = 96 * MiB;
    MailboxLedger other(LeaseClass::Contact, 64 * MiB, total);
    std::vector<ShareLimits> eight;
    for (std::uint64_t mark = 1; mark <= 8; ++mark)
        eight.push_back({mark, 0, 0});
    box.add(eight);
    other.add({{1, 0, 0}});
    for (std::uint64_t mark = 1; mark <= 8; ++mark)
        fill(box, mark);
    EXPECT_LE(total.used + total.reserved, 96 * MiB);
    EXPECT_EQ(fill(other, 1), 16 * MiB / 65536) << "its whole guaranteed share";
}

TEST_F(LedgerTest, AHostGivesNoMoreThanItsTotalHoweverMuchAMailboxMayHold) {
    total.quota = 30 * MiB;
    std::vector<ShareLimits> eight;
    for (std::uint64_t mark = 1; mark <= 8; ++mark)
        eight.push_back({mark, 0, 0});
    box.add(eight);
    EXPECT_LT(fill(box, 1) * 65536, ceiling(LeaseClass::Contact, 64 * MiB));
    EXPECT_EQ(box.admit(1, 65536), RefuseCode::Full);
    EXPECT_LE(total.used + total.reserved, total.quota);
}

TEST_F(LedgerTest, OwnMailHasNoQuotaAndCountsForNoneOfTheOthers) {
    MailboxLedger own(LeaseClass::Own, terms_of(LeaseClass::Own).quota, total);
    own.add({{1, 0, 0}});
    const HostTotal before = total;
    for (int i = 0; i < 20000; ++i) {
        ASSERT_EQ(own.admit(1, 65536), std::nullopt);
        own.hold(1, 65536);
    }
    EXPECT_EQ(total.used, before.used);
    EXPECT_EQ(total.reserved, before.reserved);
}

TEST_F(LedgerTest, MailOfARemovedCapabilityIsStillCounted) {
    box.add({{1, 0, 0}});
    box.hold(1, 65536);
    box.remove(1);
    EXPECT_EQ(box.capabilities(), 0U);
    EXPECT_EQ(box.used().bytes, 65536U);
    EXPECT_EQ(box.admit(1, 1024), RefuseCode::Unknown);
    box.add({{1, 1, 0}});
    EXPECT_EQ(box.admit(1, 1024), RefuseCode::Share) << "what it left before counts";
    box.release(1, 65536);
    EXPECT_EQ(box.used(), Usage{});
    EXPECT_EQ(box.admit(1, 1024), std::nullopt);
}

TEST_F(LedgerTest, ATotalIsTheSumOfItsMailboxesWhateverHappens) {
    test::SeededRandom random(7);
    MailboxLedger other(LeaseClass::Volunteer, 8 * MiB, total);
    std::vector<std::pair<DepositorMark, std::size_t>> held[2];
    MailboxLedger* ledgers[2] = {&box, &other};
    for (int step = 0; step < 20000; ++step) {
        const std::size_t which = random.below(2);
        const std::uint64_t mark = random.below(6);
        const DepositorMark from = mark == 5 ? DepositorMark() : DepositorMark(mark);
        const std::size_t size = std::size_t{1024} << (2 * random.below(4));
        switch (random.below(8)) {
            case 0:
                ledgers[which]->add({{mark, 0, 0}});
                break;
            case 1:
                ledgers[which]->remove(mark);
                break;
            case 2:
            case 3:
                if (held[which].empty()) break;
                ledgers[which]->release(held[which].back().first, held[which].back().second);
                held[which].pop_back();
                break;
            default:
                if (ledgers[which]->admit(from, size)) break;
                ledgers[which]->hold(from, size);
                held[which].emplace_back(from, size);
        }
        ASSERT_EQ(total.used, box.used().bytes + other.used().bytes);
        ASSERT_EQ(total.reserved, box.reserved() + other.reserved());
    }
    for (const std::size_t which : {0U, 1U})
        for (const auto& [from, size] : held[which])
            ledgers[which]->release(from, size);
    EXPECT_EQ(total.used, 0U);
}

TEST_F(LedgerTest, AMailboxThatGoesLeavesTheTotal) {
    {
        MailboxLedger gone(LeaseClass::Volunteer, 8 * MiB, total);
        gone.add({{1, 0, 0}});
        gone.hold(1, 1024);
        EXPECT_NE(total.used, 0U);
    }
    EXPECT_EQ(total.used, 0U);
    EXPECT_EQ(total.reserved, box.reserved());
}

}  // namespace
}  // namespace kith::mailbox
