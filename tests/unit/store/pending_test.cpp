// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/pending.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace kith::store {
namespace {

// Stored rows of the event table, and the walk over them.
class Rows {
  public:
    explicit Rows(std::map<std::string, std::string> rows) : rows_(std::move(rows)) {}

    Result<> walk(const Scan& scan, const Visitor& visit) const {
        const auto show = [&](const auto& row) {
            return !in_range(scan, as_bytes(row.first)) ||
                   visit(as_bytes(row.first), as_bytes(row.second));
        };
        if (scan.direction == Direction::Forward) {
            for (auto at = rows_.begin(); at != rows_.end() && show(*at); ++at) {
            }
        } else {
            for (auto at = rows_.rbegin(); at != rows_.rend() && show(*at); ++at) {
            }
        }
        return {};
    }

  private:
    std::map<std::string, std::string> rows_;
};

class PendingTest : public testing::Test {
  protected:
    void put(std::string_view key, std::string_view value) {
        Changes changes;
        changes.put(Table::Event, as_bytes(key), as_bytes(value));
        pending.open().add(changes);
    }

    void erase(std::string_view key) {
        Changes changes;
        changes.erase(Table::Event, as_bytes(key));
        pending.open().add(changes);
    }

    std::string scan(std::string_view prefix,
                     std::string_view from,
                     Direction direction,
                     std::size_t limit = 100,
                     std::size_t stop_after = 100) {
        std::string out;
        const Scan range{Table::Event, as_bytes(prefix), as_bytes(from), direction, limit};
        const auto result = merge(
            range,
            pending,
            [&](const Visitor& visit) { return rows.walk(range, visit); },
            [&](ByteView key, ByteView value) {
                out += std::string(as_text(key)) + "=" + std::string(as_text(value)) + " ";
                return --stop_after > 0;
            });
        EXPECT_TRUE(result);
        return out;
    }

    std::string forward(std::string_view prefix = {}, std::string_view from = {}) {
        return scan(prefix, from, Direction::Forward);
    }

    std::string backward(std::string_view prefix = {}, std::string_view from = {}) {
        return scan(prefix, from, Direction::Backward);
    }

    Pending pending;
    Rows rows{{{"a1", "A"}, {"a3", "B"}, {"a5", "C"}, {"b1", "D"}}};
};

TEST_F(PendingTest, NewerChangesShadowOlderOnes) {
    put("k", "first");
    pending.close();
    EXPECT_EQ(as_text(pending.find(Table::Event, as_bytes("k"))->value()), "first");
    put("k", "second");
    EXPECT_EQ(as_text(pending.find(Table::Event, as_bytes("k"))->value()), "second");
    pending.landed();
    EXPECT_EQ(as_text(pending.find(Table::Event, as_bytes("k"))->value()), "second");
    pending.forget();
    EXPECT_EQ(pending.find(Table::Event, as_bytes("k")), nullptr);
}

TEST_F(PendingTest, ScanMergesInBothDirections) {
    put("a2", "x");
    put("a9", "y");
    pending.close();
    put("a0", "z");
    EXPECT_EQ(forward("a"), "a0=z a1=A a2=x a3=B a5=C a9=y ");
    EXPECT_EQ(backward("a"), "a9=y a5=C a3=B a2=x a1=A a0=z ");
    EXPECT_EQ(forward(), "a0=z a1=A a2=x a3=B a5=C a9=y b1=D ");
}

TEST_F(PendingTest, ScanShowsReplacedAndHidesErased) {
    put("a3", "new");
    pending.close();
    erase("a1");
    put("a5", "newest");
    EXPECT_EQ(forward(), "a3=new a5=newest b1=D ");
    EXPECT_EQ(backward(), "b1=D a5=newest a3=new ");
    erase("a3");
    EXPECT_EQ(forward(), "a5=newest b1=D ");
}

TEST_F(PendingTest, ScanStartsAtAKeyItselfIncluded) {
    put("a4", "x");
    EXPECT_EQ(forward("a", "a3"), "a3=B a4=x a5=C ");
    EXPECT_EQ(forward("a", "a4"), "a4=x a5=C ");
    EXPECT_EQ(backward("a", "a4"), "a4=x a3=B a1=A ");
    EXPECT_EQ(backward("a", "a2"), "a1=A ");
    EXPECT_EQ(backward("b", "a2"), "");
}

TEST_F(PendingTest, ScanStopsAtItsLimitAndWhenTheVisitorHasEnough) {
    put("a2", "x");
    put("a4", "y");
    for (std::size_t n = 0; n <= 6; ++n) {
        const std::string all = "a1=A a2=x a3=B a4=y a5=C b1=D ";
        EXPECT_EQ(scan({}, {}, Direction::Forward, n), all.substr(0, n * 5));
        if (n > 0) {
            EXPECT_EQ(scan({}, {}, Direction::Forward, 100, n), all.substr(0, n * 5));
        }
    }
}

TEST_F(PendingTest, ScanSeesOtherTablesNotAtAll) {
    Changes changes;
    changes.put(Table::Trace, as_bytes("a2"), as_bytes("x"));
    pending.open().add(changes);
    EXPECT_EQ(forward("a"), "a1=A a3=B a5=C ");
}

}  // namespace
}  // namespace kith::store
