// SPDX-License-Identifier: GPL-3.0-or-later
// What the outside may ask by signal: stop, stop at once, read the settings again.
#pragma once

#include "core/base/asio_signals.h"

#include <functional>

namespace kith::daemon {

class Signals {
  public:
    struct Actions {
        std::function<void()> stop;    // the first SIGTERM or SIGINT
        std::function<void()> reload;  // SIGHUP
    };

    /// SIGPIPE is ignored from now on; a second SIGTERM or SIGINT ends the process at once.
    Signals(asio::any_io_executor executor, Actions actions);

    /// Lets go of the io_context.
    void cancel();

  private:
    void wait();

    asio::signal_set set_;
    Actions actions_;
    bool stopping_ = false;
};

}  // namespace kith::daemon
