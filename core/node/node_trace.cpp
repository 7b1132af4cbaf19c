// SPDX-License-Identifier: GPL-3.0-or-later
// The way of one message, as `kith msg show` tells it.
#include "core/base/encoding.h"
#include "core/mailbox/receipt.h"
#include "core/node/node.h"
#include "core/node/services.h"

#include <algorithm>

namespace kith::node {
namespace {

std::string_view word_for(Outcome outcome) {
    switch (outcome) {
        case Outcome::Delivered:
            return "delivered";
        case Outcome::Read:
            return "read";
        case Outcome::Failed:
            return "cancelled";
        case Outcome::Expired:
            return "expired";
        case Outcome::Stored:
            return "stored";
    }
    return "";
}

std::string target_of(const message::TraceStep& step) {
    std::string out;
    if (step.host) out = "mailbox " + to_hex(step.host->view().first(4));
    if (step.endpoint) out += (out.empty() ? "" : "  ") + to_string(*step.endpoint);
    return out;
}

TraceStepView view_of(const message::TraceStep& step) {
    using message::TraceKind;
    using message::TraceResult;
    TraceStepView out;
    out.time = step.time;
    out.step = message::to_string(step.kind);
    out.target = target_of(step);
    out.proof = step.proof;
    const bool deposit = step.kind == TraceKind::Deposit;
    if (step.result == TraceResult::Ok) {
        out.result = deposit ? "stored" : "has it";
        out.until = step.until;
        if (const auto receipt = mailbox::decode_receipt(step.proof)) {
            out.result += ", receipt " + to_hex(receipt->signature.view().first(4));
        }
    } else if (step.kind == TraceKind::Checked) {
        out.result = "does not have it any more";
    } else if (step.result == TraceResult::Timeout) {
        out.result = "no answer";
    } else if (step.result == TraceResult::Busy) {
        out.result = "has no room now";
    } else {
        out.result = "refused";
    }
    return out;
}

}  // namespace

Result<TraceView> Node::trace(crypto::MessageId id) const {
    const auto& services = *services_;
    KITH_CHECK(services.need_identity());
    KITH_TRY(const auto place, services.place_of(id));
    TraceView out;
    KITH_TRY(out.message, services.view(place));
    const bool incoming = out.message.direction == Direction::In;
    const auto first = incoming ? *out.message.received : out.message.time;
    out.steps.push_back({first, incoming ? "received" : "queued", {}, "on disk", {}, {}});
    if (incoming) return out;
    KITH_TRY(const auto outcomes, services.deliveries.load(place.chat, place.order, place.order));
    const auto told = best(outcomes, place.order);
    for (const auto& attempt : services.running->courier.attempts(place.chat)) {
        const bool after = attempt.time >= out.message.time;
        const bool before_end = !told || attempt.time <= told->time;
        if (after && before_end) {
            out.steps.push_back(
                {attempt.time, attempt.step, attempt.target, attempt.result, {}, {}});
        }
    }
    KITH_TRY(const auto kept, services.traces.load(place.chat, id));
    for (const auto& step : kept.steps())
        out.steps.push_back(view_of(step));
    std::ranges::stable_sort(out.steps, {}, &TraceStepView::time);
    for (const auto& [order, outcome] : outcomes) {
        out.steps.push_back({outcome.time, std::string(word_for(outcome.outcome)), {}, {}, {}, {}});
    }
    if (const auto next = services.running->courier.next_try(place.chat); next && !told) {
        out.next_retry = services.ports.clock.wall() + (*next - services.ports.clock.now());
    }
    if (told) return out;
    for (const auto& [device, lane] : services.outbox.lanes()) {
        if (lane->account() != place.chat || !lane->find(id) || !lane->hold()) continue;
        out.waits = lane->hold()->why();
        if (const Duration left = lane->hold()->until - services.ports.clock.now();
            !out.next_retry && left > Duration::zero()) {
            out.next_retry = services.ports.clock.wall() + left;
        }
    }
    return out;
}

}  // namespace kith::node
