// SPDX-License-Identifier: GPL-3.0-or-later
// Says when the daemon is ready, to whoever started it: systemd (the protocol of sd_notify(3)), or
// `kith`, which hands in one end of a pipe.
//
// The pipe, `kithd --ready-fd N`: one line, then it is closed. "ready\n" when the control socket
// answers, else the JSON object `error` of schema v1, and the daemon ends with its exit code.
#pragma once

#include "core/api/failure.h"
#include "core/base/profile_paths.h"
#include "core/base/time.h"
#include "daemon/descriptor.h"

#include <optional>
#include <string>
#include <string_view>

namespace kith::daemon {

class ServiceNotify {
  public:
    /// Takes the pipe over. NOTIFY_SOCKET comes from the environment.
    ServiceNotify(std::optional<int> ready_fd, const Environment& environment);

    void ready();
    void failed(const api::Failure& failure);

    void stopping() { tell_systemd("STOPPING=1"); }

    /// Half of systemd's WatchdogSec, when it is set for us.
    std::optional<Duration> watchdog_interval() const { return watchdog_; }

    void alive() { tell_systemd("WATCHDOG=1"); }

  private:
    void tell_systemd(std::string_view state);
    void tell_starter(std::string_view line);

    Descriptor pipe_;
    std::string socket_;
    std::optional<Duration> watchdog_;
};

}  // namespace kith::daemon
