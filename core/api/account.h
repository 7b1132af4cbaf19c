// SPDX-License-Identifier: GPL-3.0-or-later
// This account: the object `identity`, and the methods identity.* and profile.*.
#pragma once

#include "core/api/codec.h"

#include <optional>
#include <string>

namespace kith::api {

/// `identity`
struct Identity {
    std::string id;  // "u:..."
    std::string name;
    std::string address;                  // "kith1..."
    std::string fingerprint;              // 8 groups of 4
    std::string device;                   // name of this device
    std::optional<std::string> recovery;  // "KITH-SECRET-1...": only from identity.create
    std::optional<bool> bot;

    friend bool operator==(const Identity&, const Identity&) = default;
};

/// `identity.create`: makes the account and enters or makes the network. exists, invite-broken
struct IdentityCreate {
    using Result = Identity;
    std::string name;
    std::string network;  // "new", "public" or an invitation link whose network to join
    std::optional<std::string> network_name;  // with "new"; default "home"
    std::optional<std::string> device;        // name of this device; default "device"
    std::optional<std::string> passphrase;    // seals the key file; none = a key file without one
};

/// `identity.show`
struct IdentityShow {
    using Result = Identity;
};

/// `identity.set`
struct IdentitySet {
    using Result = Identity;
    std::optional<std::string> name;
    std::optional<bool> bot;
    std::optional<bool> new_reach;  // true: a new reach secret, old addresses stop working
};

/// `profile.unlock`. bad-passphrase
struct ProfileUnlock {
    using Result = Nothing;
    std::string passphrase;
};

/// `profile.lock`: forgets the keys until the next unlock.
struct ProfileLock {
    using Result = Nothing;
};

}  // namespace kith::api
