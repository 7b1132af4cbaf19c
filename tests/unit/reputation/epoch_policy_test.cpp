// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/epoch_policy.h"

#include "core/base/refusal.h"

#include <gtest/gtest.h>

namespace kith::reputation {
namespace {

constexpr std::uint64_t today = 20'000;

crypto::BeaconKey beacon(std::uint8_t seed) {
    return crypto::BeaconKey::copy_of(Bytes(32, seed));
}

RecipientDay day(std::uint64_t epoch, std::uint8_t beacon_seed = 1) {
    return {crypto::BlindedAccountKey::copy_of(Bytes(32, static_cast<std::uint8_t>(epoch))),
            epoch,
            beacon(beacon_seed)};
}

const crypto::AccountKey caller = crypto::AccountKey::copy_of(Bytes(32, 9));
const InitDigest own = init_digest(Bytes(50, 1));
const InitDigest other = init_digest(Bytes(50, 2));

/// What a caller makes for one of two devices. The work is done for `solved`, if given.
WorkTicket make_ticket(std::uint64_t epoch,
                       std::uint32_t difficulty,
                       const std::optional<RecipientDay>& solved = std::nullopt) {
    WorkTicket ticket;
    ticket.digests = {other, own};
    ticket.proof.epoch = epoch;
    ticket.proof.difficulty = difficulty;
    ticket.proof.inits = 2;
    ticket.proof.body = body_hash(caller, ticket.digests);
    if (!solved) return ticket;
    Solver solver(ticket.proof.puzzle(*solved));
    while (solver.step().value() == Solver::State::Working) {
    }
    ticket.proof.nonces = solver.nonces();
    return ticket;
}

TicketHolder holder(bool by_link = false) {
    return {caller, own, today, by_link};
}

EpochPolicies policies_of(std::uint64_t first, std::uint64_t last, std::uint16_t effort) {
    EpochPolicies out;
    for (std::uint64_t epoch = first; epoch <= last; ++epoch)
        out.publish(day(epoch), effort);
    return out;
}

std::string word(const Result<WorkClaim>& claim) {
    return claim ? "" : std::string(refusal_word(claim.error()));
}

TEST(Claim, IsTakenForAnyDayThatWasPublished) {
    const EpochPolicies policies = policies_of(today - 7, today + 1, 2);
    for (std::uint64_t epoch = today - 7; epoch <= today + 1; ++epoch)
        EXPECT_EQ(word(check_claim(make_ticket(epoch, 500), holder(), policies)), "");
}

TEST(Claim, OfAnotherDayIsRefused) {
    EpochPolicies policies = policies_of(today - 8, today, 2);
    EXPECT_EQ(word(check_claim(make_ticket(today - 8, 500), holder(), policies)), "bad_epoch");
    policies = policies_of(today, today + 2, 2);
    EXPECT_EQ(word(check_claim(make_ticket(today + 2, 500), holder(), policies)), "bad_epoch");
    EXPECT_EQ(word(check_claim(make_ticket(today - 1, 500), holder(), policies)), "bad_epoch");
}

TEST(Claim, OverALinkIsForToday) {
    const EpochPolicies policies = policies_of(today - 7, today + 1, 2);
    EXPECT_EQ(word(check_claim(make_ticket(today - 1, 500), holder(true), policies)), "");
    EXPECT_EQ(word(check_claim(make_ticket(today + 1, 500), holder(true), policies)), "");
    EXPECT_EQ(word(check_claim(make_ticket(today - 2, 500), holder(true), policies)), "bad_epoch");
}

TEST(Claim, MustPayAnEighthOfWhatWasAskedThatDay) {
    const EpochPolicies policies = policies_of(today, today, 80);
    EXPECT_EQ(word(check_claim(make_ticket(today, 2499), holder(), policies)), "low_work");
    EXPECT_EQ(word(check_claim(make_ticket(today, 2500), holder(), policies)), "");
}

TEST(Claim, IsJudgedByTheLeastEffortOfItsDay) {
    EpochPolicies policies = policies_of(today, today, 80);
    policies.publish(day(today), 40);
    policies.publish(day(today), 160);
    EXPECT_EQ(policies.find(today)->least_effort, 40);
    const auto claim = check_claim(make_ticket(today, 10'000), holder(), policies);
    ASSERT_TRUE(claim);
    EXPECT_TRUE(pays(*claim, 8));
    EXPECT_FALSE(pays(*claim, 16));
    EXPECT_FALSE(pays(*check_claim(make_ticket(today, 9'999), holder(), policies), 8));
}

TEST(Claim, IsForTheMessageItCameWith) {
    const EpochPolicies policies = policies_of(today, today, 2);
    TicketHolder wrong = holder();
    wrong.own = init_digest(Bytes(50, 3));
    EXPECT_EQ(word(check_claim(make_ticket(today, 500), wrong, policies)), "wrong_init");
}

TEST(Claim, IsForItsSender) {
    const EpochPolicies policies = policies_of(today, today, 2);
    TicketHolder thief = holder();
    thief.sender = crypto::AccountKey::copy_of(Bytes(32, 8));
    EXPECT_EQ(word(check_claim(make_ticket(today, 500), thief, policies)), "wrong_body");
    WorkTicket more = make_ticket(today, 500);
    more.digests[0] = init_digest(Bytes(50, 4));
    EXPECT_EQ(word(check_claim(more, holder(), policies)), "wrong_body");
}

TEST(Claim, MayBeSolvedForEitherKeyOfADay) {
    EpochPolicies policies;
    policies.publish(day(today, 1), 2);
    policies.publish(day(today, 2), 2);
    const WorkTicket first = make_ticket(today, 63, day(today, 1));
    EXPECT_TRUE(verify_claim(*check_claim(first, holder(), policies)));
    const WorkTicket second = make_ticket(today, 63, day(today, 2));
    EXPECT_TRUE(verify_claim(*check_claim(second, holder(), policies)));
    WorkTicket wrong = second;
    wrong.proof.nonces[3] += 1;
    EXPECT_FALSE(verify_claim(*check_claim(wrong, holder(), policies)));
}

TEST(EpochPolicies, KeepNineDays) {
    EpochPolicies policies = policies_of(today - 20, today + 1, 2);
    EXPECT_EQ(policies.find(today - 8), nullptr);
    EXPECT_NE(policies.find(today - 7), nullptr);
    policies.forget_before(today + 1);
    EXPECT_EQ(policies.find(today - 7), nullptr);
    EXPECT_NE(policies.find(today - 6), nullptr);
}

TEST(EpochPolicies, KeepEachKeyOnceAndOnlyAFew) {
    EpochPolicies policies;
    for (const std::uint8_t key : Bytes{1, 1, 2, 3, 2, 4, 5, 6})
        policies.publish(day(today, key), 2);
    EXPECT_EQ(policies.find(today)->beacons.size(), EpochPolicies::keys_of_a_day);
}

TEST(EpochPolicies, ANewReachSecretVoidsTheOldOne) {
    EpochPolicies policies = policies_of(today, today, 2);
    RecipientDay changed = day(today, 5);
    changed.account = crypto::BlindedAccountKey::copy_of(Bytes(32, 77));
    policies.publish(changed, 9);
    ASSERT_NE(policies.find(today), nullptr);
    EXPECT_EQ(policies.find(today)->account, changed.account);
    EXPECT_EQ(policies.find(today)->least_effort, 9);
    EXPECT_EQ(policies.find(today)->beacons.size(), 1U);
}

TEST(EpochPolicies, AreStored) {
    EpochPolicies policies = policies_of(today - 7, today + 1, 300);
    policies.publish(day(today, 5), 200);
    const Bytes row = policies.encode();
    EXPECT_EQ(EpochPolicies::decode(row).value(), policies);
    EXPECT_FALSE(EpochPolicies::decode(ByteView(row).first(row.size() - 1)));
    EXPECT_EQ(EpochPolicies::decode(EpochPolicies().encode()).value(), EpochPolicies());
}

}  // namespace
}  // namespace kith::reputation
