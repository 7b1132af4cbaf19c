// SPDX-License-Identifier: GPL-3.0-or-later
// The owner's settings at a host, and the CAP_SET frames that bring a host from what it has to what
// it should have. Revisions rise by one; when the host's is not the one we know, it forgets all and
// is told everything again (docs/spec/mailbox.md#settings).
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/wire/lease_frames.h"

#include <cstdint>
#include <vector>

namespace kith::mailbox {

/// What a host should know. Prekeys are not part of it: they are handed over once.
struct Settings {
    std::vector<wire::CapabilityGrant> capabilities;  ///< in any order, no key twice
    std::vector<Bytes> beacons;
    Bytes bundle;

    friend bool operator==(const Settings&, const Settings&) = default;
};

/// Settings as a host has confirmed them: beacons and bundle as hashes, zero for none.
struct SettingsAtHost {
    std::uint32_t revision = 0;
    std::vector<wire::CapabilityGrant> capabilities;
    crypto::Hash32 beacons;
    crypto::Hash32 bundle;

    friend bool operator==(const SettingsAtHost&, const SettingsAtHost&) = default;
};

/// What a host has once the frames that lead to `settings` were confirmed.
SettingsAtHost confirmed(const Settings& settings, std::uint32_t revision);

/// One CAP_SET frame's content, owned.
struct SettingsStep {
    std::uint32_t revision = 0;
    std::vector<wire::CapabilityGrant> add;
    std::vector<crypto::DepositKey> remove;
    std::vector<Bytes> beacons;
    Bytes bundle;
    std::vector<Bytes> prekeys;

    /// Views into this object.
    wire::CapSet frame(std::uint32_t q, const crypto::LeaseId& lease) const;
};

/// The frames to send, in order; empty when the host is up to date. `revision`: what the host said
/// last. A host at revision 0 knows nothing; what is told begins at 1.
std::vector<SettingsStep> plan_settings(const Settings& wanted,
                                        const SettingsAtHost& known,
                                        std::uint32_t revision,
                                        const std::vector<Bytes>& new_prekeys);

}  // namespace kith::mailbox
