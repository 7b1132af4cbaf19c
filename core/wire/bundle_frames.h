// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of GET_BUNDLE and its answer (docs/spec/session.md#bundle).
// ByteView members point into the body given to decode().
#pragma once

#include "core/wire/frame.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace kith::wire {

/// Asks for what is needed to write to an account, named by its blinded key of the day.
struct GetBundle {
    static constexpr FrameType type = FrameType::GetBundle;

    /// Bits of `want`. Part of the format; other bits are kept for later and ignored.
    static constexpr std::uint8_t want_bundle = 1;
    static constexpr std::uint8_t want_one_time = 2;
    static constexpr std::uint8_t want_beacon = 4;

    std::uint32_t q = 0;
    /// A_e.
    std::array<std::uint8_t, 32> blinded{};
    std::uint8_t want = 0;

    void write(Writer& out) const;
    static Result<GetBundle> decode(ByteView body);

    friend bool operator==(const GetBundle&, const GetBundle&) = default;
};

/// The answer; all absent = none.
struct BundleAnswer {
    static constexpr FrameType type = FrameType::Bundle;

    std::uint32_t q = 0;
    /// Sealed; opened by session::Bundle.
    std::optional<ByteView> bundle;
    /// Sealed one-time prekeys, at most 8.
    std::vector<ByteView> one_time;
    /// A beacon as it stands in the DHT.
    std::optional<ByteView> beacon;

    void write(Writer& out) const;
    static Result<BundleAnswer> decode(ByteView body);
};

}  // namespace kith::wire
