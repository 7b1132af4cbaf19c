// SPDX-License-Identifier: GPL-3.0-or-later
// What a fuzz target checks. A target is one function, one_input(); it runs under libFuzzer
// (preset `fuzz`) and, over its committed corpus, in every other build (replay_main.cpp).
//
// The two properties of a codec: what is written is read back, and what is read is written as the
// same bytes. A format that passes over unknown fields cannot have the second; there, the bytes
// written must be read and written again without a change.
#pragma once

#include "core/base/assert.h"
#include "core/base/bytes.h"
#include "core/base/result.h"

#include <string>
#include <utility>

namespace kith::fuzz {

/// The target. `in` is exactly as long as its memory.
void one_input(ByteView in);

/// What decodes, encodes to the same bytes.
template <class Decode, class Encode>
void expect_same_bytes(ByteView in, Decode&& decode, Encode&& encode) {
    const auto value = decode(in);
    if (!value) return;
    const auto written = encode(*value);
    KITH_ASSERT(
        std::ranges::equal(written, in, {}, [](auto c) { return static_cast<std::uint8_t>(c); }));
}

/// What decodes, encodes to bytes that decode and encode to themselves.
template <class Decode, class Encode>
void expect_stable(ByteView in, Decode&& decode, Encode&& encode) {
    const auto value = decode(in);
    if (!value) return;
    const Bytes written = encode(*value);
    const auto again = decode(ByteView(written));
    KITH_ASSERT(again.has_value());
    KITH_ASSERT(encode(*again) == written);
}

/// A text decoder as one of bytes.
template <class Parse>
auto from_text(Parse parse) {
    return [parse](ByteView bytes) { return parse(as_text(bytes)); };
}

}  // namespace kith::fuzz
