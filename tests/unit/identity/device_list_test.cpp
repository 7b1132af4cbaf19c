// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/device_list.h"

#include "core/base/refusal.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

// The word with which a list of A, changed and signed properly, is refused; "" if it is not.
std::string sign_changed(const std::function<void(DeviceList&)>& change) {
    DeviceList list = first_list().next(1728000060);
    add_device(list, "A2");
    change(list);
    const auto list_signed = VerifiedDeviceList::sign(list, root_of("A"));
    return list_signed ? "" : std::string(refusal_word(list_signed.error()));
}

TEST(DeviceList, TheFirstListNamesOneAdmin) {
    const VerifiedDeviceList list = first_list();
    EXPECT_EQ(list.list().seq, 1U);
    EXPECT_TRUE(list.list().previous.is_zero());
    ASSERT_EQ(list.list().devices.size(), 1U);
    EXPECT_EQ(list.list().devices[0].role, DeviceRole::Admin);
    EXPECT_TRUE(VerifiedDeviceList::verify(list.signed_list(), root_of("A").public_key()));
}

TEST(DeviceList, TheNextListFollowsFromTheOneBefore) {
    const VerifiedDeviceList first = first_list();
    const DeviceList next = first.next(1728000060);
    EXPECT_EQ(next.seq, 2U);
    EXPECT_EQ(next.previous, first.hash());
    EXPECT_EQ(next.devices, first.list().devices);
    EXPECT_EQ(next.made, 1728000060U);
}

TEST(DeviceList, ASignerIsHeldToTheRulesOfTheReader) {
    EXPECT_EQ(sign_changed([](DeviceList&) {}), "");
    EXPECT_EQ(sign_changed([](DeviceList& list) { list.devices.push_back(list.devices[1]); }),
              "dl_duplicate");
    EXPECT_EQ(sign_changed([](DeviceList& list) { list.devices[1].dh = list.devices[0].dh; }),
              "dl_duplicate");
    EXPECT_EQ(sign_changed([](DeviceList& list) {
                  // One signing key with two DH keys, each properly agreed to.
                  const Device twin{device_of("A2").signing.clone(), device_of("A3").dh.clone()};
                  list.devices.push_back(listed(root_of("A"), twin, list.seq));
              }),
              "dl_duplicate");
    EXPECT_EQ(sign_changed([](DeviceList& list) {
                  list.revoked = {{crypto::DeviceId{}, 1}, {crypto::DeviceId{}, 2}};
              }),
              "dl_duplicate");
    EXPECT_EQ(sign_changed([](DeviceList& list) {
                  list.revoked = {{list.devices[1].id, 2}};
              }),
              "dl_revoked");
    EXPECT_EQ(sign_changed([](DeviceList& list) { list.devices[0].role = DeviceRole::Device; }),
              "dl_no_admin");
    EXPECT_EQ(sign_changed([](DeviceList& list) { list.devices[1].added = 1; }), "bad_self");
    EXPECT_EQ(sign_changed([](DeviceList& list) { list.devices.clear(); }), "mp_field");
    EXPECT_EQ(sign_changed([](DeviceList& list) { list.seq = 0; }), "mp_field");
    EXPECT_EQ(sign_changed([](DeviceList& list) { list.revoked.resize(65); }), "mp_field");
}

TEST(DeviceList, ADeviceOfAnotherAccountCannotBeClaimed) {
    EXPECT_EQ(sign_changed([](DeviceList& list) {
                  // B1 agreed to stand in B's list; its consent does not hold for A.
                  ListedDevice foreign = listed(root_of("B"), device_of("B1"), list.seq);
                  foreign.id = device_id(list.account, foreign.signing, foreign.dh);
                  list.devices.push_back(foreign);
              }),
              "bad_self");
}

TEST(DeviceList, OnlyTheAccountSignsItsList) {
    DeviceList list = first_list().next(1);
    EXPECT_EQ(VerifiedDeviceList::sign(list, root_of("B")).error().code, Code::InvalidArgument);
}

TEST(DeviceList, AListThatNamesAnotherAccountThanItsSignerIsRefused) {
    const auto of_b = first_device_list(root_of("B"), device_of("B1"), 1).value();
    SignedDeviceList list = of_b.signed_list();
    list.sig = crypto::sign(crypto::Label::Devlist, root_of("A"), list.body);
    const auto refused = VerifiedDeviceList::verify(list, root_of("A").public_key());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refusal_word(refused.error()), "wrong_account");
}

TEST(DeviceList, AnAccountKeyThatIsNoKeyIsRefused) {
    EXPECT_EQ(
        VerifiedDeviceList::verify(first_list().signed_list(), crypto::AccountKey{}).error().code,
        Code::BadKey);
}

TEST(DeviceList, ReencodedBytesFailTheSignature) {
    // The same content in another msgpack form is another body.
    SignedDeviceList list = first_list().signed_list();
    Bytes longer(list.body.begin(), list.body.begin() + 3);  // map of 9, "v"
    longer.push_back(0xcc);                                  // 1 as u8
    append(longer, ByteView(list.body).subspan(3));
    list.body = longer;
    const auto refused = VerifiedDeviceList::verify(list, root_of("A").public_key());
    EXPECT_EQ(refused.error().code, Code::BadSignature);
}

TEST(DeviceList, EveryTruncationAndExtensionIsRefused) {
    const auto account = root_of("A").public_key();
    const SignedDeviceList list = first_list().signed_list();
    const Bytes wire = list.encode();
    EXPECT_TRUE(VerifiedDeviceList::verify(wire, account));
    for (std::size_t size = 0; size < wire.size(); ++size)
        EXPECT_FALSE(SignedDeviceList::decode(ByteView(wire).first(size))) << size;
    for (std::size_t more = 1; more <= 64; ++more)
        EXPECT_FALSE(SignedDeviceList::decode(concat(wire, Bytes(more)))) << more;
    // And of the body, as if somebody had signed it.
    for (std::size_t size = 0; size < list.body.size(); ++size) {
        const Bytes body(list.body.begin(), list.body.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(VerifiedDeviceList::trusted({body, {}})) << size;
    }
    for (std::size_t more = 1; more <= 64; ++more)
        EXPECT_FALSE(VerifiedDeviceList::trusted({concat(list.body, Bytes(more)), {}})) << more;
}

TEST(DeviceList, FindsItsDevices) {
    const VerifiedDeviceList list =
        next_list(first_list(), [](DeviceList& next) { add_device(next, "A2"); });
    const auto account = root_of("A").public_key();
    ASSERT_TRUE(list.list().find(device_of("A2").id(account)));
    EXPECT_EQ(list.list().find(device_of("A2").id(account))->added, 2U);
    EXPECT_FALSE(list.list().find(device_of("A3").id(account)));
}

}  // namespace
}  // namespace kith::identity
