// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/hash.h"

#include "core/base/assert.h"
#include "core/crypto/secret.h"

#include <sodium.h>

#include <limits>

namespace kith::crypto {
namespace {

using State = crypto_generichash_blake2b_state;

State* state_of(std::array<std::uint8_t, 384>& bytes) {
    static_assert(sizeof(State) == 384 && alignof(State) <= 64);
    return reinterpret_cast<State*>(bytes.data());
}

}  // namespace

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): libsodium fills all of it.
Blake2b::Blake2b() {
    crypto_generichash_blake2b_init(state_of(state_), nullptr, 0, Hash32::size());
}

Blake2b::~Blake2b() {
    wipe(state_);
}

Blake2b& Blake2b::update(ByteView bytes) {
    crypto_generichash_blake2b_update(state_of(state_), bytes.data(), bytes.size());
    return *this;
}

Hash32 Blake2b::finish() {
    Hash32 out;
    crypto_generichash_blake2b_final(state_of(state_), out.data(), out.size());
    return out;
}

LabelHash::LabelHash(Label label) {
    hash_.update(label_bytes(label, LabelUse::Hash));
}

LabelHash& LabelHash::add(ByteView part) {
    KITH_ASSERT(part.size() <= std::numeric_limits<std::uint32_t>::max());
    hash_.update(be_bytes<std::uint32_t>(static_cast<std::uint32_t>(part.size())));
    hash_.update(part);
    return *this;
}

Hash32 LabelHash::finish() {
    return hash_.finish();
}

Hash32 hash_parts(Label label, std::span<const ByteView> parts) {
    LabelHash hash(label);
    for (const ByteView part : parts)
        hash.add(part);
    return hash.finish();
}

Hash64 sha512_parts(std::span<const ByteView> parts) {
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    for (const ByteView part : parts)
        crypto_hash_sha512_update(&state, part.data(), part.size());
    Hash64 out;
    crypto_hash_sha512_final(&state, out.data());
    sodium_memzero(&state, sizeof state);
    return out;
}

}  // namespace kith::crypto
