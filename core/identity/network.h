// SPDX-License-Identifier: GPL-3.0-or-later
// A network is its secret P, and everything that keeps others out is derived from it
// (docs/spec/identity.md#network). P of the public network is a constant that everybody knows:
// there, the same keys only stop naive filters.
#pragma once

#include "core/crypto/keys.h"

#include <cstdint>

namespace kith::identity {

/// Move-only. Derives on demand: ask once, at start.
class Network {
  public:
    explicit Network(crypto::NetworkSecret secret) : secret_(std::move(secret)) {}

    /// P0 = HL("public network").
    static Network public_network();
    static Network generate(Random& random);

    /// HL("netid", P)[:4] as a number, never 0: OpenDHT's `network`.
    std::uint32_t id() const;
    /// KDF1("dht-net", P): seals datagrams.
    crypto::DatagramKey datagram_key() const;
    /// KDF1("link-net", P): proves membership before a link says anything.
    crypto::LinkNetworkKey link_key() const;
    bool is_public() const;

    const crypto::NetworkSecret& secret() const { return secret_; }

    Network clone() const { return Network(secret_.clone()); }

  private:
    crypto::NetworkSecret secret_;
};

}  // namespace kith::identity
