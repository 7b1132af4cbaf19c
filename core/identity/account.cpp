// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/account.h"

#include "core/base/bech32m.h"
#include "core/base/refusal.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <cctype>

namespace kith::identity {

using crypto::Label;

namespace {

constexpr std::string_view recovery_prefix = "kith-secret-";
constexpr std::uint8_t recovery_type = 1;
constexpr std::size_t seed_size = 32;

constexpr std::uint8_t row_version = 1;
// Larger than any row, so that a buffer with secrets never moves and leaves a copy behind.
constexpr std::size_t row_max = 256;

}  // namespace

// --- The account --------------------------------------------------------------------------------

Account Account::generate(Random& random, AddressType type) {
    auto root = crypto::AccountKeyPair::generate(random);
    const crypto::AccountKey key = root.public_key();
    crypto::ReachSecret reach;
    if (type == AddressType::Private) reach = crypto::draw_public<crypto::ReachSecret>(random);
    return Account{key, std::move(root), reach, crypto::draw_secret<crypto::BeaconSeed>(random)};
}

Account Account::restore(crypto::AccountKeyPair root, Random& random) {
    const crypto::AccountKey key = root.public_key();
    const auto reach = crypto::draw_public<crypto::ReachSecret>(random);
    return Account{key, std::move(root), reach, crypto::draw_secret<crypto::BeaconSeed>(random)};
}

Bytes Account::encode() const {
    Bytes row;
    row.reserve(row_max);
    wire::Writer out(row);
    out.map(root ? 6 : 5).key("v").uint(row_version).key("ak").bin(key).key("s").bin(reach);
    out.key("seed").bin(beacon_seed.expose()).key("bg").uint(beacon_generation);
    if (root) out.key("root").bin(root->expose_seed());
    return row;
}

Result<Account> Account::decode(ByteView row) {
    wire::Reader in(row, row_max);
    wire::StrMap map(in);
    const std::uint8_t version = map.key("v").u8();
    if (in.ok() && version != row_version) {
        return refuse(Code::UnsupportedVersion, "version", "account of another version");
    }
    const auto key = map.key("ak").id<crypto::AccountKey>();
    const auto reach = map.key("s").id<crypto::ReachSecret>();
    const ByteView seed = map.key("seed").bin(seed_size, seed_size);
    const std::uint32_t generation = map.key("bg").u32();
    const bool admin = map.has("root");
    const ByteView root_seed = admin ? in.bin(seed_size, seed_size) : ByteView{};
    map.end();
    KITH_CHECK(in.finish());
    Account account{key, std::nullopt, reach, crypto::BeaconSeed::copy_of(seed), generation};
    if (!admin) return account;
    account.root = crypto::AccountKeyPair::from_seed(root_seed);
    if (account.root->public_key() != key) {
        return refuse(Code::BadKey, "bad_point", "the account key is not that of its seed");
    }
    return account;
}

// --- Recovery key -------------------------------------------------------------------------------

std::string recovery_key(const crypto::AccountKeyPair& root) {
    std::array<std::uint8_t, 1 + seed_size> bytes{recovery_type};
    const crypto::WipeGuard wiped(bytes);
    std::ranges::copy(root.expose_seed(), bytes.begin() + 1);
    std::string text = to_bech32m(recovery_prefix, bytes);
    for (char& c : text)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

Result<crypto::AccountKeyPair> from_recovery_key(std::string_view text) {
    KITH_TRY(Bytes bytes, from_bech32m(recovery_prefix, text));
    const crypto::WipeGuard wiped(bytes);
    if (!bytes.empty() && bytes[0] != recovery_type) {
        return refuse(Code::Malformed, "bad_type", "a recovery key of an unknown type");
    }
    if (bytes.size() != 1 + seed_size) {
        return refuse(Code::Malformed, "bad_length", "a recovery key of the wrong length");
    }
    return crypto::AccountKeyPair::from_seed(ByteView(bytes).subspan(1));
}

// --- Mailboxes ----------------------------------------------------------------------------------

crypto::BoxId box_id(const crypto::MailboxKey& key) {
    return crypto::hash_as<crypto::BoxId>(Label::Box, key);
}

crypto::LeaseKeyPair lease_key(const crypto::BeaconSeed& seed, const crypto::BoxId& box) {
    const auto lease_seed =
        crypto::kdf<crypto::Seed32>(Label::LeaseSk, crypto::zero_salt, seed.expose(), box);
    return crypto::LeaseKeyPair::from_seed(lease_seed.expose());
}

crypto::LeaseId lease_id(const crypto::LeaseKey& key, const crypto::BoxId& box) {
    return crypto::hash_as<crypto::LeaseId>(Label::Lease, key, box);
}

}  // namespace kith::identity
