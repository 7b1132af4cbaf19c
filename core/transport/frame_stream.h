// SPDX-License-Identifier: GPL-3.0-or-later
// An ordered stream of frames between two processes: what a Channel is made of, before and after
// anybody is authenticated. Production: TlsStream. Test: SimStream (tests/support/transport).
//
// One reader, any number of senders. For the strand only.
#pragma once

#include "core/base/asio.h"
#include "core/base/endpoint.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/wire/frame.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace kith::transport {

/// Bytes as they cross the socket, TLS included; frames as they are given in and out.
struct LinkTraffic {
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t frames_in = 0;
    std::uint64_t frames_out = 0;
};

/// What the accept gate should know of an inbound link; no effect on others.
enum class LinkMerit {
    Useful,     // a message or a delivered envelope crossed it just now
    Protected,  // a contact or the owner of a lease: never evicted for a newcomer
};

/// Which end of the connection a stream is.
enum class StreamSide { Calling, Called };

/// How the owner of a stream hears of it. Called on the strand; any may be empty.
struct StreamHooks {
    std::function<void()> on_end;  // once
    std::function<void()> on_malformed;
    std::function<void(LinkMerit)> on_merit;
};

class FrameStream {
  public:
    FrameStream() = default;
    FrameStream(const FrameStream&) = delete;
    FrameStream& operator=(const FrameStream&) = delete;
    /// Closes. Requires: no receive() and no wait_writable() is waiting.
    virtual ~FrameStream() = default;

    virtual void set_hooks(StreamHooks hooks) = 0;

    /// For a stream that calls, first. Errors: Unreachable, Cancelled.
    [[nodiscard]] virtual Task<Result<>> connect(Endpoint to) = 0;

    /// Hides what crosses the connection from all others, and gives x, which both ends and nobody
    /// else know; who the peer is has to be found out by frames. Errors: Refused (the peer speaks
    /// something else), Unreachable, Cancelled.
    [[nodiscard]] virtual Task<Result<crypto::ChannelBinding>> handshake(StreamSide side) = 0;

    /// The next frame; its body is valid until the next receive(). Nothing is read from the network
    /// while nobody waits here, so a slow reader slows the peer down. Errors end the stream:
    /// Unreachable (the peer closed, or the network did), TooLarge or Malformed (no frame; the peer
    /// is charged with it), Cancelled (closed here).
    [[nodiscard]] virtual Task<Result<wire::Frame>> receive() = 0;

    /// Queues one whole frame, head included. All that is queued in one turn of the strand leaves
    /// in one write. Busy: it would make more than limits::link_unsent wait, nothing was queued.
    /// Unreachable or Cancelled: the stream has ended.
    virtual Result<> send(ByteView frame) = 0;

    /// Bytes queued and not yet taken by the kernel.
    virtual std::size_t unsent() const = 0;

    /// Returns when at most `below` bytes are unsent, or when the stream has ended.
    [[nodiscard]] virtual Task<> wait_writable(std::size_t below) = 0;

    /// Raises the largest frame from limits::frame_before_open to limits::frame_after_open.
    virtual void set_open() = 0;

    /// Ends the stream without a further byte: what is unsent is dropped, who waits is let go.
    virtual void close() = 0;

    /// As close(), once what is queued has gone, at the latest in a second; until then frames still
    /// come in. For a last word.
    virtual void finish() = 0;

    /// As close(), and the source of the connection is charged with a breach of the protocol.
    virtual void close_malformed() = 0;

    virtual void note(LinkMerit merit) = 0;

    virtual LinkTraffic traffic() const = 0;

    /// As measured so far; nullopt for not at all.
    virtual std::optional<Duration> round_trip() const = 0;

    /// Our own address on this connection; unspecified once it has ended.
    virtual Endpoint local() const = 0;

    /// Whether everything else on the strand comes before what this stream has received. For those
    /// whom we do not know; streams are impatient at first. No effect where nothing is shared.
    virtual void set_patient(bool /*patient*/) {}
};

}  // namespace kith::transport
