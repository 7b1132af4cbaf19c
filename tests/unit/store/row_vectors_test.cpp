// SPDX-License-Identifier: GPL-3.0-or-later
// Section "rows" of the frozen vectors: rows, erasable rows, row keys, slots of erase.key.
#include "core/crypto/kdf.h"
#include "core/store/erasure.h"
#include "core/store/row_cipher.h"
#include "core/store/row_seal.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

#include <map>

namespace kith::store {
namespace {

using crypto::Label;
using test::json;

std::string text(const json& value) {
    return value.get<std::string>();
}

crypto::RowKey table_key(const json& in) {
    const Bytes mk = test::hex(in["mk"]);
    return crypto::kdf<crypto::RowKey>(
        Label::Table, crypto::zero_salt, mk, as_bytes(text(in["table"])));
}

crypto::RowKey erasable_key(const Bytes& vk, const json& in) {
    return crypto::kdf<crypto::RowKey>(
        Label::EraseRow, crypto::zero_salt, vk, as_bytes(text(in["table"])));
}

// Keeps what the place's views look at.
struct Place {
    explicit Place(const json& in)
        : table(text(in["table"])), key(test::hex(in["key"])), schema(in["schema"]) {}

    RowPlace view() const { return {schema, table, key}; }

    std::string table;
    Bytes key;
    std::uint8_t schema;
};

void check_row(const json& c) {
    const json& in = c["in"];
    const Place place(in);
    const auto key = table_key(in);
    EXPECT_EQ(test::to_text(key.expose()), c["mid"]["table_key"]);
    Bytes row;
    seal_row(key,
             place.view(),
             test::hex_as<crypto::AeadNonce>(in["nonce"]),
             test::hex(in["value"]),
             row);
    EXPECT_EQ(test::to_text(row), c["out"]["row"]);
    EXPECT_EQ(open_row(key, place.view(), row), test::hex(in["value"]));
}

void check_erasable(const json& c) {
    const json& in = c["in"];
    const Place place(in);
    const auto key = erasable_key(test::hex(in["vk"]), in);
    EXPECT_EQ(test::to_text(key.expose()), c["mid"]["table_key"]);
    Bytes row;
    seal_erasable_row(key,
                      in["g"],
                      place.view(),
                      test::hex_as<crypto::AeadNonce>(in["nonce"]),
                      test::hex(in["value"]),
                      row);
    EXPECT_EQ(test::to_text(row), c["out"]["row"]);
    EXPECT_EQ(open_erasable_row(key, place.view(), row), test::hex(in["value"]));
    // The table's own generation derives the same key, where the table is one of ours.
    const Generation generation(in["g"], test::hex_as<crypto::ErasureKey>(in["vk"]));
    for (const TableInfo& table : tables())
        if (table.name == place.table) {
            EXPECT_EQ(generation.key_of(table.table), key);
        }
}

void check_index(const json& c) {
    const json& in = c["in"];
    const RowCipher cipher(test::hex_as<crypto::MasterKey>(in["mk"]));
    const std::string name = text(in["table"]);
    bool found = false;
    for (const TableInfo& table : tables()) {
        if (table.name != name) continue;
        found = true;
        const Index index = cipher.index(table.table, test::hex(in["id"]));
        EXPECT_EQ(test::to_text(row_key(index, in["order"])), c["out"]["row_key"]);
    }
    EXPECT_TRUE(found) << name << " is a table of ours";
}

void check_slot(const json& c) {
    const json& in = c["in"];
    const auto key = slot_key(test::hex_as<crypto::MasterKey>(in["mk"]));
    EXPECT_EQ(test::to_text(key.expose()), c["mid"]["key"]);
    const Slot slot = seal_slot(key,
                                in["g"],
                                test::hex_as<crypto::AeadNonce>(in["nonce"]),
                                test::hex_as<crypto::ErasureKey>(in["vk"]));
    EXPECT_EQ(test::to_text(slot), c["out"]["slot"]);
    const auto opened = open_slot(key, slot);
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened)->number(), in["g"]);
    EXPECT_EQ(test::to_text((*opened)->vk().expose()), in["vk"]);
}

TEST(RowVectors, AreReproducedByteForByte) {
    std::size_t cases = 0;
    for (const json& c : test::protocol_section("rows").cases) {
        SCOPED_TRACE(test::id_of(c));
        const std::string kind = text(c["in"]["kind"]);
        if (kind == "row") check_row(c);
        if (kind == "erasable") check_erasable(c);
        if (kind == "index") check_index(c);
        if (kind == "slot") check_slot(c);
        ++cases;
    }
    EXPECT_EQ(cases, 9U);
}

// The error of opening what is bad; "opened" when it opens.
std::string refusal(const json& in) {
    const std::string kind = text(in["kind"]);
    const auto code_of = [](const auto& result) {
        return result ? "opened" : std::string(to_string(result.error().code));
    };
    if (kind == "slot")
        return code_of(
            open_slot(slot_key(test::hex_as<crypto::MasterKey>(in["mk"])), test::hex(in["slot"])));
    const Place place(in);
    const Bytes row = test::hex(in["row"]);
    if (kind == "row") return code_of(open_row(table_key(in), place.view(), row));
    const auto g = generation_of(row);
    if (!g) return code_of(g);
    for (const json& key : in["keys"]) {
        if (key["g"] == *g)
            return code_of(
                open_erasable_row(erasable_key(test::hex(key["vk"]), in), place.view(), row));
    }
    return "erased";
}

TEST(RowVectors, BadOnesAreRefusedWithTheirCode) {
    std::size_t refused = 0;
    for (const json& c : test::protocol_section("rows").bad) {
        SCOPED_TRACE(test::id_of(c));
        const std::string expected = text(c["code"]);
        const std::string got = refusal(c["in"]);
        const std::map<std::string, std::string> ours{
            {"open_failed", "decrypt-failed"}, {"size", "malformed"}, {"erased", "erased"}};
        EXPECT_EQ(got, ours.at(expected));
        ++refused;
    }
    EXPECT_EQ(refused, 13U);
}

TEST(NonceCounter, CountsOverTheEndOfItsLastWord) {
    Bytes start(24, 0xaa);
    for (std::size_t i = 16; i < 24; ++i)
        start[i] = 0xff;
    NonceCounter nonces(crypto::AeadNonce::copy_of(start));
    EXPECT_EQ(nonces.take(), crypto::AeadNonce::copy_of(start));
    Bytes next(24, 0xaa);
    std::fill(next.begin() + 16, next.end(), std::uint8_t{0});
    EXPECT_EQ(nonces.take(), crypto::AeadNonce::copy_of(next));
    next[23] = 1;
    EXPECT_EQ(nonces.take(), crypto::AeadNonce::copy_of(next));
}

}  // namespace
}  // namespace kith::store
