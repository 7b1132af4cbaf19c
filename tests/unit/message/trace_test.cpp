// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/trace.h"

#include <gtest/gtest.h>

namespace kith::message {
namespace {

constexpr Timestamp noon = from_unix_millis(1728100000123);

TraceStep step(int number) {
    TraceStep one;
    one.time = noon + milliseconds(number);
    one.kind = TraceKind::Direct;
    one.result = TraceResult::Timeout;
    return one;
}

TraceStep full() {
    TraceStep one = step(1);
    one.kind = TraceKind::Deposit;
    one.result = TraceResult::Ok;
    one.device = crypto::DeviceId::copy_of(Bytes(16, 1));
    one.host = crypto::BoxId::copy_of(Bytes(16, 2));
    one.endpoint = Endpoint::v4(203, 0, 113, 7, 4222);
    one.took_ms = 61;
    one.until = from_unix_seconds(1729000000);
    one.proof = Bytes(trace_proof_max, 3);
    return one;
}

TEST(Traces, ComeBackFromTheStore) {
    Trace trace;
    EXPECT_EQ(Trace::decode(trace.encode()).value(), trace);
    trace.add(step(0));
    trace.add(full());
    EXPECT_EQ(Trace::decode(trace.encode()).value(), trace);
}

TEST(Traces, KeepTheFirstStepsAndTheLatest) {
    Trace trace;
    for (int i = 0; i < 250; ++i)
        trace.add(step(i));
    ASSERT_EQ(trace.steps().size(), trace_steps);
    EXPECT_EQ(trace.dropped(), 50U);
    EXPECT_EQ(trace.steps().front(), step(0));
    EXPECT_EQ(trace.steps()[trace_first - 1], step(19));
    EXPECT_EQ(trace.steps()[trace_first], step(70));
    EXPECT_EQ(trace.steps().back(), step(249));
    EXPECT_EQ(Trace::decode(trace.encode()).value(), trace);
}

TEST(Traces, TheLargestTraceStillDecodes) {
    Trace trace;
    for (std::size_t i = 0; i < trace_steps; ++i)
        trace.add(full());
    EXPECT_EQ(Trace::decode(trace.encode()).value(), trace);
}

TEST(Traces, DamagedRowsAreCorrupt) {
    Trace trace;
    trace.add(full());
    const Bytes row = trace.encode();
    for (std::size_t size = 0; size < row.size(); ++size) {
        const auto cut = Trace::decode(ByteView(row).first(size));
        ASSERT_FALSE(cut) << size;
        EXPECT_EQ(cut.error().code, Code::Corrupt);
    }
    Bytes newer = row;
    newer[1] = 2;
    EXPECT_EQ(Trace::decode(newer).error().code, Code::UnsupportedVersion);
}

TEST(Traces, EveryStepHasAWord) {
    EXPECT_EQ(to_string(TraceKind::Queued), "queued");
    EXPECT_EQ(to_string(TraceKind::Deposit), "deposit");
    EXPECT_EQ(to_string(TraceKind::Received), "received");
    EXPECT_EQ(to_string(TraceResult::Timeout), "timeout");
    EXPECT_EQ(to_string(TraceResult::Failed), "failed");
}

}  // namespace
}  // namespace kith::message
