// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/known_devices.h"

#include "core/base/refusal.h"
#include "core/wire/writer.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

crypto::AccountKey account() {
    return root_of("A").public_key();
}

crypto::DeviceId id(std::string_view device) {
    return device_of(device).id(account());
}

KnownDevices knowing(const VerifiedDeviceList& list) {
    KnownDevices known(account());
    EXPECT_EQ(known.accept(list).value(), ListVerdict::New);
    return known;
}

VerifiedDeviceList with_a2(const VerifiedDeviceList& before) {
    return next_list(before, [](DeviceList& list) { add_device(list, "A2"); });
}

VerifiedDeviceList without_a2(const VerifiedDeviceList& before) {
    return next_list(before, [](DeviceList& list) { revoke_device(list, "A2"); });
}

VerifiedDeviceList unchanged(const VerifiedDeviceList& before) {
    return next_list(before, [](DeviceList&) {});
}

TEST(KnownDevices, FollowsAnUnbrokenHistory) {
    const auto one = first_list();
    const auto two = with_a2(one);
    KnownDevices known = knowing(one);
    EXPECT_EQ(known.accept(two).value(), ListVerdict::New);
    EXPECT_EQ(known.accept(two).value(), ListVerdict::Same);
    EXPECT_EQ(known.accept(one).value(), ListVerdict::Stale);
    EXPECT_EQ(*known.newest(), two);
    EXPECT_FALSE(known.has_gap());
    EXPECT_FALSE(known.in_conflict());
    EXPECT_EQ(known.reachable().size(), 2U);
}

TEST(KnownDevices, TakesALaterListAndRemembersTheGap) {
    KnownDevices known = knowing(first_list());
    const auto three = unchanged(with_a2(first_list()));
    EXPECT_EQ(known.accept(three).value(), ListVerdict::Gap);
    EXPECT_EQ(*known.newest(), three);
    EXPECT_TRUE(known.has_gap());
    known.close_gap();
    EXPECT_FALSE(known.has_gap());
}

TEST(KnownDevices, KeepsBothSidesOfAForkAndSendsToWhatTheyShare) {
    const auto one = first_list();
    const auto two = with_a2(one);
    const auto rival = next_list(one, [](DeviceList& list) { add_device(list, "A3"); });
    KnownDevices known = knowing(one);
    EXPECT_EQ(known.accept(two).value(), ListVerdict::New);
    EXPECT_EQ(known.accept(rival).value(), ListVerdict::Equivocation);
    EXPECT_EQ(*known.newest(), two);
    ASSERT_EQ(known.rivals().size(), 1U);
    ASSERT_EQ(known.reachable().size(), 1U);
    EXPECT_EQ(known.reachable()[0].id, id("A1"));
    EXPECT_TRUE(known.find(id("A1")));
    EXPECT_FALSE(known.find(id("A2")));
    EXPECT_FALSE(known.find(id("A3")));
    // The same evidence again is not more evidence.
    EXPECT_EQ(known.accept(rival).value(), ListVerdict::Equivocation);
    EXPECT_EQ(known.rivals().size(), 1U);
    known.drop_rivals();
    EXPECT_TRUE(known.find(id("A2")));
}

TEST(KnownDevices, AListThatDoesNotFollowItsPredecessorIsAFork) {
    const auto one = first_list();
    KnownDevices known = knowing(one);
    const auto wrong = next_list(one, [](DeviceList& list) { list.previous = {}; });
    EXPECT_EQ(known.accept(wrong).value(), ListVerdict::Equivocation);
    EXPECT_EQ(*known.newest(), one);
}

TEST(KnownDevices, KeepsABoundedNumberOfRivals) {
    const auto one = first_list();
    KnownDevices known = knowing(one);
    for (std::uint64_t i = 0; i < KnownDevices::max_rivals + 3; ++i) {
        const auto rival = next_list(one, [&](DeviceList& list) {
            list.previous = {};
            list.made = i;
        });
        EXPECT_EQ(known.accept(rival).value(), ListVerdict::Equivocation);
    }
    EXPECT_EQ(known.rivals().size(), KnownDevices::max_rivals);
    EXPECT_EQ(KnownDevices::decode(known.encode()).value().encode(), known.encode());
}

TEST(KnownDevices, ARevokedDeviceNeverComesBack) {
    const auto two = with_a2(first_list());
    const auto three = without_a2(two);
    KnownDevices known = knowing(two);
    EXPECT_EQ(known.accept(three).value(), ListVerdict::New);
    EXPECT_TRUE(known.was_revoked(id("A2")));
    // The account dropped the revocation from its list and lists the device again.
    const auto four = next_list(three, [](DeviceList& list) {
        list.revoked.clear();
        add_device(list, "A2");
    });
    const Bytes before = known.encode();
    const auto verdict = known.accept(four);
    ASSERT_FALSE(verdict);
    EXPECT_EQ(refusal_word(verdict.error()), "dl_revoked");
    EXPECT_EQ(known.encode(), before);
    // Nor after a gap, nor after a restart.
    KnownDevices restarted = KnownDevices::decode(before).value();
    const auto five = next_list(four, [](DeviceList&) {});
    EXPECT_EQ(refusal_word(restarted.accept(five).error()), "dl_revoked");
}

