// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/receipt.h"

#include "core/mailbox/capability.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

class ReceiptTest : public testing::Test {
  protected:
    test::SeededRandom random{1};
    crypto::MailboxKeyPair host = crypto::MailboxKeyPair::generate(random);
    crypto::EnvelopeHash hash = crypto::draw_public<crypto::EnvelopeHash>(random);
    Receipt receipt = make_receipt(host, hash, 100, 400);
};

TEST_F(ReceiptTest, IsTheSameForTheSamePromise) {
    EXPECT_EQ(make_receipt(host, hash, 100, 400), receipt);
    EXPECT_EQ(receipt.promised_seconds(), 300U);
}

TEST_F(ReceiptTest, PromisesNothingWhenItsTimesMakeNoSense) {
    EXPECT_EQ(make_receipt(host, hash, 400, 100).promised_seconds(), 0U);
}

TEST_F(ReceiptTest, IsAcceptedFromItsHostAboutItsEnvelopeOnly) {
    const wire::HostReceipt answer{1, 100, 400, receipt.signature.array()};
    EXPECT_EQ(accept_receipt(host.public_key(), hash, answer).value(), receipt);
    const auto other_hash = crypto::draw_public<crypto::EnvelopeHash>(random);
    EXPECT_FALSE(accept_receipt(host.public_key(), other_hash, answer));
    const auto other_host = crypto::MailboxKeyPair::generate(random);
    EXPECT_FALSE(accept_receipt(other_host.public_key(), hash, answer));
}

TEST_F(ReceiptTest, DoesNotPassUnderAnotherBoxId) {
    Receipt other = receipt;
    other.box = crypto::draw_public<crypto::BoxId>(random);
    EXPECT_EQ(verify_receipt(host.public_key(), other).error().code, Code::BadSignature);
}

TEST_F(ReceiptTest, ComesBackFromItsBytesAndNoOtherNumberOfThem) {
    const Bytes bytes = encode(receipt);
    EXPECT_EQ(bytes.size(), receipt_size);
    EXPECT_EQ(decode_receipt(bytes).value(), receipt);
    EXPECT_FALSE(decode_receipt(ByteView(bytes).first(127)));
    EXPECT_FALSE(decode_receipt(concat(bytes, Bytes(1))));
}

TEST_F(ReceiptTest, AnInvitationsKeyFollowsFromItsSecretAlone) {
    const auto auth = crypto::draw_secret<crypto::InviteAuth>(random);
    const auto invite = crypto::draw_public<crypto::InviteId>(random);
    const auto key = invite_deposit_key(auth, invite).public_key();
    EXPECT_EQ(invite_deposit_key(auth, invite).public_key(), key);
    EXPECT_NE(invite_deposit_key(auth, crypto::draw_public<crypto::InviteId>(random)).public_key(),
              key);
}

TEST_F(ReceiptTest, ACapabilityIsRenewedWhileTheOldOneIsGood) {
    const Timestamp now = from_unix_seconds(1728100000);
    EXPECT_FALSE(renewal_due_for_capability(now + capability_term, now));
    EXPECT_TRUE(renewal_due_for_capability(now + days(14), now));
}

}  // namespace
}  // namespace kith::mailbox
