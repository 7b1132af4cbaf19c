// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/dial_plan.h"

#include <algorithm>
#include <deque>

namespace kith::transport {
namespace {

bool is_multicast(const Endpoint& endpoint) {
    if (endpoint.is_v4()) return endpoint.address[12] >= 224;
    return endpoint.address[0] == 0xff;
}

// fe80::/10 needs an interface, which no peer can name for us.
bool is_v6_link_local(const Endpoint& endpoint) {
    return !endpoint.is_v4() && endpoint.address[0] == 0xfe && (endpoint.address[1] & 0xc0) == 0x80;
}

bool can_be_called(const Endpoint& endpoint, const std::vector<LocalAddress>& own) {
    if (endpoint.is_unspecified() || is_multicast(endpoint) || is_v6_link_local(endpoint)) {
        return false;
    }
    if (!endpoint.is_private()) return true;
    return std::ranges::any_of(
        own, [&endpoint](const LocalAddress& local) { return local.contains(endpoint); });
}

}  // namespace

DialPlan::DialPlan(const std::vector<Endpoint>& candidates, const std::vector<LocalAddress>& own) {
    std::vector<Endpoint> usable;
    for (const auto& candidate : candidates) {
        const bool known = std::ranges::find(usable, candidate) != usable.end();
        if (!known && can_be_called(candidate, own)) usable.push_back(candidate);
    }

    std::deque<Endpoint> v4;
    std::deque<Endpoint> v6;
    for (const auto& candidate : usable)
        (candidate.is_v4() ? v4 : v6).push_back(candidate);

    bool take_v4 = !usable.empty() && usable.front().is_v4();
    while (order_.size() < dial_attempts && !(v4.empty() && v6.empty())) {
        auto& turn = (take_v4 && !v4.empty()) || v6.empty() ? v4 : v6;
        order_.push_back(turn.front());
        turn.pop_front();
        take_v4 = !take_v4;
    }
}

std::optional<Endpoint> DialPlan::next(SteadyTime now) {
    if (next_ == order_.size() || now < due_) return std::nullopt;
    due_ = now + dial_stagger;
    return order_[next_++];
}

std::optional<SteadyTime> DialPlan::next_at() const {
    if (next_ == order_.size()) return std::nullopt;
    return due_;
}

}  // namespace kith::transport
