// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/lease.h"

#include "core/identity/account.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

class LeaseTest : public testing::Test {
  protected:
    wire::Lease answer() const {
        const LeaseTerms terms{
            identity::lease_id(owner.public_key(), identity::box_id(host.public_key())),
            owner.public_key(),
            1000,
            2000};
        wire::Lease out;
        out.lease = terms.lease.array();
        out.quota = terms.quota;
        out.expires = terms.expires;
        out.sig = sign_lease(host, terms).array();
        return out;
    }

    Result<LeaseTerms> accept(const wire::Lease& lease) const {
        return accept_lease(lease, owner.public_key(), host.public_key());
    }

    test::SeededRandom random{1};
    crypto::MailboxKeyPair host = crypto::MailboxKeyPair::generate(random);
    crypto::LeaseKeyPair owner = crypto::LeaseKeyPair::generate(random);
};

TEST_F(LeaseTest, TheOwnerAcceptsWhatTheHostSigned) {
    const auto terms = accept(answer());
    ASSERT_TRUE(terms);
    EXPECT_EQ(terms->quota, 1000U);
    EXPECT_EQ(terms->expires, 2000U);
}

TEST_F(LeaseTest, AnAnswerForAnotherLeaseIsMalformed) {
    wire::Lease other = answer();
    other.lease[0] ^= 1;
    EXPECT_EQ(accept(other).error().code, Code::Malformed);
}

TEST_F(LeaseTest, ChangedTermsAreNotTheHosts) {
    wire::Lease changed = answer();
    ++changed.quota;
    EXPECT_EQ(accept(changed).error().code, Code::BadSignature);
    changed = answer();
    ++changed.expires;
    EXPECT_EQ(accept(changed).error().code, Code::BadSignature);
}

TEST_F(LeaseTest, IsRenewedFromHalfOfItsTermOn) {
    const Timestamp now = from_unix_seconds(1728100000);
    EXPECT_FALSE(renewal_due(now + lease_term, now));
    EXPECT_FALSE(renewal_due(now + days(15) + seconds(1), now));
    EXPECT_TRUE(renewal_due(now + days(15), now));
    EXPECT_TRUE(renewal_due(now - days(1), now));
}

TEST_F(LeaseTest, LeaseKeysOfTwoHostsHaveNothingInCommon) {
    const auto seed = crypto::draw_secret<crypto::BeaconSeed>(random);
    const auto box = crypto::draw_public<crypto::BoxId>(random);
    const auto other = crypto::draw_public<crypto::BoxId>(random);
    EXPECT_NE(identity::lease_key(seed, box).public_key(),
              identity::lease_key(seed, other).public_key());
}

}  // namespace
}  // namespace kith::mailbox
