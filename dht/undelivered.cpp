// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/undelivered.h"

#include "core/base/asio_net.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <tuple>

// After the headers that define what it uses.
#include <linux/errqueue.h>

namespace kith::dht {
namespace {

constexpr int reports_at_once = 64;

bool reports_refused(msghdr& message) {
    for (const cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
         head = CMSG_NXTHDR(&message, const_cast<cmsghdr*>(head))) {
        const bool v4 = head->cmsg_level == SOL_IP && head->cmsg_type == IP_RECVERR;
        const bool v6 = head->cmsg_level == SOL_IPV6 && head->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) continue;
        sock_extended_err report{};
        std::memcpy(&report, CMSG_DATA(head), sizeof report);
        const bool from_network =
            report.ee_origin == SO_EE_ORIGIN_ICMP || report.ee_origin == SO_EE_ORIGIN_ICMP6;
        // The host is there and has no such port. That a way is closed may be over in a moment.
        if (from_network && report.ee_errno == ECONNREFUSED) return true;
    }
    return false;
}

}  // namespace

void ask_for_undelivered(int socket, bool v4) {
    const int on = 1;
    std::ignore = v4 ? ::setsockopt(socket, SOL_IP, IP_RECVERR, &on, sizeof on)
                     : ::setsockopt(socket, SOL_IPV6, IPV6_RECVERR, &on, sizeof on);
}

void take_undelivered(int socket, const OnUndelivered& on_undelivered) {
    for (int i = 0; i < reports_at_once; ++i) {
        Udp::endpoint to;
        // Of the datagram itself nothing is wanted.
        std::array<std::uint8_t, 1> sent{};
        iovec room{sent.data(), sent.size()};
        alignas(cmsghdr) std::array<char, 512> control{};
        msghdr message{};
        message.msg_name = to.data();
        message.msg_namelen = static_cast<socklen_t>(to.capacity());
        message.msg_iov = &room;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        if (::recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
        if (message.msg_namelen < sizeof(sockaddr_in) || !reports_refused(message)) continue;
        to.resize(message.msg_namelen);
        if (on_undelivered) on_undelivered(from_asio(to));
    }
}

}  // namespace kith::dht
