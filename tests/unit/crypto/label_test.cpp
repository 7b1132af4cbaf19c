// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/label.h"

#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace kith::crypto {
namespace {

TEST(Label, IsWellFormed) {
    for (const LabelEntry& entry : label_table()) {
        const std::string_view name = entry.name();
        EXPECT_GE(name.size(), 1U);
        EXPECT_LE(name.size(), 24U) << name;
        EXPECT_TRUE(std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ' || c == '-';
        })) << name;
        const bool signs = entry.use == LabelUse::Sign;
        const std::string expected = (signs ? "kith1/sig/" : "kith1/") + std::string(name) + '\0';
        EXPECT_EQ(entry.bytes, expected);
    }
}

TEST(Label, IsUniqueOverAllFunctions) {
    std::set<std::string_view> names;
    std::set<std::string_view> bytes;
    for (const LabelEntry& entry : label_table()) {
        EXPECT_TRUE(names.insert(entry.name()).second) << entry.name();
        EXPECT_TRUE(bytes.insert(entry.bytes).second) << entry.name();
    }
}

// No label's bytes begin another's, so that one input cannot be read under two labels.
TEST(Label, IsNoPrefixOfAnother) {
    for (const LabelEntry& a : label_table()) {
        for (const LabelEntry& b : label_table()) {
            EXPECT_TRUE(a.label == b.label || !b.bytes.starts_with(a.bytes)) << a.name();
        }
    }
}

TEST(Label, EqualsTheFrozenTable) {
    const std::map<std::string, LabelUse> uses{{"H", LabelUse::Hash},
                                               {"K", LabelUse::Derive},
                                               {"S", LabelUse::Sign},
                                               {"X", LabelUse::Inside}};
    std::map<std::string, std::string> frozen;
    for (const auto& [use, list] : test::protocol_section("helpers").all["labels"].items()) {
        for (const auto& item : list) {
            const auto name = item["label"].get<std::string>();
            frozen[name] = item["bytes"];
            const auto found = std::ranges::find(label_table(),
                                                 std::string_view(name),
                                                 [](const LabelEntry& e) { return e.name(); });
            ASSERT_NE(found, label_table().end()) << name;
            EXPECT_EQ(found->use, uses.at(use)) << name;
            // The file has L(l) for all; what is signed has "sig/" in between.
            std::string bytes = "kith1/" + name + '\0';
            EXPECT_EQ(test::to_text(as_bytes(bytes)), item["bytes"]);
            if (found->use == LabelUse::Sign) bytes.insert(6, "sig/");
            EXPECT_TRUE(equal(label_bytes(found->label, found->use), as_bytes(bytes))) << name;
        }
    }
    EXPECT_EQ(frozen.size(), label_table().size());
}

TEST(LabelDeathTest, RefusesAnotherFunction) {
    EXPECT_DEATH((void)label_bytes(Label::Spk, LabelUse::Hash), "bug in kith");
    EXPECT_DEATH((void)label_bytes(Label::Did, LabelUse::Sign), "bug in kith");
}

}  // namespace
}  // namespace kith::crypto
