// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/content.h"

#include "core/wire/writer.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <string>

namespace kith::message {
namespace {

template <class T>
T drawn(std::uint64_t seed) {
    kith::test::SeededRandom random(seed);
    return crypto::draw_public<T>(random);
}

/// One content of each type, with every optional field once absent and once there.
std::vector<Content> samples() {
    Receipt receipt;
    receipt.ids = {drawn<MessageId>(1), drawn<MessageId>(2)};
    Receipt via = receipt;
    via.kind = Receipt::Kind::Read;
    via.via = {{{1, 2, 3, 4}, {5, 6, 7, 8, 9, 10, 11, 12}}};
    Reset reset;
    reset.nonce.fill(9);
    Reset lost = reset;
    lost.lost = drawn<SessionId>(3);
    lost.have = {{drawn<SessionId>(4), 7, 8}};
    const auto invite = drawn<InviteId>(5);
    const auto reach = drawn<crypto::ReachSecret>(12);
    const Endpoint endpoint = Endpoint::v4(203, 0, 113, 7, 4222);
    return {Empty{},
            Text{"привет 👋"},
            Text{""},
            receipt,
            via,
            Request{"Борис", "may I?", std::nullopt},
            Request{"Борис", "may I?", reach},
            reset,
            lost,
            Answer{true, "Alice"},
            Answer{false, ""},
            JoinRequest{invite, "Bob", reach},
            JoinRequest{invite, "", std::nullopt},
            JoinChallenge{invite, drawn<identity::JoinChallenge>(6)},
            JoinAuth{invite, drawn<crypto::Mac32>(7)},
            JoinOk{drawn<crypto::Mac32>(8), "Alice"},
            Profile{"Alice", std::nullopt},
            Profile{"Alice", reach},
            Endpoints{4, {{endpoint, true}, {endpoint, false}}},
            DeviceList{{Bytes{1, 2, 3}, drawn<crypto::Signature>(9)}},
            DeviceListAsk{12},
            Mailbox{Mailbox::Kind::Announcement, Bytes(mailbox_body_max, 7)}};
}

Bytes encoded(const Content& content) {
    Bytes out;
    encode_content(content, out);
    return out;
}

TEST(Contents, ComeBackAsTheyWere) {
    for (const Content& content : samples()) {
        SCOPED_TRACE(static_cast<int>(type_of(content)));
        ASSERT_TRUE(check_bounds(content));
        const auto back = decode_content(type_of(content), encoded(content));
        ASSERT_TRUE(back) << back.error().context;
        EXPECT_EQ(*back, content);
    }
}

TEST(Contents, AreRefusedAtEveryTruncationAndWithEveryTail) {
    for (const Content& content : samples()) {
        const Bytes bytes = encoded(content);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_FALSE(decode_content(type_of(content), ByteView(bytes).first(size)));
        }
        EXPECT_FALSE(decode_content(type_of(content), concat(bytes, Bytes{0xC0})));
    }
}

TEST(Contents, OfAnUnknownTypeAreKeptAsTheyCame) {
    Bytes c;
    wire::Writer(c).map(1).key("new").array(2).uint(1).text("x");
    const auto content = decode_content(200, c);
    ASSERT_TRUE(content);
    EXPECT_EQ(*content, Content(Unknown{200, c}));
    EXPECT_EQ(type_of(*content), 200);
    EXPECT_TRUE(is_shown(*content));
    EXPECT_EQ(encoded(*content), c);
    EXPECT_FALSE(decode_content(200, Bytes{0xC1}));
}

TEST(Contents, UnknownKeysAfterTheKnownOnesAreIgnored) {
    Bytes c;
    wire::Writer(c).map(2).key("t").text("hi").key("zz").uint(1);
    EXPECT_EQ(decode_content(1, c).value(), Content(Text{"hi"}));
    Bytes before;
    wire::Writer(before).map(2).key("aa").uint(1).key("t").text("hi");
    EXPECT_FALSE(decode_content(1, before));
}

TEST(Contents, BeyondTheirBoundsAreRefusedOnBothWays) {
    const std::string long_name(name_max + 1, 'x');
    Receipt many;
    many.ids.resize(limits::receipt_ids + 1);
    Endpoints endpoints;
    endpoints.endpoints.resize(told_endpoints + 1);
    Reset reset;
    reset.have.resize(reset_sessions + 1);
    const std::vector<Content> beyond{Text{std::string(limits::text + 1, 'x')},
                                      many,
                                      Receipt{},
                                      Request{long_name, "", std::nullopt},
                                      Request{"", std::string(1001, 'x'), std::nullopt},
                                      Answer{true, long_name},
                                      Profile{long_name, std::nullopt},
                                      endpoints,
                                      reset,
                                      DeviceList{{Bytes(3841), {}}}};
    for (const Content& content : beyond) {
        SCOPED_TRACE(static_cast<int>(type_of(content)));
        EXPECT_FALSE(check_bounds(content));
        EXPECT_FALSE(decode_content(type_of(content), encoded(content)));
    }
}

TEST(Contents, AtTheirBoundsAreTaken) {
    Receipt many;
    many.ids.resize(limits::receipt_ids);
    many.via.resize(limits::receipt_ids);
    for (const Content& content :
         std::vector<Content>{Text{std::string(limits::text, 'x')}, many}) {
        EXPECT_TRUE(check_bounds(content));
        EXPECT_EQ(decode_content(type_of(content), encoded(content)).value(), content);
    }
}

TEST(Contents, ReceiptsOfAnUnknownKindOrWithCutIdsAreRefused) {
    Bytes kind;
    wire::Writer(kind).map(2).key("k").uint(3).key("ids").bin(Bytes(16));
    EXPECT_FALSE(decode_content(2, kind));
    Bytes cut;
    wire::Writer(cut).map(2).key("k").uint(1).key("ids").bin(Bytes(17));
    EXPECT_FALSE(decode_content(2, cut));
}

TEST(Contents, OnlyTextAndTheUnknownAreShown) {
    for (const Content& content : samples()) {
        EXPECT_EQ(is_shown(content), std::holds_alternative<Text>(content));
    }
}

}  // namespace
}  // namespace kith::message
