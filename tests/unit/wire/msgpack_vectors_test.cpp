// SPDX-License-Identifier: GPL-3.0-or-later
// Section "msgpack" of the protocol vectors: the one canonical form, and 23 forms that are not it.
#include "core/base/refusal.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::wire {
namespace {

constexpr std::size_t any_size = 1 << 20;

// Writes what the vector's readable form says; bins are shown as lengths or hex there, so only
// documents without them come out.
void write_json(Writer& out, const test::json& value) {
    if (value.is_null()) {
        out.nil();
    } else if (value.is_boolean()) {
        out.boolean(value.get<bool>());
    } else if (value.is_number_unsigned()) {
        out.uint(value.get<std::uint64_t>());
    } else if (value.is_string()) {
        out.text(value.get<std::string>());
    } else if (value.is_array()) {
        out.array(value.size());
        for (const auto& item : value)
            write_json(out, item);
    }
}

TEST(MsgpackVectors, EveryCanonicalDocumentIsTaken) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("msgpack").cases) {
        SCOPED_TRACE(test::id_of(c));
        const auto done = check_document(test::hex(c["in"]["bytes"]), any_size);
        EXPECT_TRUE(done) << done.error().context;
        ++cases;
    }
    EXPECT_EQ(cases, 7U);
}

TEST(MsgpackVectors, TheWriterMakesTheSameBytes) {
    for (const auto& c : test::protocol_section("msgpack").cases) {
        SCOPED_TRACE(test::id_of(c));
        const auto& id = c["id"];
        if (id == "bins" || id == "map in listed order" || id == "int map") continue;
        Bytes out;
        Writer writer(out);
        write_json(writer, c["out"]["json"]);
        EXPECT_EQ(test::to_text(out), c["in"]["bytes"]);
    }
}

TEST(MsgpackVectors, TheWriterMakesTheSameMapsAndBins) {
    Bytes maps;
    Writer(maps).map(3).key("v").uint(1).key("ak").bin(Bytes{1}).key("b").nil();
    EXPECT_EQ(test::to_text(maps), "83a17601a2616bc40101a162c0");
    Bytes numbered;
    Writer(numbered).map(3).key(0).uint(1).key(1).boolean(true).key(2).boolean(false);
    EXPECT_EQ(test::to_text(numbered), "83000101c302c2");
    Bytes bins;
    Writer(bins).array(3).bin({}).bin(Bytes(255)).bin(Bytes(256));
    for (const auto& c : test::protocol_section("msgpack").cases) {
        if (c["id"] != "bins") continue;
        EXPECT_EQ(test::to_text(bins), c["in"]["bytes"]);
    }
}

TEST(MsgpackVectors, EveryOtherFormIsRefusedWithItsCode) {
    std::size_t refused = 0;
    for (const auto& c : test::protocol_section("msgpack").bad) {
        SCOPED_TRACE(test::id_of(c));
        const auto done = check_document(test::hex(c["in"]["bytes"]), any_size);
        ASSERT_FALSE(done);
        EXPECT_EQ(refusal_word(done.error()), c["code"].get<std::string>());
        EXPECT_EQ(done.error().code, Code::Malformed);
        ++refused;
    }
    EXPECT_EQ(refused, 23U);
}

}  // namespace
}  // namespace kith::wire
