// SPDX-License-Identifier: GPL-3.0-or-later
// INIT: the first messages of a session, until the responder has answered.
//
//   { suite, dl: [body, sig] of A, did, ek, spk: u32, opk?: u32, dr }
//
// `dr` is a ratchet message in the sizes of the INIT form. Specification:
// docs/spec/session.md#init.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/identity/device_list.h"
#include "core/session/handshake.h"
#include "core/session/suite.h"

#include <cstdint>
#include <optional>

namespace kith::session {

/// Largest INIT: the longest list, the largest block, and the ticket of the inner message apart.
inline constexpr std::size_t init_max = 65279;

/// Names a handshake by what its INIT carries in the clear; an ephemeral key is never used twice.
struct InitKeys {
    crypto::EphemeralKey ephemeral;
    std::uint32_t signed_id = 0;
    std::optional<std::uint32_t> one_time_id;

    friend bool operator==(const InitKeys&, const InitKeys&) = default;
};

struct Init {
    Suite suite = Suite::Classic;
    identity::SignedDeviceList list;  ///< A's; not verified here
    crypto::DeviceId device;          ///< did_A
    InitKeys keys;
    ByteView ratchet;  ///< points into the bytes given to decode_init()
};

Bytes encode_init(const Init& init);

/// UnsupportedVersion ("bad_suite"): another suite, or keys of another suite. Malformed: not
/// canonical, a field of the wrong size, or a ratchet message of no INIT size ("size").
Result<Init> decode_init(ByteView bytes);

}  // namespace kith::session
