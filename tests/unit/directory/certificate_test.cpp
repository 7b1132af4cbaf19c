// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/certificate.h"

#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

constexpr Epoch first(20000);

TEST(Certificates, CoverThirtyEpochsInOneMessage) {
    test::BeaconMaker alice(1);
    const auto made = issue_certificates(alice.pair(),
                                         alice.reach(),
                                         alice.seed(),
                                         alice.content.list,
                                         first,
                                         certificates_ahead,
                                         {},
                                         alice.random());
    ASSERT_EQ(made.size(), 30U);
    Bytes message;
    for (std::size_t i = 0; i < made.size(); ++i) {
        EXPECT_EQ(made[i].epoch, Epoch(first.value() + i));
        EXPECT_EQ(made[i].reissue, 0U);
        EXPECT_TRUE(
            verify_certificate(made[i],
                               alice.keys(made[i].epoch).account,
                               beacon_pair(alice.seed(), alice.reach(), made[i].epoch).public_key(),
                               alice.content.list));
        append(message, made[i].encode());
    }
    EXPECT_EQ(message.size(), 2760U);
}

TEST(Certificates, CountUpWhenAnEpochIsCertifiedAgain) {
    test::BeaconMaker alice(1);
    const auto once = issue_certificates(alice.pair(),
                                         alice.reach(),
                                         alice.seed(),
                                         alice.content.list,
                                         first,
                                         2,
                                         {},
                                         alice.random());
    const auto again = issue_certificates(alice.pair(),
                                          alice.reach(),
                                          alice.seed(),
                                          {2, alice.content.list.hash},
                                          first,
                                          3,
                                          once,
                                          alice.random());
    EXPECT_EQ(again[0].reissue, 1U);
    EXPECT_EQ(again[1].reissue, 1U);
    EXPECT_EQ(again[2].reissue, 0U);
}

TEST(Certificates, BindKeyEpochReissueAndList) {
    test::BeaconMaker alice(1);
    const Certificate good = alice.certificate(first);
    const auto account = alice.keys(first).account;
    const auto signer = beacon_pair(alice.seed(), alice.reach(), first).public_key();
    const auto other = beacon_pair(alice.seed(), alice.reach(), Epoch(first.value() + 1));
    const ListVersion list = alice.content.list;
    ASSERT_TRUE(verify_certificate(good, account, signer, list));
    EXPECT_FALSE(verify_certificate(good, account, other.public_key(), list));
    EXPECT_FALSE(verify_certificate(good, account, signer, {list.seq + 1, list.hash}));
    EXPECT_FALSE(verify_certificate(good, alice.keys(Epoch(19999)).account, signer, list));
    Certificate changed = good;
    changed.reissue = 1;
    EXPECT_FALSE(verify_certificate(changed, account, signer, list));
    changed = good;
    changed.epoch = Epoch(20001);
    EXPECT_FALSE(verify_certificate(changed, account, signer, list));
    changed = good;
    changed.nonce.data()[0] ^= 1;
    EXPECT_FALSE(verify_certificate(changed, account, signer, list));
}

TEST(Certificates, SurviveTheirRecordForm) {
    test::BeaconMaker alice(1);
    const Certificate made = alice.certificate(first, 7);
    const Bytes record = made.encode();
    ASSERT_EQ(record.size(), Certificate::size);
    EXPECT_EQ(Certificate::decode(record).value(), made);
    EXPECT_FALSE(Certificate::decode(ByteView(record).first(91)));
    EXPECT_FALSE(Certificate::decode(concat(record, ByteView(record).first(1))));
}

}  // namespace
}  // namespace kith::directory
