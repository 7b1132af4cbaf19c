// SPDX-License-Identifier: GPL-3.0-or-later
// Random for tests: a stream that a seed decides, and a script of exact bytes.
#pragma once

#include "core/base/random.h"

#include <array>
#include <cstdint>

namespace kith::test {

/// The stream of the vectors: block i = BLAKE2b-256(seed || u64 i), i = 0, 1, ..
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed);
    explicit SeededRandom(Bytes seed);

    void fill(MutableByteView out) override;

  private:
    Bytes seed_;
    std::uint64_t next_block_ = 0;
    Bytes pool_;
    std::size_t used_ = 0;
};

/// A stream of its own that is drawn ten times as fast, for worlds that draw it by the gigabyte:
/// ChaCha20 under the seed and the number of the block (randombytes_buf_deterministic).
class StreamRandom final : public Random {
  public:
    explicit StreamRandom(std::uint64_t seed) : seed_(seed) {}

    void fill(MutableByteView out) override;

  private:
    std::uint64_t seed_;
    std::uint64_t next_block_ = 0;
    std::array<std::uint8_t, 512> pool_{};
    std::size_t used_ = pool_.size();
};

/// Gives exactly these bytes, in order. More than there are, or a draw that no test expected,
/// aborts.
class ScriptedRandom final : public Random {
  public:
    ScriptedRandom() = default;

    explicit ScriptedRandom(Bytes script) : script_(std::move(script)) {}

    void add(ByteView bytes) { append(script_, bytes); }

    void fill(MutableByteView out) override;

    /// Everything has been drawn.
    bool exhausted() const { return used_ == script_.size(); }

  private:
    Bytes script_;
    std::size_t used_ = 0;
};

}  // namespace kith::test
