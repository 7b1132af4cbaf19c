// SPDX-License-Identifier: GPL-3.0-or-later
// Every datagram of the DHT is sealed with a key of the network: who does not know the network
// secret can neither read the DHT nor reach its parsers.
//
//   datagram = nonce 24 || XChaCha20-Poly1305(KDF1("dht-net", P), nonce, "", packet)
//
// A fence, not an identity: every member can make valid datagrams, an observer can repeat them.
// Specification: docs/spec/directory.md#datagrams.
#pragma once

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"

namespace kith::directory {

inline constexpr std::size_t datagram_overhead = 40;

/// The largest packet that fits a datagram of limits::datagram_max.
inline constexpr std::size_t packet_max = limits::datagram_max - datagram_overhead;

class DatagramSeal {
  public:
    explicit DatagramSeal(crypto::DatagramKey key) : key_(std::move(key)) {}

    /// Seals into `out` and gives the part that was written.
    /// Requires: 0 < packet.size() <= packet_max, out.size() >= packet.size() + overhead.
    ByteView seal(ByteView packet, Random& random, MutableByteView out) const;

    /// Opens into `out` and gives the packet. TooLarge, Malformed: its length is none that a
    /// datagram has. DecryptFailed: of another network, or damaged.
    /// Requires: out.size() >= packet_max.
    Result<ByteView> open(ByteView datagram, MutableByteView out) const;

  private:
    crypto::DatagramKey key_;
};

}  // namespace kith::directory
