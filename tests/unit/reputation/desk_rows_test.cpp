// SPDX-License-Identifier: GPL-3.0-or-later
// What the desk stores, and what it makes of it after a restart.
#include "core/reputation/stranger_desk.h"
#include "tests/unit/reputation/desk_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::reputation {
namespace {

using Decision = StrangerDesk::Decision;
using testing::IsEmpty;

StrangerDesk restored(const StrangerDesk& desk, const std::vector<DeskRequest>& rows) {
    StrangerDesk out = make_desk();
    EXPECT_TRUE(out.restore_state(desk.encode_state()));
    for (const DeskRequest& row : rows)
        EXPECT_TRUE(out.restore(DeskRequest::decode(row.encode()).value()));
    return out;
}

TEST(Desk, GoesOnAfterARestartAndShowsNothingTwice) {
    StrangerDesk desk = make_desk();
    std::vector<DeskRequest> rows;
    for (std::uint32_t i = 0; i < 12; ++i)
        desk.offer(request(i), start);
    desk.show(start);
    for (std::uint32_t i = 0; i < 12; ++i)
        rows.push_back(*desk.find(id(i)));
    ASSERT_TRUE(desk.decide(desk.shown().back().claim.id, Decision::Reported, start));
    std::erase_if(rows, [&](const DeskRequest& row) { return !desk.find(row.claim.id); });

    StrangerDesk again = restored(desk, rows);
    EXPECT_EQ(again.encode_state(), desk.encode_state());
    EXPECT_THAT(again.shown(), testing::UnorderedElementsAreArray(desk.shown()));
    EXPECT_EQ(again.waiting(), 2U);
    EXPECT_THAT(again.show(start), IsEmpty());
    const Timestamp later = start + days(1);
    EXPECT_EQ(again.show(later), desk.show(later));
    EXPECT_EQ(again.effort(later), desk.effort(later));
    EXPECT_EQ(again.notifies(later), desk.notifies(later));
}

TEST(Desk, TakesNoRowTwiceAndNoneBeyondItsBounds) {
    StrangerDesk desk = make_desk();
    EXPECT_TRUE(desk.restore(request(1)));
    EXPECT_FALSE(desk.restore(request(1)));
    DeskRequest same_sender = request(2);
    same_sender.claim.sender = sender(1);
    EXPECT_FALSE(desk.restore(same_sender));
    std::size_t taken = 0;
    for (std::uint32_t i = 10; i < 400; ++i)
        taken += desk.restore(request(i)) ? 1U : 0U;
    EXPECT_EQ(taken, StrangerDesk::cold_queue - 1);
}

TEST(Desk, RefusesStateThatItDidNotWrite) {
    StrangerDesk desk = make_desk();
    const Bytes state = desk.encode_state();
    EXPECT_FALSE(desk.restore_state(ByteView(state).first(state.size() - 1)));
    Bytes newer = state;
    newer[1] = 2;
    EXPECT_EQ(desk.restore_state(newer).error().code, Code::UnsupportedVersion);
    EXPECT_EQ(desk.encode_state(), state);
}

TEST(DeskRequest, IsStoredWithAllItsParts) {
    DeskRequest full = request(9, Way::Introduced);
    full.content.reach = numbered<crypto::ReachSecret>(3);
    full.voucher = sender(4);
    full.shown = start + hours(1);
    EXPECT_EQ(DeskRequest::decode(full.encode()).value(), full);
    EXPECT_EQ(DeskRequest::decode(request(1).encode()).value(), request(1));
    full.content.name = std::string(message::name_max, 'n');
    full.content.text = std::string(message::request_text_max, 't');
    EXPECT_LE(full.encode().size(), DeskRequest::encoded_max);
    EXPECT_TRUE(DeskRequest::decode(full.encode()));
}

TEST(DeskRequest, OtherRowsAreRefused) {
    const Bytes row = request(1).encode();
    EXPECT_EQ(DeskRequest::decode(ByteView(row).first(row.size() - 1)).error().code, Code::Corrupt);
    DeskRequest wrong = request(1);
    wrong.content.text = std::string(message::request_text_max + 1, 't');
    EXPECT_EQ(DeskRequest::decode(wrong.encode()).error().code, Code::Corrupt);
    wrong = request(1);
    wrong.claim.price = 65;
    EXPECT_EQ(DeskRequest::decode(wrong.encode()).error().code, Code::Corrupt);
}

TEST(DeskRequest, EpochsFarAwayDoNotOverflow) {
    EXPECT_GT(request_end(~std::uint64_t{0}), start);
    EXPECT_EQ(request_end(epoch), start + days(8));
}

}  // namespace
}  // namespace kith::reputation
