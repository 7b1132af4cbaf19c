// SPDX-License-Identifier: GPL-3.0-or-later
// The keystore file: the master key of a profile, sealed under a passphrase or a key file
// (docs/spec/store.md#keystore). 138 bytes:
//
//   "KTHK" || ver 1 || mode 1 || u32 ops || u32 mem_KiB || u32 par || salt 16 || check 32 || nonce
//   24 || ct 48
//
// `check` commits to the key, which Poly1305 does not. The cost stands in the file, and has a floor
// and a ceiling on opening: an edited file can neither weaken the passphrase nor exhaust the
// machine.
#pragma once

#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/crypto/passphrase.h"

#include <cstdint>

namespace kith::identity {

inline constexpr std::size_t keyfile_size = 138;

/// How the master key is sealed. Part of the format.
enum class KeyfileMode : std::uint8_t { Passphrase = 1, Key = 2 };

/// Whether the floor and the ceiling of the cost hold. Only tests say Any.
enum class CostRule { Production, Any };

/// Long: run it on the worker. Refused (kdf_floor, kdf_ceiling), Busy (no memory now).
Result<Bytes> seal_with_passphrase(const crypto::MasterKey& master,
                                   ByteView passphrase,
                                   crypto::Argon2Cost cost,
                                   Random& random,
                                   CostRule rule = CostRule::Production);

/// The key comes from a 32-byte file: stealing the disk that holds it is full access.
Bytes seal_with_key(const crypto::MasterKey& master,
                    const crypto::PassphraseKey& key,
                    Random& random);

/// What the file wants, before anybody is asked for it. Malformed: size, bad_magic, bad_mode,
/// kdf_params; UnsupportedVersion; Refused: kdf_floor, kdf_ceiling.
Result<KeyfileMode> keyfile_mode(ByteView file, CostRule rule = CostRule::Production);

/// Long: run it on the worker. As keyfile_mode(), and BadKey ("wrong_secret"), DecryptFailed
/// ("open_failed": the passphrase is right and the file is damaged), Busy, InvalidArgument (the
/// file is of the other mode).
Result<crypto::MasterKey> open_with_passphrase(ByteView file,
                                               ByteView passphrase,
                                               CostRule rule = CostRule::Production);

/// As open_with_passphrase(), but short.
Result<crypto::MasterKey> open_with_key(ByteView file, const crypto::PassphraseKey& key);

}  // namespace kith::identity
