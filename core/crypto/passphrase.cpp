// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/passphrase.h"

#include <sodium.h>

namespace kith::crypto {

Result<> check_passphrase_cost(Argon2Cost cost) {
    if (cost.ops < passphrase_floor.ops || cost.mem_kib < passphrase_floor.mem_kib) {
        return fail(Code::Refused, "passphrase cost below the floor");
    }
    if (cost.ops > passphrase_ceiling.ops || cost.mem_kib > passphrase_ceiling.mem_kib) {
        return fail(Code::Refused, "passphrase cost above the ceiling");
    }
    return success();
}

Result<PassphraseKey> passphrase_key(ByteView passphrase, const Salt16& salt, Argon2Cost cost) {
    KITH_CHECK(check_passphrase_cost(cost));
    return argon2id(passphrase, salt, cost);
}

Result<PassphraseKey> argon2id(ByteView password, const Salt16& salt, Argon2Cost cost) {
    const std::size_t memory = std::size_t{cost.mem_kib} * 1024;
    if (cost.ops < crypto_pwhash_argon2id_OPSLIMIT_MIN ||
        memory < crypto_pwhash_argon2id_MEMLIMIT_MIN) {
        return fail(Code::InvalidArgument, "Argon2id cost");
    }
    int status = -1;
    auto key = PassphraseKey::made_by([&](MutableByteView out) {
        status = crypto_pwhash_argon2id(out.data(),
                                        out.size(),
                                        // libsodium wants a pointer even for no bytes.
                                        password.empty() ? "" : as_text(password).data(),
                                        password.size(),
                                        salt.data(),
                                        cost.ops,
                                        memory,
                                        crypto_pwhash_argon2id_ALG_ARGON2ID13);
    });
    if (status != 0) return fail(Code::Busy, "no memory for Argon2id");
    return key;
}

}  // namespace kith::crypto
