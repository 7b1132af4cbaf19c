// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/announcement.h"

#include "core/identity/account.h"
#include "core/mailbox/host_offer.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

class AnnouncementTest : public testing::Test {
  protected:
    AnnouncedHost host(std::size_t endpoints) {
        AnnouncedHost out;
        out.key = crypto::MailboxKeyPair::generate(random).public_key();
        out.own = endpoints == 1;
        for (std::size_t i = 0; i < endpoints; ++i)
            out.endpoints.push_back(Endpoint::v4(203, 0, 113, static_cast<std::uint8_t>(i), 4222));
        return out;
    }

    Announcement full() {
        Announcement out{7, {}, crypto::draw_secret<crypto::Seed32>(random), {}};
        for (std::size_t i = 0; i < announced_hosts; ++i)
            out.hosts.push_back(host(i % (announced_endpoints + 1)));
        out.deposit_expires = from_unix_seconds(1728100000);
        return out;
    }

    test::SeededRandom random{1};
};

TEST_F(AnnouncementTest, ComesBackWhole) {
    const Announcement sent = full();
    const Bytes bytes = encode(sent);
    EXPECT_LE(bytes.size(), announcement_max);
    EXPECT_EQ(decode_announcement(bytes).value(), sent);
    EXPECT_EQ(sent.clone(), sent);
    EXPECT_EQ(sent.hosts[0].id(), identity::box_id(sent.hosts[0].key));
}

TEST_F(AnnouncementTest, TheLargestFitsItsBound) {
    Announcement largest = full();
    for (AnnouncedHost& each : largest.hosts)
        each = host(announced_endpoints);
    largest.seq = ~std::uint64_t{0};
    EXPECT_LE(encode(largest).size(), announcement_max);
    EXPECT_TRUE(decode_announcement(encode(largest)));
}

TEST_F(AnnouncementTest, NoHostsAreAnAnnouncementToo) {
    Announcement none{8, {}, crypto::draw_secret<crypto::Seed32>(random), {}};
    EXPECT_TRUE(decode_announcement(encode(none)).value().hosts.empty());
}

TEST_F(AnnouncementTest, EveryTruncationAndExtensionIsMalformed) {
    const Bytes good = encode(full());
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(decode_announcement(ByteView(good).first(size))) << size;
    for (std::size_t more = 1; more <= 64; ++more)
        EXPECT_FALSE(decode_announcement(concat(good, Bytes(more))));
}

TEST_F(AnnouncementTest, TheSameHostTwiceIsMalformed) {
    Announcement twice = full();
    twice.hosts[4].key = twice.hosts[1].key;
    EXPECT_EQ(decode_announcement(encode(twice)).error().code, Code::Malformed);
}

TEST_F(AnnouncementTest, AHostsKeyThatIsNoPointIsRefused) {
    Announcement bad = full();
    bad.hosts[2].key = crypto::MailboxKey();
    EXPECT_EQ(decode_announcement(encode(bad)).error().code, Code::BadKey);
}

TEST_F(AnnouncementTest, MoreHostsOrEndpointsThanAllowedAreMalformed) {
    Announcement many = full();
    many.hosts.push_back(host(1));
    EXPECT_FALSE(decode_announcement(encode(many)));
    many = full();
    many.hosts[0] = host(announced_endpoints + 1);
    EXPECT_FALSE(decode_announcement(encode(many)));
}

TEST_F(AnnouncementTest, OffersAndWishesComeBackWhole) {
    HostOffer offer{crypto::MailboxKeyPair::generate(random).public_key(),
                    {Endpoint::v4(203, 0, 113, 7, 4222)},
                    std::uint64_t{5} << 30};
    EXPECT_EQ(decode_host_offer(encode(offer)).value(), offer);
    EXPECT_EQ(offer.id(), identity::box_id(offer.key));
    const LeaseWish wish{offer.id(), crypto::LeaseKeyPair::generate(random).public_key()};
    EXPECT_EQ(decode_lease_wish(encode(wish)).value(), wish);
}

TEST_F(AnnouncementTest, OffersAndWishesAreBoundedAndChecked) {
    const HostOffer offer{crypto::MailboxKeyPair::generate(random).public_key(), {}, 1};
    const LeaseWish wish{offer.id(), crypto::LeaseKeyPair::generate(random).public_key()};
    for (const Bytes& good : {encode(offer), encode(wish)}) {
        for (std::size_t size = 0; size < good.size(); ++size) {
            EXPECT_FALSE(decode_host_offer(ByteView(good).first(size)));
            EXPECT_FALSE(decode_lease_wish(ByteView(good).first(size)));
        }
    }
    EXPECT_FALSE(decode_host_offer(encode(wish)));
    EXPECT_FALSE(decode_lease_wish(encode(offer)));
    EXPECT_EQ(decode_host_offer(encode(HostOffer())).error().code, Code::BadKey);
    EXPECT_EQ(decode_lease_wish(encode(LeaseWish())).error().code, Code::BadKey);
}

}  // namespace
}  // namespace kith::mailbox
