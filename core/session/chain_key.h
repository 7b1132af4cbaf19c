// SPDX-License-Identifier: GPL-3.0-or-later
// The chain key: steps once for each message, one way only, so that a stolen state tells nothing
// about messages before it.
//
//   mk = MAC(CK, 0x01)      CK' = MAC(CK, 0x02)
//
// Specification: docs/spec/session.md#chain-key.
#pragma once

#include "core/crypto/keys.h"

namespace kith::session {

using crypto::ChainKey;
using crypto::MessageKey;

struct ChainStep {
    MessageKey message;
    ChainKey next;
};

ChainStep step(const ChainKey& chain);

}  // namespace kith::session
