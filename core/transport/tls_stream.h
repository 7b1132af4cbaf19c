// SPDX-License-Identifier: GPL-3.0-or-later
// Frames over TLS over one TCP socket.
//
// Frames that are sent in one turn of the strand are encrypted together, in records of 16 KiB, and
// leave in one write; while the kernel takes no more, they gather. The socket is read only while
// somebody waits in receive(). Received bytes go through one buffer that all streams share, so an
// idle link holds none. For the strand only.
#pragma once

#include "core/base/asio_net.h"
#include "core/base/clock.h"
#include "core/base/turnstile.h"
#include "core/transport/frame_stream.h"
#include "core/transport/tls_session.h"

#include <memory>

namespace kith::transport {

/// A peer that takes no byte for this long is gone.
inline constexpr Duration write_stall = seconds(20);

/// What is queued when a stream is finished has this long to leave.
inline constexpr Duration finish_limit = seconds(1);

/// What the streams of one transport share. Outlives them.
struct TlsShared {
    static constexpr std::size_t buffer_size = std::size_t{64} << 10;

    TlsShared(asio::any_io_executor on, Clock& time, std::unique_ptr<TlsContext> tls)
        : executor(std::move(on)),
          clock(time),
          context(std::move(tls)),
          buffer(buffer_size),
          patience(executor) {}

    asio::any_io_executor executor;
    Clock& clock;
    std::unique_ptr<TlsContext> context;
    /// Between one read of a socket and the decryption of what came; never across a wait.
    Bytes buffer;
    /// Patient streams read one at a time, and whoever else has something to do comes between.
    Turnstile patience;
    /// Sums of all streams, also of those that are gone.
    LinkTraffic traffic;
};

class TlsStream final : public FrameStream {
  public:
    /// An accepted socket, or none for connect().
    TlsStream(std::shared_ptr<TlsShared> shared, Tcp::socket socket);
    ~TlsStream() override;

    void set_hooks(StreamHooks hooks) override;
    [[nodiscard]] Task<Result<>> connect(Endpoint to) override;
    /// TLS 1.3; allocates its state, which takes 16 KiB.
    [[nodiscard]] Task<Result<crypto::ChannelBinding>> handshake(StreamSide side) override;
    [[nodiscard]] Task<Result<wire::Frame>> receive() override;
    Result<> send(ByteView frame) override;
    std::size_t unsent() const override;
    [[nodiscard]] Task<> wait_writable(std::size_t below) override;
    void set_open() override;
    void close() override;
    void finish() override;
    void close_malformed() override;
    void note(LinkMerit merit) override;
    LinkTraffic traffic() const override;

    /// As the kernel measures it.
    std::optional<Duration> round_trip() const override;
    Endpoint local() const override;
    void set_patient(bool patient) override;

    /// As TlsSession::description(); empty before the handshake.
    std::string description() const;

  private:
    struct State;

    std::shared_ptr<State> state_;  // shared with the socket operations under way
};

}  // namespace kith::transport
