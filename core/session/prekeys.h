// SPDX-License-Identifier: GPL-3.0-or-later
// Signed prekeys: the keys by which a device can be written to while it is away. Each type has a
// label of its own, so that none passes for another.
//
//   env, spk : body = did 16 || u32 id || u64 nb || u64 na || pk 32      68
//   opk      : body = did 16 || u32 id || u64 na || pk 32                60
//   xwk      : body = did 16 || u32 id || u64 nb || u64 na || pk 1216    1,252
//   record   = [body, SIG(label, DSK, body)]
//
// Specification: docs/spec/session.md#prekeys.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/agree.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"

#include <cstdint>

namespace kith::wire {
class Reader;
class Writer;
}  // namespace kith::wire

namespace kith::session {

/// The X-Wing key of suite 2: carried and signed, not used by this build.
using XWingKey = PublicBytes<1216, struct XWingKeyTag>;

/// Seconds. Part of the format: how long a prekey may be used after it was made, and before.
inline constexpr std::uint64_t prekey_early = 3600;
inline constexpr std::uint64_t prekey_valid = std::uint64_t{7} * 86400;
inline constexpr std::uint64_t one_time_valid = std::uint64_t{30} * 86400;
/// Seconds by which clocks may differ.
inline constexpr std::uint64_t prekey_skew = 3600;

/// [body, sig] as it travels: nothing is checked yet.
struct PrekeyRecord {
    Bytes body;
    crypto::Signature sig;

    /// [body, sig].
    void write(wire::Writer& out) const;
    /// Faults of the reader tell what is wrong. The body is 60..1,252 bytes.
    static PrekeyRecord read(wire::Reader& in);

    /// body || sig, the form inside a sealed one-time prekey.
    Bytes joined() const;

    friend bool operator==(const PrekeyRecord&, const PrekeyRecord&) = default;
};

/// A verified prekey.
template <class Key>
struct Prekey {
    std::uint32_t id = 0;
    std::uint64_t not_before = 0;  ///< unix seconds; 0 for a one-time prekey
    std::uint64_t not_after = 0;
    Key key;

    friend bool operator==(const Prekey&, const Prekey&) = default;
};

/// Signs a prekey made at `made`. Key: EnvelopeKey, SignedPrekey, OneTimePrekey or XWingKey.
template <class Key>
PrekeyRecord sign_prekey(const crypto::DeviceSigningPair& device,
                         const crypto::DeviceId& did,
                         std::uint32_t id,
                         const Key& key,
                         Timestamp made);

/// What a prekey's time of validity means to the caller.
enum class PrekeyTime : std::uint8_t {
    Strict,
    /// An envelope key past its end is better than none: content keeps its ratchet secrecy, and a
    /// device away for weeks stays reachable. For envelope keys only.
    AllowOld,
    /// Signature and shape only: the caller judges the time by prekey_time().
    Ignore,
};

/// Verifies, then decodes. Malformed ("size"). Refused ("wrong_device"). BadSignature. BadKey.
/// Expired ("expired", "not_yet_valid").
template <class Key>
Result<Prekey<Key>> verify_prekey(const PrekeyRecord& record,
                                  const crypto::DeviceId& did,
                                  const crypto::DeviceSigningKey& device,
                                  Timestamp now,
                                  PrekeyTime time = PrekeyTime::Strict);

/// The rule of time alone. Expired ("expired", "not_yet_valid").
template <class Key>
Result<> check_prekey_time(const Prekey<Key>& prekey, Timestamp now, PrekeyTime time);

}  // namespace kith::session
