// SPDX-License-Identifier: GPL-3.0-or-later
// Keys of different purposes do not mix: all of this is decided by the compiler.
#include "core/crypto/keys.h"

#include "core/crypto/agree.h"
#include "core/crypto/sign.h"

#include <gtest/gtest.h>

#include <concepts>
#include <type_traits>

namespace kith::crypto {
namespace {

template <class A, class B>
inline constexpr bool apart = !std::is_constructible_v<A, B> && !std::is_constructible_v<B, A> &&
                              !std::is_assignable_v<A&, B> && !std::is_assignable_v<B&, A> &&
                              !std::equality_comparable_with<A, B>;

/// Every type against every other.
template <class... Ts>
constexpr bool all_apart() {
    const auto against_all = []<class A>(std::type_identity<A>) {
        return ((std::is_same_v<A, Ts> || apart<A, Ts>)&&...);
    };
    return (against_all(std::type_identity<Ts>{}) && ...);
}

static_assert(!std::is_constructible_v<AccountKey, DeviceSigningKey>);
static_assert(all_apart<AccountKey,
                        DeviceSigningKey,
                        MailboxKey,
                        BlindedAccountKey,
                        BeaconKey,
                        LeaseKey,
                        DepositKey,
                        SenderChainKey>());
static_assert(all_apart<DeviceDhKey,
                        EnvelopeKey,
                        SignedPrekey,
                        OneTimePrekey,
                        EphemeralKey,
                        RatchetKey,
                        EncapsulatedKey,
                        LinkingDeviceKey,
                        LinkingAdminKey,
                        AccountKey>());
static_assert(all_apart<DeviceId,
                        BoxId,
                        LinkingId,
                        LeaseId,
                        SessionId,
                        MessageId,
                        InviteId,
                        CallId,
                        GroupId,
                        ReachSecret,
                        Salt16>());
static_assert(all_apart<Hash32,
                        Mac32,
                        Transcript,
                        InnerId,
                        DeviceListHash,
                        EnvelopeHash,
                        ChannelBinding,
                        AccountKey>());
static_assert(all_apart<NetworkSecret,
                        LinkNetworkKey,
                        DatagramKey,
                        BeaconSeed,
                        BeaconCipherKey,
                        BundleKey,
                        InviteKey,
                        SharedSecret,
                        RootKey,
                        ChainKey,
                        MessageKey,
                        HeaderKey,
                        BodyKey,
                        ExportKey,
                        InnerMacKey,
                        PassphraseKey,
                        WrapKey,
                        RowKey,
                        IndexKey,
                        ErasureKey,
                        Seed32,
                        MasterKey>());

template <class Pair, class Key>
concept Signs = requires(const Pair& pair, const Key& key, const Signature& signature) {
    sign(Label::Spk, pair, ByteView{});
    verify(Label::Spk, key, ByteView{}, signature);
};

template <class Pair, class Key>
concept Agrees = requires(const Pair& pair, const Key& key) {
    agree(pair, key);
};

static_assert(Signs<AccountKeyPair, AccountKey>);
static_assert(!Signs<AccountKeyPair, DeviceDhKey>);
static_assert(!Signs<DeviceDhPair, AccountKey>);
static_assert(Agrees<DeviceDhPair, SignedPrekey>);
static_assert(!Agrees<DeviceDhPair, DeviceSigningKey>);
static_assert(!Agrees<DeviceSigningPair, SignedPrekey>);
static_assert(apart<AccountKeyPair, DeviceSigningPair> && apart<SignedPrekeyPair, RatchetKeyPair>);
static_assert(!std::is_copy_constructible_v<AccountKeyPair>);
static_assert(!std::is_copy_constructible_v<RatchetKeyPair>);

TEST(Keys, KeepRootKeysInGuardedMemoryAndOthersInline) {
    EXPECT_EQ(sizeof(RatchetKeyPair), 64U);
    EXPECT_EQ(sizeof(LeaseKeyPair), 96U);
    EXPECT_LT(sizeof(AccountKeyPair), 64U);
    EXPECT_LT(sizeof(DeviceSigningPair), 64U);
    EXPECT_LT(sizeof(DeviceDhPair), 64U);
}

}  // namespace
}  // namespace kith::crypto
