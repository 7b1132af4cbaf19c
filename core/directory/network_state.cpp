// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/network_state.h"

#include "core/base/assert.h"

namespace kith::directory {

std::string_view to_string(Connection connection) {
    switch (connection) {
        case Connection::Offline:
            return "offline";
        case Connection::Joining:
            return "joining";
        case Connection::Alone:
            return "alone";
        case Connection::Weak:
            return "weak";
        case Connection::Online:
            return "online";
        case Connection::Parked:
            return "parked";
    }
    KITH_ASSERT(false);
}

}  // namespace kith::directory
