// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/frame_splitter.h"

#include "core/base/refusal.h"
#include "core/wire/link_frames.h"

#include <gtest/gtest.h>

namespace kith::wire {
namespace {

Bytes frame(FrameType type, ByteView body) {
    Bytes out;
    append_be<std::uint32_t>(out, static_cast<std::uint32_t>(body.size() + 1));
    out.push_back(static_cast<std::uint8_t>(type));
    append(out, body);
    return out;
}

std::string refusal(FrameSplitter& splitter) {
    const auto next = splitter.next();
    return next ? "none" : std::string(refusal_word(next.error()));
}

TEST(FrameSplitter, GivesWholeFramesInOrder) {
    FrameSplitter splitter;
    splitter.open();
    splitter.feed(concat(frame(FrameType::Msg, Bytes{1, 2}), frame(FrameType::Ping, Bytes{3})));
    const auto first = splitter.next().value();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->type, FrameType::Msg);
    EXPECT_TRUE(equal(first->body, Bytes{1, 2}));
    const auto second = splitter.next().value();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->type, FrameType::Ping);
    EXPECT_TRUE(equal(first->body, Bytes{1, 2}));  // still there: nothing was read meanwhile
    EXPECT_FALSE(splitter.next().value());
    EXPECT_EQ(splitter.buffered(), 0U);
}

TEST(FrameSplitter, WaitsForEachByteOfAFrame) {
    const Bytes whole = frame(FrameType::Ping, Bytes{0x81, 0x00, 0x07});
    FrameSplitter splitter;
    splitter.open();
    for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
        splitter.feed(ByteView(whole).subspan(i, 1));
        ASSERT_FALSE(splitter.next().value()) << i;
    }
    splitter.feed(ByteView(whole).last(1));
    EXPECT_TRUE(splitter.next().value());
}

TEST(FrameSplitter, GrowsWithTheBytesThatCameNotWithTheLengthThatWasClaimed) {
    FrameSplitter splitter;
    splitter.open();
    splitter.feed(Bytes{0x00, 0x01, 0x00, 0x00, 0x10});  // MSG of 65,536 bytes, none of them here
    EXPECT_FALSE(splitter.next().value());
    EXPECT_LE(splitter.capacity(), FrameSplitter::step);
    splitter.feed(Bytes(40000));
    EXPECT_FALSE(splitter.next().value());
    EXPECT_LE(splitter.capacity(), 40005 + FrameSplitter::step);
}

TEST(FrameSplitter, NeverHoldsMoreThanOneFrameAndOneStep) {
    FrameSplitter splitter;
    splitter.open();
    const Bytes big = frame(FrameType::Msg, Bytes(frame_body_max));
    for (int i = 0; i < 10; ++i) {
        splitter.feed(big);
        EXPECT_TRUE(splitter.next().value());
    }
    EXPECT_LE(splitter.capacity(), big.size() + FrameSplitter::step);
    splitter.release();
    EXPECT_EQ(splitter.capacity(), 0U);
}

TEST(FrameSplitter, ReleaseKeepsTheBytesThatWait) {
    FrameSplitter splitter;
    splitter.open();
    const Bytes whole = frame(FrameType::Msg, Bytes(100, 7));
    splitter.feed(ByteView(whole).first(50));
    EXPECT_FALSE(splitter.next().value());
    splitter.release();
    EXPECT_EQ(splitter.capacity(), 50U);
    splitter.feed(ByteView(whole).subspan(50));
    EXPECT_TRUE(equal(splitter.next().value()->body, Bytes(100, 7)));
}

TEST(FrameSplitter, RefusesLengthZeroAtOnce) {
    FrameSplitter splitter;
    splitter.open();
    splitter.feed(Bytes(4));
    EXPECT_EQ(refusal(splitter), "size");
}

