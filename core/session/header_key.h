// SPDX-License-Identifier: GPL-3.0-or-later
// The header key: hides the ratchet key and the numbers of a message, so that nobody outside can
// tell two messages of a session from two of different sessions.
//
//   header 48 = dh 32 || u32 PN || u32 N || u8 flags (0) || 0^7
//   eh 64     = AEAD(HK, hn, L("dr-hdr") || ver || AD, header)
//
// Specification: docs/spec/session.md#header.
#pragma once

#include "core/base/result.h"
#include "core/crypto/keys.h"

#include <array>
#include <cstdint>
#include <span>

namespace kith::session {

using crypto::AeadNonce;
using crypto::HeaderKey;
using crypto::RatchetKey;
using crypto::Transcript;

/// Numbers of messages and chains stay below it. Beyond: refused.
inline constexpr std::uint32_t counter_limit = std::uint32_t{1} << 31;

inline constexpr std::size_t sealed_header_size = 64;

struct Header {
    RatchetKey dh;
    std::uint32_t previous = 0;  ///< PN: messages of the sender's chain before this one
    std::uint32_t number = 0;    ///< N: of this message in its chain

    friend bool operator==(const Header&, const Header&) = default;
};

void seal_header(const HeaderKey& key,
                 const AeadNonce& hn,
                 const Transcript& ad,
                 const Header& header,
                 std::span<std::uint8_t, sealed_header_size> out);

/// DecryptFailed: not sealed with this key; try the next one. Malformed ("bad_header", "counter"):
/// this key's, but with flags, reserved bytes or numbers that no sender makes.
Result<Header> open_header(const HeaderKey& key,
                           const AeadNonce& hn,
                           const Transcript& ad,
                           std::span<const std::uint8_t, sealed_header_size> sealed);

}  // namespace kith::session
