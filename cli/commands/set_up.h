// SPDX-License-Identifier: GPL-3.0-or-later
// Making the identity of a profile, for init and for join.
#pragma once

#include "cli/context.h"
#include "core/api/account.h"

#include <string>

namespace kith::cli::commands {

struct SetUp {
    std::string name;          // asked for when empty
    std::string network;       // "new", "public" or an invitation link
    std::string network_name;  // may be empty
    std::string device;        // may be empty
    bool passphrase = false;
};

/// Form before anything is started: a name that was typed is right, or somebody can be asked.
api::Outcome<> check_name(Context& context, const std::string& typed);

/// exists: this profile has an identity; before any question is asked.
api::Outcome<> refuse_second_identity(Context& context);

/// Whether this profile has an identity.
api::Outcome<bool> is_set_up(Context& context);

/// Asks for what is missing, then makes the identity.
api::Outcome<api::Identity> set_up(Context& context, const SetUp& wanted);

/// Address and recovery key, which is shown this once.
void show_new_identity(Context& context, const api::Identity& identity);

}  // namespace kith::cli::commands