TEST(FrameSplitter, HasASmallerCapUntilTheLinkIsOpen) {
    const Bytes largest = frame(FrameType::Dl, Bytes(limits::frame_before_open - 1));
    FrameSplitter before;
    before.feed(largest);
    EXPECT_TRUE(before.next().value());
    const Bytes larger = frame(FrameType::Msg, Bytes(limits::frame_before_open));
    FrameSplitter still_before;
    still_before.feed(larger);
    EXPECT_EQ(refusal(still_before), "size");
    FrameSplitter after;
    after.feed(larger);
    after.open();
    EXPECT_TRUE(after.next().value());
    FrameSplitter far_after;
    far_after.open();
    far_after.feed(ByteView(frame(FrameType::Msg, Bytes(frame_body_max + 1))).first(5));
    EXPECT_EQ(refusal(far_after), "size");
}

TEST(FrameSplitter, HoldsEachTypeToItsOwnCapBeforeTheBodyCame) {
    for (unsigned number = 0; number < 256; ++number) {
        const auto type = static_cast<FrameType>(number);
        const auto cap = body_cap(type);
        if (!cap || *cap == frame_body_max) continue;
        FrameSplitter at_cap;
        at_cap.open();
        at_cap.feed(frame(type, Bytes(*cap)));
        EXPECT_TRUE(at_cap.next().value()) << number;
        FrameSplitter over;
        over.open();
        over.feed(ByteView(frame(type, Bytes(*cap + 1))).first(frame_head));
        EXPECT_EQ(refusal(over), "size") << number;
    }
}

TEST(FrameSplitter, PassesOverUnknownTypesFrom80AndRefusesOthers) {
    for (unsigned number = 0; number < 256; ++number) {
        const auto type = static_cast<FrameType>(number);
        if (body_cap(type)) continue;
        FrameSplitter splitter;
        splitter.open();
        splitter.feed(concat(frame(type, Bytes{1}), frame(FrameType::Ping, Bytes{2})));
        if (number < first_ignorable_type) {
            EXPECT_EQ(refusal(splitter), "bad_type") << number;
            continue;
        }
        const auto next = splitter.next().value();
        ASSERT_TRUE(next) << number;
        EXPECT_EQ(next->type, FrameType::Ping);
        EXPECT_EQ(splitter.ignored(), 1U);
    }
}

TEST(FrameSplitter, IgnoresNothingBeforeTheLinkIsOpen) {
    FrameSplitter splitter;
    splitter.feed(frame(static_cast<FrameType>(0x80), Bytes{1}));
    EXPECT_EQ(refusal(splitter), "bad_type");
}

TEST(FrameSplitter, ARefusalStays) {
    FrameSplitter splitter;
    splitter.open();
    splitter.feed(Bytes(5));
    EXPECT_EQ(refusal(splitter), "size");
    splitter.feed(frame(FrameType::Ping, Bytes{1}));
    EXPECT_EQ(refusal(splitter), "size");
}

TEST(Frame, TypedBodiesAreFramed) {
    Bytes out{0xee};
    append_frame(out, Bye{ByeCode::Idle, 300});
    append_frame(out, FrameType::Ping, Bytes{0x81, 0x00, 0x07});
    EXPECT_TRUE(equal(out, Bytes{0xee, 0, 0, 0, 8,    0x09, 0x82, 1,   2, 2, 0xcd, 0x01, 0x2c,  //
                                 0,    0, 0, 4, 0x06, 0x81, 0x00, 0x07}));
}

TEST(Frame, EveryTypeHasANameAndACap) {
    EXPECT_EQ(to_string(FrameType::GetBundle), "GET_BUNDLE");
    EXPECT_EQ(to_string(FrameType::StatReply), "STAT_R");
    EXPECT_EQ(to_string(static_cast<FrameType>(0x7f)), "unknown");
    EXPECT_EQ(body_cap(FrameType::Call), 33U);
    EXPECT_EQ(body_cap(FrameType::Msg), 66559U);
    EXPECT_FALSE(body_cap(static_cast<FrameType>(0x30)));
}

}  // namespace
}  // namespace kith::wire
