// SPDX-License-Identifier: GPL-3.0-or-later
// Short draws from a pool, so that a nonce or a message id costs no system call of its own. Longer
// ones, all keys among them, go straight to the generator behind it. Strand only; not to be used
// across a fork, which would repeat what is left in the pool.
#pragma once

#include "core/base/random.h"

#include <array>

namespace kith::crypto {

class PooledRandom final : public Random {
  public:
    /// The longest draw that the pool serves: a nonce of XChaCha20.
    static constexpr std::size_t longest = 24;
    static constexpr std::size_t pool_size = 480;

    /// `source` outlives it.
    explicit PooledRandom(Random& source) : source_(source) {}

    ~PooledRandom() override;

    /// What was given out is wiped here: no later look into our memory tells it.
    void fill(MutableByteView out) override;

  private:
    Random& source_;
    std::array<std::uint8_t, pool_size> pool_{};
    std::size_t used_ = pool_size;
};

}  // namespace kith::crypto
