// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/net_watch.h"

#include "core/base/log.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace kith::transport {
namespace {

using boost::system::error_code;

// Announcements of one change arrive within this time.
constexpr Duration gather = milliseconds(500);
constexpr Duration compare_every = seconds(15);
constexpr Duration sleep_noticed = seconds(30);
constexpr std::size_t announcement_max = std::size_t{32} << 10;

unsigned bits_of(ByteView mask) {
    unsigned bits = 0;
    for (const auto byte : mask)
        bits += static_cast<unsigned>(std::popcount(byte));
    return bits;
}

std::optional<LocalAddress> to_local(const ifaddrs& entry) {
    if (entry.ifa_addr == nullptr || entry.ifa_netmask == nullptr) return std::nullopt;
    // Running: with a carrier. Without one an address is of no use, though it stays.
    if ((entry.ifa_flags & IFF_UP) == 0 || (entry.ifa_flags & IFF_RUNNING) == 0) {
        return std::nullopt;
    }
    LocalAddress out;
    if (entry.ifa_addr->sa_family == AF_INET) {
        sockaddr_in address{};
        sockaddr_in mask{};
        std::memcpy(&address, entry.ifa_addr, sizeof(address));
        std::memcpy(&mask, entry.ifa_netmask, sizeof(mask));
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &address.sin_addr, bytes.size());
        out.address = Endpoint::v4(bytes[0], bytes[1], bytes[2], bytes[3], 0).address;
        std::memcpy(bytes.data(), &mask.sin_addr, bytes.size());
        out.prefix_bits = 96 + bits_of(bytes);
        return out;
    }
    if (entry.ifa_addr->sa_family == AF_INET6) {
        sockaddr_in6 address{};
        sockaddr_in6 mask{};
        std::memcpy(&address, entry.ifa_addr, sizeof(address));
        std::memcpy(&mask, entry.ifa_netmask, sizeof(mask));
        std::memcpy(out.address.data(), &address.sin6_addr, out.address.size());
        out.prefix_bits = bits_of(ByteView(mask.sin6_addr.s6_addr, 16));
        return out;
    }
    return std::nullopt;
}

// A socket that hears of addresses and routes; -1 where there is none to be had.
int open_netlink() {
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) return -1;
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
                        RTMGRP_IPV6_ROUTE;
    sockaddr generic{};
    static_assert(sizeof(address) <= sizeof(generic));
    std::memcpy(&generic, &address, sizeof(address));
    if (::bind(fd, &generic, sizeof(address)) == 0) return fd;
    ::close(fd);
    return -1;
}

// What an announcement is about; routes count only if they are default routes.
struct Announced {
    bool addresses = false;
    bool route = false;
};

Announced read_announcement(ByteView message) {
    Announced out;
    while (message.size() >= sizeof(nlmsghdr)) {
        nlmsghdr head{};
        std::memcpy(&head, message.data(), sizeof(head));
        if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > message.size()) break;
        const auto body = message.subspan(sizeof(head), head.nlmsg_len - sizeof(head));
        if (head.nlmsg_type == RTM_NEWROUTE || head.nlmsg_type == RTM_DELROUTE) {
            rtmsg route{};
            if (body.size() >= sizeof(route)) {
                std::memcpy(&route, body.data(), sizeof(route));
                out.route |= route.rtm_dst_len == 0 && route.rtm_table == RT_TABLE_MAIN;
            }
        } else {
            out.addresses = true;
        }
        const std::size_t aligned = NLMSG_ALIGN(head.nlmsg_len);
        message = message.subspan(std::min(aligned, message.size()));
    }
    return out;
}

}  // namespace

std::vector<LocalAddress> local_addresses() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return {};
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, &::freeifaddrs);
    std::vector<LocalAddress> out;
    for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (const auto local = to_local(*entry)) out.push_back(*local);
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

