// SPDX-License-Identifier: GPL-3.0-or-later
// Test vectors: our own frozen ones in tests/vectors/kith_protocol.json, and the published sets,
// which are read in place where they are available.
//
//   for (const json& c : test::protocol_section("address").cases) {
//       SCOPED_TRACE(test::id_of(c));
//       const auto ak = test::hex_as<AccountKey>(c["in"]["ak"]);
//       ...
//   }
#pragma once

#include "core/base/bytes.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kith::test {

using json = nlohmann::json;

/// One section of kith_protocol.json. The references live as long as the program.
struct VectorSection {
    const json& cases;  ///< [{id, in, mid?, out}, ..]
    const json& bad;    ///< [{id, in, code}, ..] must be refused; empty if the section has none
    const json& draws;  ///< [[name, bytes], ..] random inputs in the order of drawing
    const json& all;    ///< the whole section, for named extras
};

/// Throws if the file or the section is missing: a missing frozen file is a failure.
VectorSection protocol_section(std::string_view name);

/// Another frozen file of tests/vectors, e.g. "reputation.json". Throws if it is missing. The
/// reference lives as long as the program.
const json& own_set(std::string_view file);

/// "kith_protocol.json: ..." `id` of a case for SCOPED_TRACE.
std::string id_of(const json& test_case);

/// One of the published sets, e.g. "x25519_test.json". Prints one line and gives nullopt where the
/// directory of published sets does not exist; throws if it does and the file is missing.
std::optional<json> published_set(std::string_view file);

/// Prints the one line of counts of a published set: "x25519_test.json: 518 cases, 44 refused".
void report_set(std::string_view file, std::size_t cases, std::size_t refused);

/// The bytes of a hex string; throws on anything else.
Bytes hex(const json& value);

/// nullopt for null or a missing key.
std::optional<Bytes> optional_hex(const json& object, std::string_view key);

/// A value of any type with `from(ByteView)`: an id, a public key, a secret. Throws on another
/// length.
template <class T>
T hex_as(const json& value) {
    auto out = T::from(hex(value));
    if (!out) throw std::runtime_error("vector value has the wrong length: " + value.dump());
    return *std::move(out);
}

/// Compare with hex strings of the file: EXPECT_EQ(test::to_text(wire), c["out"]["wire"]).
std::string to_text(ByteView bytes);

}  // namespace kith::test
