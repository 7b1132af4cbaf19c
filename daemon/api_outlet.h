// SPDX-License-Identifier: GPL-3.0-or-later
// The writing half of one client of the control socket.
//
// Lines are collected and leave at the end of the turn: answers and events that became ready
// together (a committed batch wakes dozens) cost one system call. The buffer is bounded by those
// who fill it: has_room() is asked before a call is taken or an event is read.
#pragma once

#include "core/base/asio_net.h"
#include "core/base/clock.h"

#include <functional>
#include <memory>
#include <string>

namespace kith::daemon {

using ApiSocket = asio::local::stream_protocol::socket;

/// Buffered bytes beyond which nothing more is started for this client.
inline constexpr std::size_t api_buffer = std::size_t{1} << 20;
/// A client that leaves a full buffer unread for so long is closed.
inline constexpr Duration api_unread_limit = seconds(60);

/// Shared by the connection and by the replies that are under way: a call goes on after its client
/// has gone, and its answer is then dropped here. Strand only.
class ApiOutlet : public std::enable_shared_from_this<ApiOutlet> {
  public:
    ApiOutlet(ApiSocket socket, Clock& clock);

    ApiSocket& socket() { return socket_; }

    /// Where lines are appended; call flush_later() after it.
    std::string& lines() { return lines_; }

    void flush_later();

    bool has_room() const { return lines_.size() + unsent() < api_buffer; }

    bool open() const { return socket_.is_open(); }

    /// Everything has been handed to the kernel, or never will be.
    bool drained() const { return !open() || (lines_.empty() && unsent() == 0); }

    /// Nothing more is read or written.
    void close();
    /// Closes as soon as what is buffered has left.
    void close_when_drained();
    /// Closes as soon as the other end is gone for good, not merely done with writing.
    void close_when_peer_leaves();

    /// Called when there is room again after there was none, and when the outlet closes.
    void on_room(std::function<void()> action) { on_room_ = std::move(action); }

  private:
    std::size_t unsent() const { return sending_.size() - sent_; }

    void flush();
    /// False: the kernel takes no more, or the client is gone.
    bool send_some();
    void wait_writable();
    void watch_reader();

    ApiSocket socket_;
    Clock& clock_;
    std::string lines_;    // appended to
    std::string sending_;  // being written
    std::size_t sent_ = 0;
    bool scheduled_ = false;
    bool waiting_ = false;
    bool full_ = false;
    bool closing_ = false;
    Alarm unread_;
    std::function<void()> on_room_;
};

}  // namespace kith::daemon
