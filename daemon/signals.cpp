// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/signals.h"

#include <unistd.h>

#include <csignal>

namespace kith::daemon {

Signals::Signals(asio::any_io_executor executor, Actions actions)
    : set_(executor, SIGTERM, SIGINT, SIGHUP), actions_(std::move(actions)) {
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    wait();
}

void Signals::wait() {
    set_.async_wait([this](const boost::system::error_code& error, int number) {
        if (error) return;
        if (number == SIGHUP) {
            actions_.reload();
        } else if (!std::exchange(stopping_, true)) {
            actions_.stop();
        } else {
            // What was acknowledged is on disk; waiting politely was the first signal's way.
            ::_exit(128 + number);
        }
        wait();
    });
}

void Signals::cancel() {
    boost::system::error_code ignored;
    set_.cancel(ignored);
}

}  // namespace kith::daemon
