// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/pickup_plan.h"

namespace kith::mailbox {

namespace {

constexpr Duration poll_interval = minutes(15);
constexpr double poll_spread = 0.3;
constexpr Duration receipts_gathered = seconds(30);

Duration times(Duration duration, double factor) {
    return Duration(static_cast<Duration::rep>(static_cast<double>(duration.count()) * factor));
}

}  // namespace

Duration poll_delay(double jitter) {
    return times(poll_interval, 1 - poll_spread + 2 * poll_spread * jitter);
}

Duration receipt_delay(double jitter) {
    return times(receipts_gathered, jitter);
}

std::uint32_t PickupPlan::bytes_to_ask() const {
    const std::uint64_t left = pickup_budget > bytes_ ? pickup_budget - bytes_ : 0;
    // Less than the largest envelope could not bring the next one.
    if (left < 65536) return 0;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(left, pickup_bytes));
}

Result<> PickupPlan::took(const Batch& batch) {
    if (batch.cursor < cursor_) return fail(Code::Malformed, "a batch goes back");
    if (batch.bytes > pickup_bytes) return fail(Code::Malformed, "a batch of more than asked for");
    std::uint64_t last = cursor_;
    for (const std::uint64_t place : batch.places) {
        if (place <= last || place > batch.cursor)
            return fail(Code::Malformed, "a batch with places out of order");
        last = place;
    }
    bytes_ += batch.bytes;
    cursor_ = batch.cursor;
    complete_ = !batch.more;
    return {};
}

void PickupPlan::left_behind(std::uint64_t place) {
    left_ = left_ ? std::min(*left_, place) : place;
}

bool delete_everywhere(std::size_t envelope_size) {
    return envelope_size > 4096;
}

}  // namespace kith::mailbox
