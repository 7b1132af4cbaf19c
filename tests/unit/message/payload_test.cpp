// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/payload.h"

#include "core/base/limits.h"
#include "core/wire/writer.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <string>

namespace kith::message {
namespace {

Payload sample() {
    kith::test::SeededRandom random(1);
    Payload payload;
    payload.id = make_message_id(from_unix_seconds(1728100000), random);
    payload.content = Text{"hello"};
    payload.my_list = {7, {1, 2, 3, 4, 5, 6, 7, 8}};
    payload.your_list = {9, {8, 7, 6, 5, 4, 3, 2, 1}};
    return payload;
}

TEST(Payloads, ComeBackAsTheyWere) {
    const Payload small = sample();
    Payload full = sample();
    full.seq = 12;
    full.parents.assign(parents_max, small.id);
    full.deposits = Bytes(deposits_max, 7);
    Payload unknown = sample();
    Bytes c;
    wire::Writer(c).map(0);
    unknown.content = Unknown{99, c};
    for (const Payload& payload : {small, full, unknown}) {
        const auto bytes = encode_payload(payload);
        ASSERT_TRUE(bytes);
        const auto back = decode_payload(*bytes);
        ASSERT_TRUE(back) << back.error().context;
        EXPECT_EQ(*back, payload);
    }
}

TEST(Payloads, AreRefusedAtEveryTruncationAndWithEveryTail) {
    Payload payload = sample();
    payload.seq = 1;
    payload.parents = {payload.id};
    const Bytes bytes = encode_payload(payload).value();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_payload(ByteView(bytes).first(size))) << size;
    }
    EXPECT_FALSE(decode_payload(concat(bytes, Bytes{0})));
}

TEST(Payloads, TheLongestTextFitsEvenAFirstMessage) {
    Payload payload = sample();
    payload.content = Text{std::string(limits::text, 'x')};
    payload.seq = 1;
    payload.parents.assign(parents_max, payload.id);
    payload.deposits = Bytes(deposits_max, 7);
    const auto bytes = encode_payload(payload);
    ASSERT_TRUE(bytes);
    EXPECT_LT(bytes->size(), 60928U);
}

// Receipts of a live chat stay in the smallest size (docs/spec/message.md#content).
TEST(Payloads, ThirtyTwoReceiptsFitTheSmallestBlock) {
    Payload payload = sample();
    Receipt receipt;
    receipt.ids.assign(32, payload.id);
    payload.content = receipt;
    EXPECT_LT(encode_payload(payload).value().size(), 768U);
}

TEST(Payloads, BeyondTheirBoundsAreRefused) {
    Payload parents = sample();
    parents.parents.assign(parents_max + 1, parents.id);
    Payload deposits = sample();
    deposits.deposits = Bytes(deposits_max + 1);
    Payload text = sample();
    text.content = Text{std::string(limits::text + 1, 'x')};
    for (const Payload& payload : {parents, deposits, text}) {
        const auto bytes = encode_payload(payload);
        ASSERT_FALSE(bytes);
        EXPECT_EQ(bytes.error().code, Code::TooLarge);
    }
}

TEST(Payloads, WithEmptyOptionalFieldsAreRefused) {
    const auto with = [](std::string_view key, auto&& write) {
        Bytes bytes;
        wire::Writer out(bytes);
        out.map(5).key("id").bin(Bytes(16)).key("ty").uint(0).key("c").map(0);
        out.key("dl").bin(Bytes(32)).key(key);
        write(out);
        return bytes;
    };
    EXPECT_TRUE(decode_payload(with("seq", [](wire::Writer& out) { out.uint(1); })));
    EXPECT_FALSE(decode_payload(with("seq", [](wire::Writer& out) { out.uint(0); })));
    EXPECT_FALSE(decode_payload(with("par", [](wire::Writer& out) { out.array(0); })));
    EXPECT_FALSE(decode_payload(with("dep", [](wire::Writer& out) { out.bin({}); })));
}

}  // namespace
}  // namespace kith::message
