// SPDX-License-Identifier: GPL-3.0-or-later
// What the vectors of the session sections have in common: the state bytes that their digests
// cover, the parties of a handshake, and the error that each code word stands for.
#pragma once

#include "core/session/double_ratchet.h"
#include "tests/support/vector_file.h"

#include <string>
#include <string_view>

namespace kith::session::test {

using kith::test::json;

Party party_of(const json& value);

/// The state bytes of the vectors' README, rows included.
Bytes state_bytes(const DoubleRatchet& ratchet, ByteView exporter);

/// A ratchet from such bytes.
DoubleRatchet ratchet_from(ByteView state);

/// BLAKE2b-256 without key, as hex.
std::string digest(ByteView bytes);

/// The Code by which this library tells a code word of the vectors.
Code code_of(std::string_view word);

}  // namespace kith::session::test