TEST(KnownDevices, TheSequenceNumberOfAKnownDeviceMustNotChange) {
    const auto two = with_a2(first_list());
    KnownDevices known = knowing(two);
    const auto moved = next_list(two, [](DeviceList& list) {
        list.devices.pop_back();
        add_device(list, "A2");  // again, as if it had been added now
    });
    const Bytes before = known.encode();
    EXPECT_EQ(refusal_word(known.accept(moved).error()), "dl_added");
    EXPECT_EQ(known.encode(), before);
}

// A row that remembers `revoked`, whatever it is, and no list.
Bytes row_with(ByteView revoked) {
    Bytes row;
    wire::Writer out(row);
    out.map(5).key("v").uint(1).key("ak").bin(account()).key("revoked").bin(revoked);
    out.key("gap").boolean(false).key("rivals").array(0);
    return row;
}

TEST(KnownDevices, RefusesAListRatherThanForgetARevocation) {
    Bytes revoked;
    for (std::uint32_t i = 0; i < KnownDevices::max_revoked; ++i)
        append(revoked, concat(Bytes(12), be_bytes<std::uint32_t>(i)));
    KnownDevices known = KnownDevices::decode(row_with(revoked)).value();
    const auto two = with_a2(first_list());
    EXPECT_EQ(known.accept(two).value(), ListVerdict::New);
    EXPECT_EQ(known.accept(without_a2(two)).error().code, Code::QuotaExceeded);
    EXPECT_EQ(*known.newest(), two);
}

TEST(KnownDevices, ARowWithHalfAnIdIsRefused) {
    EXPECT_TRUE(KnownDevices::decode(row_with(Bytes(32))));
    EXPECT_FALSE(KnownDevices::decode(row_with(Bytes(33))));
}

TEST(KnownDevices, AnOldListIsStaleEvenIfItNamesADeviceRevokedSince) {
    const auto two = with_a2(first_list());
    KnownDevices known = knowing(without_a2(two));
    EXPECT_EQ(known.accept(two).value(), ListVerdict::Stale);
}

TEST(KnownDevices, ListsOfAnotherAccountAreRefused) {
    KnownDevices known(root_of("B").public_key());
    EXPECT_EQ(refusal_word(known.accept(first_list()).error()), "wrong_account");
    EXPECT_FALSE(known.accept(first_list().signed_list()));
    EXPECT_FALSE(known.newest());
}

TEST(KnownDevices, ListsFromOutsideAreVerified) {
    KnownDevices known(account());
    SignedDeviceList forged = first_list().signed_list();
    forged.sig.data()[0] ^= 1;
    EXPECT_EQ(known.accept(forged).error().code, Code::BadSignature);
    EXPECT_FALSE(known.newest());
    EXPECT_EQ(known.accept(first_list().signed_list()).value(), ListVerdict::New);
    EXPECT_EQ(known.accept(first_list().signed_list()).value(), ListVerdict::Same);
    forged.body = first_list().signed_list().body;
    EXPECT_FALSE(known.accept(forged));  // known content, but not its signature
}

TEST(KnownDevices, ItsRowReadsBack) {
    const auto one = first_list();
    const auto two = with_a2(one);
    KnownDevices known = knowing(one);
    known.accept(without_a2(two)).value();
    known.accept(next_list(without_a2(two), [](DeviceList& list) { list.previous = {}; })).value();
    const Bytes row = known.encode();
    const KnownDevices back = KnownDevices::decode(row).value();
    EXPECT_EQ(back.encode(), row);
    EXPECT_EQ(*back.newest(), *known.newest());
    EXPECT_TRUE(back.has_gap());
    EXPECT_TRUE(back.in_conflict());
    EXPECT_TRUE(back.was_revoked(id("A2")));
    for (std::size_t size = 0; size < row.size(); ++size)
        EXPECT_FALSE(KnownDevices::decode(ByteView(row).first(size))) << size;
    for (std::size_t more = 1; more <= 64; ++more)
        EXPECT_FALSE(KnownDevices::decode(concat(row, Bytes(more)))) << more;
    const Bytes empty = KnownDevices(account()).encode();
    EXPECT_FALSE(KnownDevices::decode(empty).value().newest());
}

TEST(ListMark, ShowsWhoIsBehind) {
    const ListMark one = ListMark::of(first_list());
    const ListMark two = ListMark::of(with_a2(first_list()));
    const ListMark other{one.seq, {}};
    EXPECT_EQ(compare(one, one), ListFreshness::Equal);
    EXPECT_EQ(compare(one, two), ListFreshness::PeerIsBehind);
    EXPECT_EQ(compare(two, one), ListFreshness::PeerIsAhead);
    EXPECT_EQ(compare(other, one), ListFreshness::Conflict);
    EXPECT_EQ(ListMark::from_wire(two.to_wire()), two);
}

}  // namespace
}  // namespace kith::identity
