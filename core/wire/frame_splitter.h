// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts a byte stream into frames (docs/spec/link.md).
//
// A length is believed only after it has been checked against the cap of its type, and even then
// memory grows with the bytes that came, never to the length that was claimed: a peer pays for
// each byte it makes us hold.
#pragma once

#include "core/wire/frame.h"

#include <cstdint>

namespace kith::wire {

/// One direction of one link. Not thread-safe.
///
///   splitter.commit(co_await socket.read_some(splitter.room()));
///   for (;;) {
///       KITH_CO_TRY(const auto frame, splitter.next());
///       if (!frame) break;                       // more bytes are needed
///       ...                                      // frame->body is valid until the next room()
///   }
class FrameSplitter {
  public:
    /// Bytes by which the buffer grows.
    static constexpr std::size_t step = std::size_t{16} << 10;

    /// From now on frames up to limits::frame_after_open are taken and unknown types from 0x80
    /// are passed over. Call it between two next() when READY has been sent or read.
    void open() { open_ = true; }

    bool is_open() const { return open_; }

    /// Free space to read into, at least one byte. Ends the life of all bodies given out.
    MutableByteView room();

    /// The first `count` bytes of room() have been filled.
    void commit(std::size_t count);

    /// room(), copy, commit(): for bytes that lie elsewhere.
    void feed(ByteView bytes);

    /// The next whole frame, or nullopt when more bytes are needed. An error is final: the link
    /// ends. Errors: TooLarge ("size": length 0, over the cap of its type or of the state),
    /// Malformed ("bad_type").
    Result<std::optional<Frame>> next();

    /// Bytes held that belong to no frame given out yet.
    std::size_t buffered() const { return end_ - begin_; }

    /// Memory held, in bytes.
    std::size_t capacity() const { return buffer_.size(); }

    /// Gives the memory back while a link is idle. Ends the life of all bodies given out; bytes
    /// that wait are kept.
    void release();

    /// Frames of unknown types that were passed over.
    std::uint64_t ignored() const { return ignored_; }

  private:
    Result<std::optional<std::size_t>> check_head(ByteView held) const;

    Bytes buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool open_ = false;
    std::uint64_t ignored_ = 0;
};

}  // namespace kith::wire
