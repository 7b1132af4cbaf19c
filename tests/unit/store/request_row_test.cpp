// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/request_row.h"

#include <gtest/gtest.h>

namespace kith::store {
namespace {

constexpr Timestamp now = from_unix_seconds(1728100000);

DeskEntry an_entry() {
    DeskEntry out;
    out.request.claim.difficulty = 500;
    out.request.claim.epoch = 20000;
    out.request.content.name = "carol";
    out.request.content.text = "we met at the lake";
    out.request.arrived = now;
    out.inner = Bytes(32, 1);
    out.list.body = Bytes(200, 2);
    return out;
}

AskedWork an_asked() {
    AskedWork out;
    out.policies.publish({{}, 20000, {}}, 2);
    out.ahead_first = 20000;
    out.ahead_last = 20006;
    out.ahead_effort = 3;
    return out;
}

OwnRequest an_own() {
    OwnRequest out;
    out.stage = OwnRequest::Stage::Out;
    out.started = out.tried = now;
    out.tries = 3;
    out.effort = 32;
    out.parts.push_back({{}, Bytes(300, 3)});
    out.epoch = 20000;
    out.difficulty = 8000;
    out.progress = {2, {1, 2, 3, 0}, 700};
    return out;
}

HeldIntroduction an_introduction() {
    HeldIntroduction out;
    out.introduction = Bytes(200, 5);
    out.received = now;
    return out;
}

template <class Row>
void expect_only_itself(const Row& row) {
    const Bytes bytes = row.encode();
    const auto read = Row::decode(bytes);
    ASSERT_TRUE(read.has_value()) << read.error().context;
    EXPECT_EQ(*read, row);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(Row::decode(ByteView(bytes).first(size)).has_value()) << size;
    for (std::size_t more = 1; more <= 64; ++more) {
        Bytes longer = bytes;
        longer.resize(bytes.size() + more);
        EXPECT_FALSE(Row::decode(longer).has_value()) << more;
    }
    Bytes newer = bytes;
    newer[1] = 2;  // the version
    ASSERT_FALSE(Row::decode(newer).has_value());
    EXPECT_EQ(Row::decode(newer).error().code, Code::UnsupportedVersion);
}

TEST(RequestRow, IsReadAsItWasWrittenAndNothingElseIs) {
    expect_only_itself(DeskState{Bytes(32, 6), Bytes(40, 7)});
    expect_only_itself(an_entry());
    expect_only_itself(an_asked());
    expect_only_itself(an_own());
    expect_only_itself(an_introduction());
    expect_only_itself(ChargedIntroduction{{}, 1728100000});
}

TEST(RequestRow, OfOursKeepsItsBounds) {
    const auto refused = [](auto change) {
        OwnRequest row = an_own();
        change(row);
        return !OwnRequest::decode(row.encode()).has_value();
    };
    EXPECT_TRUE(refused([](auto& row) { row.parts.clear(); }));
    EXPECT_TRUE(refused([](auto& row) { row.parts.resize(9, row.parts[0]); }));
    EXPECT_TRUE(refused([](auto& row) { row.tries = 5; }));
    EXPECT_TRUE(refused([](auto& row) { row.tries = 0; }));
    EXPECT_TRUE(refused([](auto& row) { row.difficulty = 0; }));
    EXPECT_TRUE(refused([](auto& row) { row.progress.index = 5; }));
    EXPECT_TRUE(refused([](auto& row) { row.stage = static_cast<OwnRequest::Stage>(4); }));
    EXPECT_FALSE(refused([](auto& row) { row.parts.resize(8, row.parts[0]); }));
}

TEST(RequestRow, OfADeskWithALargeDeviceListFits) {
    DeskEntry row = an_entry();
    row.list.body = Bytes(3840, 9);
    row.request.content.text = std::string(1000, 'x');
    EXPECT_LE(row.encode().size(), DeskEntry::encoded_max);
    EXPECT_TRUE(DeskEntry::decode(row.encode()).has_value());
}

}  // namespace
}  // namespace kith::store
