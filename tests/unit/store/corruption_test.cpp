// SPDX-License-Identifier: GPL-3.0-or-later
// R3 of docs/threat-model.md: a flipped bit in any file of the store ends in the full content or in
// an error with a name, never in rows that are silently gone.
#include "tests/unit/store/rocks_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace kith::store {
namespace {

constexpr int rows = 40;
const std::set<std::string> named{"full", "corrupt", "rewound", "unsupported-version"};

class CorruptionTest : public RocksFixture {
  protected:
    static std::string value_of(int n) {
        return fmt::format("value {} {}", n, std::string(static_cast<std::size_t>(n) * 7, 'v'));
    }

    Result<> put_rows(int from, int to) {
        for (int n = from; n < to; ++n) {
            Changes changes;
            changes.put(Table::Message, as_bytes(fmt::format("{:04}", n)), as_bytes(value_of(n)));
            changes.put(Table::Session, as_bytes(fmt::format("{:04}", n)), as_bytes(value_of(n)));
            KITH_CHECK(commit(std::move(changes)));
        }
        return {};
    }

    /// Rows in tables, in logs of before and in the log of now.
    void fill(bool clean_end) {
        ASSERT_NO_FATAL_FAILURE(open());
        ASSERT_TRUE(put_rows(0, rows / 2));
        close();
        ASSERT_NO_FATAL_FAILURE(open());
        ASSERT_TRUE(put_rows(rows / 2, rows));
        clean_end ? close() : kill();
    }

    /// "full", "rewound", the name of an error, or what is wrong.
    std::string outcome() {
        const auto opened = try_open();
        if (!opened) return std::string(to_string(opened.error().code));
        std::string found = store->rewound() ? "rewound" : "full";
        for (const Table table : {Table::Message, Table::Session}) {
            int n = 0;
            bool right = true;
            const Scan all{table};
            const auto walked = store->scan(all, [&](ByteView key, ByteView value) {
                right = right && as_text(key) == fmt::format("{:04}", n) &&
                        as_text(value) == value_of(n);
                ++n;
                return true;
            });
            if (!walked) {
                found = to_string(walked.error().code);
            } else if ((!right || n != rows) && found == "full") {
                found = fmt::format("SILENT LOSS: {} of {} rows", n, rows);
            }
        }
        store.reset();
        poll(io);
        return found;
    }

    static std::string kind_of(const std::string& path) {
        const std::string name = path.substr(path.rfind('/') + 1);
        if (name.ends_with(".log") || name.ends_with(".sst")) return name.substr(name.size() - 3);
        return name.substr(0, name.find('-') == 8 ? 8 : name.size());
    }

    /// Flips one bit of each chosen byte in turn and counts what came of it.
    void flip_each(const std::string& path, const std::vector<std::size_t>& bytes) {
        for (const std::size_t byte : bytes)
            flip(path, byte, static_cast<std::uint8_t>(1U << random.below(8)));
    }

    void flip(const std::string& path, std::size_t byte, std::uint8_t mask) {
        disk.flip(path, byte, mask);
        const std::string what = outcome();
        ++outcomes[kind_of(path)][what];
        EXPECT_TRUE(named.contains(what))
            << path << " byte " << byte << " of " << whole.at(path).size() << " mask " << int{mask}
            << ": " << what;
        disk.restore("/home", whole);
    }

    std::vector<std::size_t> some_bytes(std::size_t size, std::size_t count) {
        std::set<std::size_t> out;
        while (out.size() < std::min(count, size))
            out.insert(random.below(size));
        return {out.begin(), out.end()};
    }

    void report() {
        for (const auto& [kind, results] : outcomes) {
            std::string text;
            for (const auto& [what, count] : results)
                text += fmt::format("{} {}, ", what, count);
            RecordProperty(kind, text);
        }
    }

    test::LossyDisk::Snapshot whole;
    std::map<std::string, std::map<std::string, int>> outcomes;
};

TEST_F(CorruptionTest, AFlippedBitInAnyFileIsNamedOrHarmless) {
    const std::size_t per_file = std::getenv("KITH_SOAK") != nullptr ? 100 : 12;
    for (const bool clean_end : {true, false}) {
        disk.restore("/home", {});
        ASSERT_NO_FATAL_FAILURE(fill(clean_end));
        whole = disk.copy("/home");
        ASSERT_EQ(outcome(), "full");
        disk.restore("/home", whole);
        for (const auto& [path, content] : whole)
            flip_each(path, some_bytes(content.size(), per_file));
    }
    report();
}

TEST_F(CorruptionTest, NoByteOfTheLastLogBlockLosesRowsSilently) {
    ASSERT_NO_FATAL_FAILURE(fill(false));
    whole = disk.copy("/home");
    // The header of each record in the log: checksum 4, size 2, type 1.
    for (const auto& [path, content] : whole) {
        if (kind_of(path) != "log") continue;
        std::vector<std::size_t> headers;
        for (std::size_t at = 0; at + 7 <= content.size();) {
            for (std::size_t i = 0; i < 7; ++i)
                headers.push_back(at + i);
            at += 7 + content[at + 4] + std::size_t{256} * content[at + 5];
        }
        flip_each(path, headers);
    }
    report();
}

TEST_F(CorruptionTest, NoLengthInTheManifestLosesTablesSilently) {
    ASSERT_NO_FATAL_FAILURE(fill(true));
    whole = disk.copy("/home");
    int lengths = 0;
    for (const auto& [path, content] : whole) {
        if (kind_of(path) != "MANIFEST") continue;
        for (std::size_t at = 0; at + 7 <= content.size();
             at += 7 + content[at + 4] + std::size_t{256} * content[at + 5]) {
            ++lengths;
            for (unsigned bit = 0; bit < 16; ++bit)
                flip(path, at + 4 + bit / 8, static_cast<std::uint8_t>(1U << bit % 8));
        }
    }
    EXPECT_GE(lengths, 6);
    report();
}

}  // namespace
}  // namespace kith::store
