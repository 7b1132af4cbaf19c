// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/message_id.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace kith::message {
namespace {

MessageId filled(std::uint8_t byte) {
    return MessageId::copy_of(Bytes(16, byte));
}

TEST(MessageIds, SortByTheTimeTheyWereMade) {
    kith::test::SeededRandom random(1);
    const Timestamp now = from_unix_millis(1728100000123);
    const MessageId one = make_message_id(now, random);
    const MessageId two = make_message_id(now + milliseconds(1), random);
    EXPECT_LT(one, two);
    EXPECT_LT(to_text(one), to_text(two));
    EXPECT_EQ(time_of(one), now);
}

TEST(MessageIds, OfOneMillisecondDiffer) {
    kith::test::SeededRandom random(2);
    EXPECT_NE(make_message_id(Timestamp{}, random), make_message_id(Timestamp{}, random));
}

TEST(MessageIds, HaveTheKnownTextForm) {
    EXPECT_EQ(to_text(filled(0)), "00000000000000000000000000");
    EXPECT_EQ(to_text(filled(0xFF)), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
    // The example of the ULID specification: 1469918176385 ms.
    MessageId id;
    const auto millis = be_bytes<std::uint64_t>(1469918176385);
    std::copy(millis.begin() + 2, millis.end(), id.data());
    EXPECT_EQ(to_text(id).substr(0, 10), "01ARYZ6S41");
}

TEST(MessageIds, ComeBackFromTheirText) {
    kith::test::SeededRandom random(3);
    for (int i = 0; i < 200; ++i) {
        const auto id = crypto::draw_public<MessageId>(random);
        std::string text = to_text(id);
        EXPECT_EQ(parse_message_id(text).value(), id);
        std::transform(text.begin(), text.end(), text.begin(), [](char c) {
            return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        });
        EXPECT_EQ(parse_message_id(text).value(), id);
    }
}

TEST(MessageIds, LettersThatLookLikeDigitsAreTakenForThem) {
    const auto id = parse_message_id("0123456789ABCDEFGHJKMN1100").value();
    EXPECT_EQ(parse_message_id("o123456789abcdefghjkmnILOo").value(), id);
}

TEST(MessageIds, AnythingElseIsRefused) {
    for (const std::string_view text : {"",
                                        "01ARZ3NDEKTSV4RRFFQ69G5FA",
                                        "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
                                        "81ARZ3NDEKTSV4RRFFQ69G5FAV",
                                        "U1ARZ3NDEKTSV4RRFFQ69G5FAV",
                                        "01ARZ3NDEKTSV4RRFFQ69G5FAU",
                                        "01ARZ3NDEKTSV4RRFFQ69G5F-V"}) {
        const auto id = parse_message_id(text);
        ASSERT_FALSE(id) << text;
        EXPECT_EQ(id.error().code, Code::Malformed);
    }
}

}  // namespace
}  // namespace kith::message
