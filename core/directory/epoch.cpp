// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/epoch.h"

#include "core/base/assert.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"

namespace kith::directory {

namespace {

constexpr std::uint64_t day = 86400;
constexpr std::uint64_t noon = 43200;

// Part of the protocol: readers ask the neighbour too when a boundary is this near.
constexpr std::uint64_t boundary = std::uint64_t{2} * 3600;

}  // namespace

Epoch epoch_at(Timestamp wall) {
    const std::uint64_t unix_time = unix_seconds(wall);
    return Epoch(unix_time < noon ? 0 : (unix_time - noon) / day);
}

Timestamp epoch_start(Epoch epoch) {
    // Epochs from outside are clamped by from_unix_seconds; the product must not wrap before.
    constexpr std::uint64_t last = 253402300799 / day;
    return from_unix_seconds(std::min(epoch.value(), last) * day + noon);
}

bool is_near(Epoch a, Epoch b) {
    return std::max(a, b).value() - std::min(a, b).value() <= 1;
}

AskOrder ask_order(Timestamp now) {
    const Epoch current = epoch_at(now);
    const Epoch before(current.value() == 0 ? 0 : current.value() - 1);
    const Epoch after(current.value() + 1);
    const std::uint64_t since = unix_seconds(now) - unix_seconds(epoch_start(current));
    const bool late = since >= day / 2;
    const bool near_boundary = late ? day - since < boundary : since < boundary;
    return {{current, late ? after : before, late ? before : after},
            near_boundary ? std::size_t{2} : std::size_t{1}};
}

Slot slot_of(const crypto::BlindedAccountKey& account, Epoch epoch, std::uint8_t index) {
    KITH_ASSERT(index < 2);
    const auto e = be_bytes<std::uint64_t>(epoch.value());
    const auto i = be_bytes<std::uint8_t>(index);
    const auto id = read_be<std::uint64_t>(crypto::hash(crypto::Label::BcnId, account, e, i));
    // OpenDHT draws an id of its own for a value whose id is 0.
    return {crypto::hash_as<Location>(crypto::Label::Loc, account, e, i),
            ValueId(id == 0 ? 1 : id)};
}

Slots slots_of(const crypto::BlindedAccountKey& account, Epoch epoch) {
    return {slot_of(account, epoch, 0), slot_of(account, epoch, 1)};
}

Result<EpochKeys> EpochKeys::derive(const crypto::AccountKey& account,
                                    const crypto::ReachSecret& reach,
                                    Epoch epoch) {
    KITH_TRY(const auto blinded, crypto::blind_key(account, reach, epoch.value()));
    const Bytes address = concat(account, reach);
    return EpochKeys{
        epoch,
        blinded,
        slots_of(blinded, epoch),
        crypto::kdf<crypto::BeaconCipherKey>(
            crypto::Label::BcnEnc, blinded, address, be_bytes<std::uint64_t>(epoch.value()))};
}

crypto::BeaconKeyPair beacon_pair(const crypto::BeaconSeed& seed,
                                  const crypto::ReachSecret& reach,
                                  Epoch epoch) {
    const Bytes context = concat(be_bytes<std::uint64_t>(epoch.value()), reach);
    const auto derived = crypto::kdf<crypto::Seed32>(
        crypto::Label::BcnSk, crypto::zero_salt, seed.expose(), context);
    return crypto::BeaconKeyPair::from_seed(derived.expose());
}

}  // namespace kith::directory
