// SPDX-License-Identifier: GPL-3.0-or-later
// PING and PONG of a link, and the watch over it.
#include "core/base/log.h"
#include "core/node/peer_link.h"
#include "core/wire/frame.h"

#include <algorithm>

namespace kith::node {
namespace {

// docs/spec/link.md#liveness. Stretched when nobody has said anything for a while.
constexpr Duration keepalive = seconds(30);
constexpr Duration keepalive_stretched = seconds(120);
constexpr Duration stretch_after = minutes(10);
constexpr Duration pong_deadline = seconds(10);
constexpr Duration unacknowledged_deadline = seconds(10);
constexpr Duration idle_deadline = minutes(10);
constexpr unsigned pongs_missed = 2;

}  // namespace

bool PeerLink::on_ping(ByteView body) {
    const auto ping = wire::Ping::decode(body);
    if (!ping) return false;
    if (ping->dial && device()) {
        handler_.on_dial_request(*this, ping->q, *ping->dial);
    } else {
        pong(ping->q);
    }
    return true;
}

bool PeerLink::on_pong(ByteView body) {
    const auto pong = wire::Pong::decode(body);
    if (!pong) return false;
    if (pinged_ && pong->q == ping_q_) {
        round_trip_ = clock_.now() - *pinged_;
        pinged_.reset();
    }
    handler_.on_clock(*this, from_unix_seconds(pong->wall) - clock_.wall());
    answer(pong->q, wire::FrameType::Pong, body);
    return true;
}

void PeerLink::pong(std::uint32_t q, std::optional<wire::DialBack> dial) {
    if (!open_) return;
    wire::Pong pong;
    pong.q = q;
    pong.wall = unix_seconds(clock_.wall());
    pong.seen = info().remote;
    pong.dial = dial;
    send(pong);
}

Task<Result<Duration>> PeerLink::ping(SteadyTime deadline) {
    wire::Ping ping;
    ping.q = next_q_++;
    const Clock& clock = clock_;
    const SteadyTime start = clock.now();
    Bytes frame;
    wire::append_frame(frame, ping);
    const auto pong = co_await request(ping.q, std::move(frame), deadline);
    if (!pong) co_return tl::unexpected(pong.error());
    co_return clock.now() - start;
}

Task<Result<wire::Pong>> PeerLink::ask_to_dial(std::uint16_t port, SteadyTime deadline) {
    wire::Ping ping;
    ping.q = next_q_++;
    ping.dial = port;
    Bytes frame;
    wire::append_frame(frame, ping);
    const auto answer = co_await request(ping.q, std::move(frame), deadline);
    if (!answer) co_return tl::unexpected(answer.error());
    co_return wire::Pong::decode(answer->body);
}

Duration PeerLink::silence_allowed() const {
    if (!in_flight_.empty()) return unacknowledged_deadline;
    const bool quiet = clock_.now() - last_message_ > stretch_after;
    return quiet ? keepalive_stretched : keepalive;
}

void PeerLink::watch() {
    const SteadyTime now = clock_.now();
    SteadyTime due = last_heard_ + silence_allowed();
    if (pinged_) due = *pinged_ + pong_deadline;
    // Spread, so that links that opened together do not wake the device together for ever.
    const auto spread = static_cast<Duration::rep>(random_.below(1'000'000));
    watch_ =
        clock_.call_at(std::max(due, now + seconds(1)) + Duration(spread), [this] { on_watch(); });
}

void PeerLink::on_watch() {
    const SteadyTime now = clock_.now();
    if (pinged_ && last_heard_ >= *pinged_) pinged_.reset();
    if (pinged_ && last_heard_ < *pinged_ && ++missed_ >= pongs_missed) {
        log::debug(log::Category::Transport, "link to {} is dead", to_string(info().remote));
        drop();
        return;
    }
    const bool idle = now - last_message_ > idle_deadline && in_flight_.empty();
    if (idle && !handler_.keep_idle(*this)) {
        close(wire::ByeCode::Idle);
        return;
    }
    // Not each time it looks: an answered PING is good until the next one is due.
    if (now - last_heard_ >= silence_allowed() && (!pinged_ || last_heard_ < *pinged_)) {
        wire::Ping ping;
        ping.q = ping_q_ = next_q_++;
        pinged_ = now;
        send(ping);
    }
    if (open_) watch();
}

}  // namespace kith::node
