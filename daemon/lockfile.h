// SPDX-License-Identifier: GPL-3.0-or-later
// One daemon a profile: two programs with one ratchet state would use the same key twice.
//
// An flock, so the kernel releases it however the daemon ends; the pid inside is only for people.
#pragma once

#include "core/api/failure.h"
#include "daemon/descriptor.h"

#include <string>

namespace kith::daemon {

class Lockfile {
  public:
    /// profile-locked: another daemon has it; the message names its pid. The directory must exist.
    static api::Outcome<Lockfile> take(const std::string& path, const std::string& profile);

  private:
    explicit Lockfile(Descriptor file) : file_(std::move(file)) {}

    Descriptor file_;
};

}  // namespace kith::daemon
