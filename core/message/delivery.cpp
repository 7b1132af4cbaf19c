// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/delivery.h"

#include <algorithm>
#include <limits>

namespace kith::message {
namespace {

constexpr std::size_t row_size = 3;

}  // namespace

std::string_view to_string(DeliveryState state) {
    switch (state) {
        case DeliveryState::Failed:
            return "failed";
        case DeliveryState::Expired:
            return "expired";
        case DeliveryState::Queued:
            return "queued";
        case DeliveryState::Sent:
            return "sent";
        case DeliveryState::Stored:
            return "stored";
        case DeliveryState::Delivered:
            return "delivered";
        case DeliveryState::Read:
            return "read";
    }
    return "unknown";
}

DeliveryState Delivery::shown() const {
    switch (end_) {
        case End::Delivered:
            return DeliveryState::Delivered;
        case End::Read:
            return DeliveryState::Read;
        case End::Expired:
            return DeliveryState::Expired;
        case End::Failed:
            return DeliveryState::Failed;
        case End::None:
            break;
    }
    if (stored_ > 0) return DeliveryState::Stored;
    return sent_ ? DeliveryState::Sent : DeliveryState::Queued;
}

Delivery Delivery::after(DeliveryEvent event) const {
    Delivery next = *this;
    switch (event) {
        case DeliveryEvent::Written:
            next.sent_ = sent_ || open();
            break;
        case DeliveryEvent::LinkLost:
            next.sent_ = false;
            break;
        case DeliveryEvent::HostTook:
            if (stored_ < std::numeric_limits<std::uint8_t>::max()) ++next.stored_;
            break;
        case DeliveryEvent::HostLost:
            if (stored_ > 0) --next.stored_;
            break;
        case DeliveryEvent::Receipt:
            if (end_ != End::Read) next.end_ = End::Delivered;
            break;
        case DeliveryEvent::ReadReceipt:
            next.end_ = End::Read;
            break;
        case DeliveryEvent::GiveUp:
            if (open()) next.end_ = End::Expired;
            break;
        case DeliveryEvent::Cancel:
            if (open()) next.end_ = End::Failed;
            break;
        case DeliveryEvent::Retry:
            if (!receipted()) {
                next.end_ = End::None;
                next.sent_ = false;
            }
            break;
    }
    return next;
}

Bytes Delivery::encode() const {
    return {static_cast<std::uint8_t>(end_), static_cast<std::uint8_t>(sent_ ? 1 : 0), stored_};
}

Result<Delivery> Delivery::decode(ByteView bytes) {
    if (bytes.size() != row_size || bytes[0] > static_cast<std::uint8_t>(End::Failed) ||
        bytes[1] > 1) {
        return fail(Code::Corrupt, "delivery state");
    }
    Delivery delivery;
    delivery.end_ = static_cast<End>(bytes[0]);
    delivery.sent_ = bytes[1] == 1;
    delivery.stored_ = bytes[2];
    return delivery;
}

DeliveryState shown(std::span<const Delivery> devices) {
    if (devices.empty()) return DeliveryState::Queued;
    const auto best = std::ranges::max_element(devices, {}, &Delivery::shown);
    return best->shown();
}

bool finished(std::span<const Delivery> devices) {
    return std::ranges::none_of(devices, &Delivery::open);
}

}  // namespace kith::message