struct NetWatch::State {
    State(asio::any_io_executor executor, Clock& time, std::function<void(NetChange)> call)
        : clock(time), on_change(std::move(call)), netlink(executor) {}

    static void listen(const std::shared_ptr<State>& self);
    static void tick(const std::shared_ptr<State>& self);
    static void gathered(const std::shared_ptr<State>& self);
    void read_all();
    bool addresses_changed();

    // The call may end the watch, hence the copy.
    void tell(NetChange change) const {
        if (const auto call = on_change) call(change);
    }

    Clock& clock;
    std::function<void(NetChange)> on_change;  // empty after the end
    asio::posix::stream_descriptor netlink;
    std::vector<LocalAddress> addresses = local_addresses();
    Duration suspended{};
    bool addresses_announced = false;
    bool route_announced = false;
    bool gathering = false;
    Alarm gather_alarm;
    Alarm tick_alarm;
};

void NetWatch::State::listen(const std::shared_ptr<State>& self) {
    self->netlink.async_wait(
        asio::posix::stream_descriptor::wait_read, [self](const error_code& error) {
            if (error || !self->on_change) return;
            self->read_all();
            listen(self);
            const bool news = self->addresses_announced || self->route_announced;
            if (!news || std::exchange(self->gathering, true)) return;
            self->gather_alarm = self->clock.call_after(gather, [weak = std::weak_ptr(self)] {
                if (const auto held = weak.lock()) gathered(held);
            });
        });
}

void NetWatch::State::read_all() {
    Bytes buffer(announcement_max);
    for (;;) {
        error_code error;
        const std::size_t count = netlink.read_some(asio::buffer(buffer), error);
        if (error == asio::error::would_block) return;
        if (error) {
            // Too many announcements to be kept: something has changed.
            addresses_announced = true;
            route_announced |= error == asio::error::no_buffer_space;
            return;
        }
        const auto news = read_announcement(ByteView(buffer).first(count));
        addresses_announced |= news.addresses;
        route_announced |= news.route;
    }
}

void NetWatch::State::gathered(const std::shared_ptr<State>& self) {
    self->gathering = false;
    const bool route = std::exchange(self->route_announced, false);
    self->addresses_announced = false;
    if (self->addresses_changed()) {
        self->tell(NetChange::Addresses);
    } else if (route) {
        self->tell(NetChange::Route);
    }
}

bool NetWatch::State::addresses_changed() {
    auto now = local_addresses();
    if (now == addresses) return false;
    addresses = std::move(now);
    return true;
}

void NetWatch::State::tick(const std::shared_ptr<State>& self) {
    self->tick_alarm = self->clock.call_after(compare_every, [weak = std::weak_ptr(self)] {
        const auto held = weak.lock();
        if (!held) return;
        tick(held);
        const Duration slept = held->clock.suspended();
        const bool woke = slept - std::exchange(held->suspended, slept) > sleep_noticed;
        const bool moved = held->addresses_changed();
        if (woke) {
            held->tell(NetChange::WokeUp);
        } else if (moved) {
            held->tell(NetChange::Addresses);
        }
    });
}

NetWatch::NetWatch(asio::any_io_executor executor,
                   Clock& clock,
                   std::function<void(NetChange)> on_change)
    : state_(std::make_shared<State>(std::move(executor), clock, std::move(on_change))) {
    state_->suspended = clock.suspended();
    if (const int fd = open_netlink(); fd >= 0) {
        error_code ignored;
        state_->netlink.assign(fd, ignored);
        state_->netlink.non_blocking(true, ignored);
        State::listen(state_);
    } else {
        log::debug(log::Category::Transport, "no announcements of the network: compared instead");
    }
    State::tick(state_);
}

NetWatch::~NetWatch() {
    state_->on_change = {};
    state_->gather_alarm.cancel();
    state_->tick_alarm.cancel();
    error_code ignored;
    state_->netlink.close(ignored);
}

}  // namespace kith::transport
