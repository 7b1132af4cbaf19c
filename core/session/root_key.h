// SPDX-License-Identifier: GPL-3.0-or-later
// The root key: steps once for each Diffie-Hellman result and gives a chain.
//
//   RK' || CK || NHK = KDF("dr-rk", salt RK, DH, u16 suite, 96)
//
// Specification: docs/spec/session.md#root-key.
#pragma once

#include "core/crypto/keys.h"
#include "core/session/suite.h"

namespace kith::session {

using crypto::ChainKey;
using crypto::HeaderKey;
using crypto::RootKey;
using crypto::SharedSecret;

struct RootStep {
    RootKey root;
    ChainKey chain;
    HeaderKey next_header;
};

RootStep step(const RootKey& root, const SharedSecret& dh, Suite suite);

}  // namespace kith::session
