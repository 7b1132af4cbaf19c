// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/bootstrap.h"

#include "dht/awaitable_bridge.h"

#include <algorithm>
#include <charconv>

namespace kith::dht {

namespace {

constexpr Duration answer_time = seconds(3);

struct HostPort {
    std::string host;
    std::string port;
};

Result<HostPort> split(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos || colon == 0) {
        return fail(Code::InvalidArgument, "no \"host:port\"");
    }
    HostPort out{address.substr(0, colon), address.substr(colon + 1)};
    unsigned port = 0;
    const char* const end = out.port.data() + out.port.size();
    const auto parsed = std::from_chars(out.port.data(), end, port);
    const bool bracket = out.host.find(':') != std::string::npos;
    if (parsed.ec != std::errc{} || parsed.ptr != end || port == 0 || port > 65535 || bracket) {
        return fail(Code::InvalidArgument, "no \"host:port\"");
    }
    return out;
}

}  // namespace

Bootstrap::Bootstrap(AsyncScope& scope,
                     Clock& clock,
                     Random& random,
                     std::function<void()> answered)
    : scope_(scope),
      clock_(clock),
      random_(random),
      answered_(std::move(answered)),
      resolver_(scope.executor()),
      wake_(scope.executor()) {}

directory::BootstrapNode* Bootstrap::find(const std::string& address) {
    const auto found = std::ranges::find(nodes_, address, &directory::BootstrapNode::address);
    return found == nodes_.end() ? nullptr : &*found;
}

void Bootstrap::configure(const std::vector<std::string>& addresses) {
    for (const std::string& address : addresses) {
        const bool valid = parse_endpoint(address).has_value() || split(address).has_value();
        if (valid && find(address) == nullptr) nodes_.push_back({address, {}, false});
    }
}

void Bootstrap::invite(const std::vector<Endpoint>& nodes) {
    for (const Endpoint& endpoint : nodes) {
        if (!endpoint.is_unspecified()) invited_.push_back(endpoint);
    }
}

void Bootstrap::start(DhtNode& node) {
    node_ = &node;
    for (const SavedNode& saved : saved_) {
        node.insert(saved.peer);
    }
    scope_.spawn(rounds());
}

void Bootstrap::again() {
    failed_rounds_ = 0;
    round();
}

void Bootstrap::stop() {
    stopping_ = true;
    resolver_.cancel();
    wake_.set();
}

void Bootstrap::lonely(bool is) {
    if (is && !lonely_) {
        failed_rounds_ = 0;
        wake_.pulse();
    }
    lonely_ = is;
}

// The two that answered longest ago, then random ones: whoever fills the list with nodes of his own
// while we run does not own the next round.
std::vector<Endpoint> Bootstrap::pick_saved(std::size_t count) {
    std::vector<Endpoint> out;
    const auto take = [&](const SavedNode& node) {
        if (out.size() < count && std::ranges::count(out, node.peer.endpoint) == 0) {
            out.push_back(node.peer.endpoint);
        }
    };
    // Kept in the order of the last answer, the latest first.
    for (std::size_t i = 0; i < std::min<std::size_t>(2, saved_.size()); ++i) {
        take(saved_[saved_.size() - 1 - i]);
    }
    for (std::size_t i = 0; i < 2 * count && !saved_.empty(); ++i) {
        take(saved_[random_.below(saved_.size())]);
    }
    return out;
}

void Bootstrap::round() {
    if (node_ == nullptr || stopping_) return;
    for (const directory::BootstrapNode& node : nodes_) {
        scope_.spawn(resolve_and_call(node.address));
    }
    std::vector<Endpoint> called = invited_;
    const std::size_t left = called.size() < calls ? calls - called.size() : 2;
    for (const Endpoint& endpoint : pick_saved(left)) {
        if (std::ranges::count(called, endpoint) == 0) called.push_back(endpoint);
    }
    for (const Endpoint& endpoint : called) {
        call_soon(endpoint, {});
    }
}

void Bootstrap::call_soon(const Endpoint& endpoint, const std::string& address) {
    node_->ping(endpoint, [this, address](bool ok) {
        if (!ok || stopping_) return;
        if (directory::BootstrapNode* const node = find(address)) node->answered = true;
        answered_();
    });
}

Task<> Bootstrap::rounds() {
    while (!stopping_) {
        if (lonely_) {
            round();
            const Duration pause =
                std::min(longest_pause, first_pause * (1 << std::min(failed_rounds_, 6)));
            ++failed_rounds_;
            const auto half = pause / 2;
            const auto jitter = random_.below(static_cast<std::uint64_t>(half.count()));
            const Duration wait = half + Duration(static_cast<Duration::rep>(jitter));
            co_await sleep_for(clock_, wait, wake_);
        } else {
            co_await wake_.wait_pulse();
        }
    }
}

Task<std::vector<Endpoint>> Bootstrap::resolve(std::string address) {
    std::vector<Endpoint> out;
    if (const auto numeric = parse_endpoint(address)) {
        out.push_back(*numeric);
        co_return out;
    }
    const auto parts = split(address);
    if (!parts) co_return out;
    boost::system::error_code error;
    const auto found = co_await resolver_.async_resolve(
        parts->host, parts->port, asio::redirect_error(asio::use_awaitable, error));
    if (error || stopping_) co_return out;
    for (const auto& entry : found) {
        out.push_back(from_asio(entry.endpoint()));
    }
    if (directory::BootstrapNode* const node = find(address)) node->endpoints = out;
    co_return out;
}

Task<> Bootstrap::resolve_and_call(std::string address) {
    const std::vector<Endpoint> endpoints = co_await resolve(address);
    if (stopping_) co_return;
    for (const Endpoint& endpoint : endpoints) {
        call_soon(endpoint, address);
    }
}

Task<bool> Bootstrap::call(Endpoint endpoint, SteadyTime deadline) {
    AwaitableBridge<bool> bridge(scope_.executor());
    node_->ping(endpoint, bridge.callback());
    const std::optional<bool> answered = co_await bridge.wait(clock_, deadline);
    co_return answered.value_or(false);
}

Task<Result<directory::BootstrapNode>> Bootstrap::add(std::string address, SteadyTime deadline) {
    if (!parse_endpoint(address) && !split(address)) {
        co_return fail(Code::InvalidArgument, "not an address: \"host:port\" is");
    }
    if (find(address) == nullptr) nodes_.push_back({address, {}, false});
    const std::vector<Endpoint> endpoints = co_await resolve(address);
    bool answered = false;
    for (const Endpoint& endpoint : endpoints) {
        if (answered || stopping_ || node_ == nullptr) break;
        answered = co_await call(endpoint, std::min(deadline, clock_.now() + answer_time));
    }
    if (stopping_) co_return fail(Code::Cancelled);
    if (answered) answered_();
    directory::BootstrapNode* const node = find(address);
    if (node == nullptr) co_return fail(Code::NotFound, "removed meanwhile");
    node->endpoints = endpoints;
    node->answered = node->answered || answered;
    co_return *node;
}

Result<> Bootstrap::remove(const std::string& address) {
    if (std::erase_if(nodes_, [&](const auto& node) { return node.address == address; }) == 0) {
        return fail(Code::NotFound, "no such bootstrap node");
    }
    return success();
}

}  // namespace kith::dht
