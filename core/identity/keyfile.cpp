// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/keyfile.h"

#include "core/base/refusal.h"
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"

#include <algorithm>
#include <array>

namespace kith::identity {

using crypto::Label;

namespace {

constexpr std::array<std::uint8_t, 4> magic{'K', 'T', 'H', 'K'};
constexpr std::uint8_t file_version = 1;
constexpr std::uint32_t parallelism = 1;  // all that libsodium's Argon2id can do

// The file up to the salt: bound to the key by the KDF's context.
constexpr std::size_t params_size = 18;
constexpr std::size_t check_size = 32;
// The file up to the nonce: the AEAD's associated data.
constexpr std::size_t head_size = params_size + crypto::Salt16::size_bytes + check_size;
constexpr std::size_t nonce_end = head_size + crypto::AeadNonce::size_bytes;

struct Head {
    KeyfileMode mode = KeyfileMode::Passphrase;
    crypto::Argon2Cost cost;
    crypto::Salt16 salt;
};

struct Kek {
    crypto::Hash32 check;
    crypto::WrapKey wrap;
};

Bytes params_of(KeyfileMode mode, crypto::Argon2Cost cost) {
    Bytes out = to_bytes(magic);
    out.push_back(file_version);
    out.push_back(static_cast<std::uint8_t>(mode));
    append_be<std::uint32_t>(out, cost.ops);
    append_be<std::uint32_t>(out, cost.mem_kib);
    append_be<std::uint32_t>(out, parallelism);
    return out;
}

Result<> check_cost(crypto::Argon2Cost cost, CostRule rule) {
    if (rule == CostRule::Any || crypto::check_passphrase_cost(cost)) return success();
    const bool above = cost.ops > crypto::passphrase_ceiling.ops ||
                       cost.mem_kib > crypto::passphrase_ceiling.mem_kib;
    if (above) return refuse(Code::Refused, "kdf_ceiling", "the passphrase costs too much");
    return refuse(Code::Refused, "kdf_floor", "the passphrase costs too little to be safe");
}

Result<> check_params(const Head& head, std::uint32_t par, CostRule rule) {
    const bool for_key = head.mode == KeyfileMode::Key;
    if (par != parallelism || (for_key && head.cost != crypto::Argon2Cost{})) {
        return refuse(Code::Malformed, "kdf_params", "parameters that this mode does not have");
    }
    return for_key ? success() : check_cost(head.cost, rule);
}

Result<Head> parse(ByteView file, CostRule rule) {
    if (file.size() != keyfile_size) {
        return refuse(Code::Malformed, "size", "a key file has 138 bytes");
    }
    if (!equal(file.first(magic.size()), magic)) {
        return refuse(Code::Malformed, "bad_magic", "not a key file");
    }
    if (file[4] != file_version) {
        return refuse(Code::UnsupportedVersion, "version", "a key file of another version");
    }
    Head head;
    head.mode = static_cast<KeyfileMode>(file[5]);
    if (head.mode != KeyfileMode::Passphrase && head.mode != KeyfileMode::Key) {
        return refuse(Code::Malformed, "bad_mode", "a key file of an unknown mode");
    }
    head.cost.ops = read_be<std::uint32_t>(file.subspan(6));
    head.cost.mem_kib = read_be<std::uint32_t>(file.subspan(10));
    KITH_CHECK(check_params(head, read_be<std::uint32_t>(file.subspan(14)), rule));
    head.salt = crypto::Salt16::copy_of(file.subspan(params_size));
    return head;
}

// chk 32 || wk 32 = KDF("kek", salt, KEK, first 18 bytes, 64); check = HL("ks-check", chk)
Kek expand(const crypto::PassphraseKey& key, const crypto::Salt16& salt, ByteView params) {
    using Okm = crypto::SecretBytes<64, struct KeyfileOkmTag>;
    const auto okm = crypto::kdf<Okm>(Label::Kek, salt, key.expose(), params);
    const ByteView chk = okm.expose().first<check_size>();
    return Kek{crypto::hash(Label::KsCheck, chk), okm.part<crypto::WrapKey>(check_size)};
}

Bytes seal(const crypto::MasterKey& master,
           const crypto::PassphraseKey& key,
           const crypto::Salt16& salt,
           ByteView params,
           Random& random) {
    const Kek kek = expand(key, salt, params);
    const auto nonce = crypto::draw_public<crypto::AeadNonce>(random);
    const Bytes head = concat(params, salt, kek.check);
    return concat(head, nonce, crypto::aead_seal(kek.wrap.expose(), nonce, head, master.expose()));
}

Result<crypto::MasterKey> open(ByteView file,
                               const crypto::Salt16& salt,
                               const crypto::PassphraseKey& key) {
    const Kek kek = expand(key, salt, file.first(params_size));
    const ByteView stored = file.subspan(params_size + salt.size(), check_size);
    if (!crypto::constant_time_equal(kek.check, stored)) {
        return refuse(Code::BadKey, "wrong_secret", "wrong passphrase or key file");
    }
    const auto nonce = crypto::AeadNonce::copy_of(file.subspan(head_size));
    const ByteView sealed = file.subspan(nonce_end);
    bool opened = false;
    auto master = crypto::MasterKey::made_by([&](MutableByteView out) {
        opened =
            crypto::aead_open_into(kek.wrap.expose(), nonce, file.first(head_size), sealed, out)
                .has_value();
    });
    if (!opened) return refuse(Code::DecryptFailed, "open_failed", "the key file is damaged");
    return master;
}

}  // namespace

Result<Bytes> seal_with_passphrase(const crypto::MasterKey& master,
                                   ByteView passphrase,
                                   crypto::Argon2Cost cost,
                                   Random& random,
                                   CostRule rule) {
    KITH_CHECK(check_cost(cost, rule));
    const auto salt = crypto::draw_public<crypto::Salt16>(random);
    KITH_TRY(const auto key, crypto::argon2id(passphrase, salt, cost));
    return seal(master, key, salt, params_of(KeyfileMode::Passphrase, cost), random);
}

Bytes seal_with_key(const crypto::MasterKey& master,
                    const crypto::PassphraseKey& key,
                    Random& random) {
    const auto salt = crypto::draw_public<crypto::Salt16>(random);
    return seal(master, key, salt, params_of(KeyfileMode::Key, {}), random);
}

Result<KeyfileMode> keyfile_mode(ByteView file, CostRule rule) {
    KITH_TRY(const Head head, parse(file, rule));
    return head.mode;
}

Result<crypto::MasterKey> open_with_passphrase(ByteView file, ByteView passphrase, CostRule rule) {
    KITH_TRY(const Head head, parse(file, rule));
    if (head.mode != KeyfileMode::Passphrase) {
        return fail(Code::InvalidArgument, "the key file wants a key, not a passphrase");
    }
    KITH_TRY(const auto key, crypto::argon2id(passphrase, head.salt, head.cost));
    return open(file, head.salt, key);
}

Result<crypto::MasterKey> open_with_key(ByteView file, const crypto::PassphraseKey& key) {
    KITH_TRY(const Head head, parse(file, CostRule::Production));
    if (head.mode != KeyfileMode::Key) {
        return fail(Code::InvalidArgument, "the key file wants a passphrase, not a key");
    }
    return open(file, head.salt, key);
}

}  // namespace kith::identity
