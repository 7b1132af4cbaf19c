// SPDX-License-Identifier: GPL-3.0-or-later
// What every handler of the control API works with. Outlives all calls.
#pragma once

#include "core/base/async_scope.h"
#include "daemon/config_store.h"
#include "daemon/name_tags.h"
#include "daemon/profile.h"

#include <functional>
#include <string>

namespace kith::daemon {

class EventStreams;

struct ApiContext {
    Clock& clock;
    Profile& profile;
    ConfigStore& config;
    EventStreams& streams;
    std::string version;
    SteadyTime started;
    /// Asks the daemon to end; returns at once.
    std::function<void()> stop;
    NameTags tags{};

    api::Outcome<node::Node*> node() const { return profile.node(); }
};

}  // namespace kith::daemon
