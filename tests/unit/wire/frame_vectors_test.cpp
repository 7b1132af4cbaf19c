// SPDX-License-Identifier: GPL-3.0-or-later
// Section "frames" of the protocol vectors: whole frames, through the splitter and the codec of
// their type, and back.
#include "core/base/refusal.h"
#include "core/wire/frame_splitter.h"
#include "tests/support/vector_file.h"
#include "tests/unit/wire/any_body.h"

#include <gtest/gtest.h>

namespace kith::wire {
namespace {

// Splits and decodes one frame; the error of whichever refused it.
Result<Bytes> take(ByteView bytes, bool open) {
    FrameSplitter splitter;
    if (open) splitter.open();
    splitter.feed(bytes);
    KITH_TRY(const auto frame, splitter.next());
    if (!frame) return refuse(Code::Malformed, "short", "frame not complete");
    KITH_TRY(const auto body, body_again(frame->type, frame->body));
    Bytes out;
    append_frame(out, frame->type, body);
    return out;
}

bool is_before_open(const std::string& frame) {
    return frame == "CALL" || frame == "AUTH" || frame == "WANT_DL" || frame == "DL" ||
           frame == "READY";
}

// The same refusal under the name that our order of checks gives it.
bool same_refusal(std::string_view ours, std::string_view wanted) {
    if (ours == wanted) return true;
    // A length of 0 is refused without waiting for the type.
    return wanted == "short" && ours == "size";
}

TEST(FrameVectors, EveryFrameIsTakenAndMadeAgain) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("frames").cases) {
        SCOPED_TRACE(test::id_of(c));
        ++cases;
        const Bytes bytes = test::hex(c["out"]["bytes"]);
        const std::string name = c["in"]["frame"];
        if (name == "ignored") {
            FrameSplitter splitter;
            splitter.open();
            splitter.feed(bytes);
            EXPECT_FALSE(splitter.next().value());
            EXPECT_EQ(splitter.ignored(), 1U);
            continue;
        }
        const auto again = take(bytes, !is_before_open(name));
        ASSERT_TRUE(again) << again.error().context;
        const bool has_unknown_key = c["in"].contains("map") && c["in"]["map"].contains("63");
        if (has_unknown_key) {
            EXPECT_LT(again->size(), bytes.size());
        } else {
            EXPECT_EQ(test::to_text(*again), c["out"]["bytes"]);
        }
        EXPECT_EQ(to_string(static_cast<FrameType>(bytes[4])), name);
    }
    EXPECT_EQ(cases, 21U);
}

TEST(FrameVectors, EveryBadFrameIsRefusedWithItsCode) {
    std::size_t refused = 0;
    for (const auto& c : test::protocol_section("frames").bad) {
        SCOPED_TRACE(test::id_of(c));
        const auto taken = take(test::hex(c["in"]["bytes"]), c["in"]["open"].get<bool>());
        ASSERT_FALSE(taken);
        EXPECT_PRED2(same_refusal,
                     refusal_word(taken.error()),
                     std::string_view(c["code"].get_ref<const std::string&>()));
        ++refused;
    }
    EXPECT_EQ(refused, 30U);
}

}  // namespace
}  // namespace kith::wire
