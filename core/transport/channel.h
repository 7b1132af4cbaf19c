// SPDX-License-Identifier: GPL-3.0-or-later
// A channel: an ordered stream of frames whose far end has proven who it is. Transport::dial() and
// accept() give nothing less.
//
// One reader, any number of senders. For the strand only. Must be destroyed before its Transport.
#pragma once

#include "core/base/limits.h"
#include "core/transport/frame_stream.h"
#include "core/transport/link_peer.h"

#include <memory>

namespace kith::transport {

/// Output kept free for ACK, PING and PONG: who sends messages waits for this much room more.
inline constexpr std::size_t control_reserve = std::size_t{16} << 10;
/// wait_writable(message_room) before each message.
inline constexpr std::size_t message_room =
    limits::link_unsent - control_reserve - limits::frame_after_open;

class Channel {
  public:
    Channel(LinkInfo info, std::unique_ptr<FrameStream> stream)
        : info_(std::move(info)), stream_(std::move(stream)) {}

    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    /// Closes. Requires: no receive() and no wait_writable() is waiting.
    ~Channel() = default;

    const LinkInfo& info() const { return info_; }

    const Peer& peer() const { return info_.peer; }

    /// See FrameStream for these; the body of a frame is not checked here, its length is.
    [[nodiscard]] Task<Result<wire::Frame>> receive() { return stream_->receive(); }

    Result<> send(ByteView frame) { return stream_->send(frame); }

    std::size_t unsent() const { return stream_->unsent(); }

    [[nodiscard]] Task<> wait_writable(std::size_t below) { return stream_->wait_writable(below); }

    void close() { stream_->close(); }

    void finish() { stream_->finish(); }

    void close_malformed() { stream_->close_malformed(); }

    void note(LinkMerit merit) { stream_->note(merit); }

    LinkTraffic traffic() const { return stream_->traffic(); }

    Endpoint local() const { return stream_->local(); }

  private:
    LinkInfo info_;
    std::unique_ptr<FrameStream> stream_;
};

}  // namespace kith::transport
