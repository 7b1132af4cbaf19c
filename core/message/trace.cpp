// SPDX-License-Identifier: GPL-3.0-or-later
// The stored form: [version u8, dropped u32, [step, ..]], where
//   step = {t: ms, k: u8, r: u8, did?: bin16, box?: bin16, ep?: bin18, ms?: u32, until?: s,
//           proof?: bin <= 128}
#include "core/message/trace.h"

#include "core/base/assert.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <array>

namespace kith::message {
namespace {

constexpr std::uint8_t trace_version = 1;
constexpr std::size_t trace_max = std::size_t{64} << 10;

constexpr std::array<std::string_view, 17> kinds{"unknown",
                                                 "queued",
                                                 "waits-for-keys",
                                                 "encrypted",
                                                 "look-up",
                                                 "direct",
                                                 "sent",
                                                 "link-lost",
                                                 "deposit",
                                                 "checked",
                                                 "delivered",
                                                 "read",
                                                 "expired",
                                                 "cancelled",
                                                 "retried",
                                                 "new-session",
                                                 "received"};

constexpr std::array<std::string_view, 8> results{
    "ok", "timeout", "refused", "unreachable", "nothing-found", "wrong-key", "busy", "failed"};

std::size_t pairs_of(const TraceStep& step) {
    const std::array present{step.device.has_value(),
                             step.host.has_value(),
                             step.endpoint.has_value(),
                             step.took_ms.has_value(),
                             step.until.has_value(),
                             !step.proof.empty()};
    return 3 + static_cast<std::size_t>(std::ranges::count(present, true));
}

void write_step(wire::Writer& out, const TraceStep& step) {
    out.map(pairs_of(step)).key("t").uint(unix_millis(step.time));
    out.key("k").uint(static_cast<std::uint8_t>(step.kind));
    out.key("r").uint(static_cast<std::uint8_t>(step.result));
    if (step.device) out.key("did").bin(*step.device);
    if (step.host) out.key("box").bin(*step.host);
    if (step.endpoint) out.key("ep").bin(step.endpoint->to_wire());
    if (step.took_ms) out.key("ms").uint(*step.took_ms);
    if (step.until) out.key("until").uint(unix_seconds(*step.until));
    if (!step.proof.empty()) out.key("proof").bin(step.proof);
}

TraceStep read_step(wire::Reader& in) {
    wire::StrMap map(in);
    TraceStep step;
    step.time = from_unix_millis(map.key("t").u64());
    const std::uint8_t kind = map.key("k").u8();
    const std::uint8_t result = map.key("r").u8();
    in.require(kind > 0 && kind < kinds.size() && result < results.size());
    step.kind = static_cast<TraceKind>(kind);
    step.result = static_cast<TraceResult>(result);
    if (map.has("did")) step.device = in.id<crypto::DeviceId>();
    if (map.has("box")) step.host = in.id<crypto::BoxId>();
    if (map.has("ep")) step.endpoint = Endpoint::from_wire(in.fixed<endpoint_size>());
    if (map.has("ms")) step.took_ms = in.u32();
    if (map.has("until")) step.until = from_unix_seconds(in.u64());
    if (map.has("proof")) step.proof = to_bytes(in.bin(1, trace_proof_max));
    map.end();
    return step;
}

}  // namespace

std::string_view to_string(TraceKind kind) {
    const auto index = static_cast<std::size_t>(kind);
    return index < kinds.size() ? kinds[index] : kinds[0];
}

std::string_view to_string(TraceResult result) {
    const auto index = static_cast<std::size_t>(result);
    return index < results.size() ? results[index] : "unknown";
}

void Trace::add(TraceStep step) {
    KITH_ASSERT(step.proof.size() <= trace_proof_max);
    steps_.push_back(std::move(step));
    if (steps_.size() <= trace_steps) return;
    steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(trace_first));
    ++dropped_;
}

Bytes Trace::encode() const {
    Bytes bytes;
    wire::Writer out(bytes);
    out.array(3).uint(trace_version).uint(dropped_).array(steps_.size());
    for (const TraceStep& step : steps_)
        write_step(out, step);
    return bytes;
}

Result<Trace> Trace::decode(ByteView bytes) {
    wire::Reader in(bytes, trace_max);
    in.tuple(3);
    const std::uint8_t version = in.u8();
    Trace trace;
    trace.dropped_ = in.u32();
    const std::size_t count = in.array(0, trace_steps);
    for (std::size_t i = 0; i < count && in.ok(); ++i)
        trace.steps_.push_back(read_step(in));
    const auto done = in.finish();
    if (done && version > trace_version) {
        return fail(Code::UnsupportedVersion, "trace of a newer kith");
    }
    if (!done || version != trace_version) return fail(Code::Corrupt, "row of a trace");
    return trace;
}

}  // namespace kith::message
