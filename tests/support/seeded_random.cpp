// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/seeded_random.h"

#include "core/base/assert.h"
#include "core/crypto/hash.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace kith::test {

SeededRandom::SeededRandom(std::uint64_t seed)
    : SeededRandom(to_bytes(be_bytes<std::uint64_t>(seed))) {}

SeededRandom::SeededRandom(Bytes seed) : seed_(std::move(seed)) {}

void SeededRandom::fill(MutableByteView out) {
    for (std::uint8_t& byte : out) {
        if (used_ == pool_.size()) {
            crypto::Blake2b block;
            block.update(seed_).update(be_bytes<std::uint64_t>(next_block_++));
            pool_ = to_bytes(block.finish());
            used_ = 0;
        }
        byte = pool_[used_++];
    }
}

void StreamRandom::fill(MutableByteView out) {
    while (!out.empty()) {
        if (used_ == pool_.size()) {
            std::array<std::uint8_t, randombytes_SEEDBYTES> block{};
            std::ranges::copy(be_bytes<std::uint64_t>(seed_), block.begin());
            std::ranges::copy(be_bytes<std::uint64_t>(next_block_++), block.begin() + 8);
            randombytes_buf_deterministic(pool_.data(), pool_.size(), block.data());
            used_ = 0;
        }
        const std::size_t take = std::min(out.size(), pool_.size() - used_);
        std::ranges::copy(ByteView(pool_).subspan(used_, take), out.begin());
        used_ += take;
        out = out.subspan(take);
    }
}

void ScriptedRandom::fill(MutableByteView out) {
    KITH_ASSERT(out.size() <= script_.size() - used_);
    std::ranges::copy(ByteView(script_).subspan(used_, out.size()), out.begin());
    used_ += out.size();
}

}  // namespace kith::test
