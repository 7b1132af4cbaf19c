// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/api_outlet.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace kith::daemon {

ApiOutlet::ApiOutlet(ApiSocket socket, Clock& clock) : socket_(std::move(socket)), clock_(clock) {}

void ApiOutlet::flush_later() {
    if (!has_room()) watch_reader();
    if (scheduled_ || waiting_ || !open()) return;
    scheduled_ = true;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->scheduled_ = false;
        self->flush();
    });
}

void ApiOutlet::flush() {
    while (open() && !waiting_) {
        if (unsent() == 0) {
            sent_ = 0;
            sending_.clear();
            if (lines_.empty()) break;
            sending_.swap(lines_);
        }
        if (!send_some()) break;
    }
    if (full_ && has_room()) {
        full_ = false;
        unread_.cancel();
        if (on_room_) on_room_();
    }
    if (closing_ && drained()) close();
}

bool ApiOutlet::send_some() {
    // Straight to the kernel: the socket is nearly always writable, so waiting for it first would
    // double the turns.
    const ssize_t count = ::send(
        socket_.native_handle(), sending_.data() + sent_, unsent(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
        sent_ += static_cast<std::size_t>(count);
        return true;
    }
    if (errno == EINTR) return true;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        wait_writable();
    } else {
        close();
    }
    return false;
}

void ApiOutlet::wait_writable() {
    waiting_ = true;
    socket_.async_wait(ApiSocket::wait_write,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           self->waiting_ = false;
                           if (error) return self->close();
                           self->flush();
                       });
}

void ApiOutlet::watch_reader() {
    if (full_) return;
    full_ = true;
    unread_ = clock_.call_after(api_unread_limit, [this] { close(); });
}

void ApiOutlet::close() {
    if (!open()) return;
    unread_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
    if (on_room_) on_room_();
}

void ApiOutlet::close_when_drained() {
    closing_ = true;
    if (drained()) close();
}

void ApiOutlet::close_when_peer_leaves() {
    if (!open()) return;
    pollfd state{socket_.native_handle(), 0, 0};  // POLLHUP is always reported
    const bool gone = ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
    if (gone) return close();
    socket_.async_wait(ApiSocket::wait_error,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           if (!error) self->close();
                       });
}

}  // namespace kith::daemon
