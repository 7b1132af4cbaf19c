// SPDX-License-Identifier: GPL-3.0-or-later
// Which set of primitives a session uses. Every structure carries the number, so that a
// post-quantum suite can be added; this build speaks suite 1. Both sides' signed device lists
// decide, nothing is negotiated in-band, so there is nothing to edit on the way.
// Specification: docs/spec/session.md#suites.
#pragma once

#include "core/base/result.h"
#include "core/identity/device_list.h"

#include <cstdint>

namespace kith::session {

/// Part of the format, never renumber.
enum class Suite : std::uint16_t {
    Classic = 1,      ///< X25519, HKDF-SHA256, XChaCha20-Poly1305
    PostQuantum = 2,  ///< with X-Wing in the handshake; not in this build
};

/// What a device says it can do and its account accepts, both under the account's signature.
struct SuiteOffer {
    std::uint32_t capabilities = 0;  ///< of the device
    std::uint16_t lowest = 1;        ///< of the account

    static SuiteOffer of(const identity::DeviceList& list, const identity::ListedDevice& device) {
        return {device.capabilities, list.lowest_suite};
    }
};

/// The highest suite that both know. Refused ("bad_suite"): none that both accept, or lower than
/// `pinned`, the highest suite this contact was ever seen at (Classic for a new one).
Result<Suite> choose_suite(const SuiteOffer& own, const SuiteOffer& peer, Suite pinned);

/// The responder's check of what an initiator chose: it must be what choose_suite() gives.
Result<> check_suite(Suite used, const SuiteOffer& own, const SuiteOffer& peer, Suite pinned);

}  // namespace kith::session
