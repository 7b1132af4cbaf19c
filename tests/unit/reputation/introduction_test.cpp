// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/introduction.h"

#include "core/base/refusal.h"
#include "core/identity/account.h"
#include "core/identity/device.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::reputation {
namespace {

constexpr Timestamp now = from_unix_seconds(1728100000);
const crypto::AccountKey alice = crypto::AccountKey::copy_of(Bytes(32, 1));
const crypto::AccountKey bob = crypto::AccountKey::copy_of(Bytes(32, 2));

class IntroductionTest : public testing::Test {
  protected:
    IntroductionTest()
        : random_(5),
          root_(crypto::AccountKeyPair::generate(random_)),
          device_(identity::Device::generate(random_)),
          voucher_(root_.public_key()) {
        const auto list = identity::first_device_list(root_, device_, unix_seconds(now));
        EXPECT_TRUE(voucher_.accept(list.value()));
    }

    Introduction make() {
        return Introduction::make(alice, bob, device_.id(root_.public_key()), now, random_);
    }

    SignedIntroduction sign(const Introduction& introduction) {
        return SignedIntroduction::sign(introduction, device_.signing);
    }

    std::string verify(const SignedIntroduction& introduction,
                       const crypto::AccountKey& sender = alice,
                       const crypto::AccountKey& self = bob,
                       Timestamp at = now) {
        const auto verified = verify_introduction(introduction, voucher_, sender, self, at);
        return verified ? "" : std::string(refusal_word(verified.error()));
    }

    test::SeededRandom random_;
    crypto::AccountKeyPair root_;
    identity::Device device_;
    identity::KnownDevices voucher_;
};

TEST_F(IntroductionTest, IsReadAsItWasSigned) {
    const Introduction made = make();
    const auto read = SignedIntroduction::decode(sign(made).encode());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->claimed_device().value(), made.device);
    EXPECT_EQ(verify_introduction(*read, voucher_, alice, bob, now).value(), made);
}

TEST_F(IntroductionTest, IsGoodForTheTwoItNames) {
    EXPECT_EQ(verify(sign(make())), "");
    EXPECT_EQ(verify(sign(make()), bob, bob), "wrong_account");
    EXPECT_EQ(verify(sign(make()), alice, alice), "wrong_account");
}

TEST_F(IntroductionTest, IsGoodForTwoWeeks) {
    const SignedIntroduction introduction = sign(make());
    EXPECT_EQ(verify(introduction, alice, bob, now + days(14) - seconds(1)), "");
    EXPECT_EQ(verify(introduction, alice, bob, now + days(14)), "expired");
    EXPECT_EQ(verify(introduction, alice, bob, now - hours(23)), "");
    Introduction too_long = make();
    too_long.expires = unix_seconds(now + days(16));
    EXPECT_EQ(verify(sign(too_long)), "expired");
    too_long.expires = ~std::uint64_t{0};
    EXPECT_EQ(verify(sign(too_long)), "expired");
}

TEST_F(IntroductionTest, MustBeSignedByADeviceOfTheContact) {
    SignedIntroduction forged = sign(make());
    forged.signature.data()[5] ^= 1;
    EXPECT_EQ(verify(forged), "bad_sig");
    const auto stranger = identity::Device::generate(random_);
    Introduction other = make();
    EXPECT_EQ(verify(SignedIntroduction::sign(other, stranger.signing)), "bad_sig");
    other.device = stranger.id(root_.public_key());
    EXPECT_EQ(verify(SignedIntroduction::sign(other, stranger.signing)), "unknown_device");
}

TEST_F(IntroductionTest, OtherFormsAreRefused) {
    const Bytes bytes = sign(make()).encode();
    EXPECT_FALSE(SignedIntroduction::decode(ByteView(bytes).first(bytes.size() - 1)));
    SignedIntroduction other = sign(make());
    other.body = {0x80};
    EXPECT_EQ(verify(other), "mp_field");
    EXPECT_FALSE(SignedIntroduction::decode({}));
}

TEST_F(IntroductionTest, IsChargedOnceUntilItEnds) {
    ChargedIntroductions charged;
    const Introduction first = make();
    EXPECT_FALSE(charged.contains(first.id));
    EXPECT_TRUE(charged.add(first.id, first.expires, now).empty());
    EXPECT_TRUE(charged.contains(first.id));
    const Introduction second = make();
    const auto gone = charged.add(second.id, second.expires, now + days(14));
    EXPECT_EQ(gone, std::vector{first.id}) << "its row goes, too";
    EXPECT_FALSE(charged.contains(first.id));
    EXPECT_TRUE(charged.contains(second.id));
}

TEST_F(IntroductionTest, OnlySoManyAreRemembered) {
    ChargedIntroductions charged;
    const auto add_one = [this](ChargedIntroductions& to) {
        const Introduction one = make();
        (void)to.add(one.id, one.expires, now);
    };
    for (std::size_t i = 0; i < ChargedIntroductions::most + 10; ++i)
        add_one(charged);
    EXPECT_EQ(charged.size(), ChargedIntroductions::most);
}

}  // namespace
}  // namespace kith::reputation
