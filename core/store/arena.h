// SPDX-License-Identifier: GPL-3.0-or-later
// Memory for the keys and values of one batch: taken in blocks, given back all at once, wiped then.
#pragma once

#include "core/base/bytes.h"
#include "core/crypto/secret.h"

#include <memory>
#include <vector>

namespace kith::store {

class Arena {
  public:
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    ~Arena() { reset(); }

    /// Bytes that stay where they are until reset(), not initialised.
    MutableByteView take(std::size_t size) {
        if (blocks_.empty() || blocks_.back().size - blocks_.back().used < size) add_block(size);
        Block& block = blocks_.back();
        const MutableByteView out(block.memory.get() + block.used, size);
        block.used += size;
        return out;
    }

    /// Wipes what was taken and keeps one block for what comes next.
    void reset() {
        for (Block& block : blocks_) {
            crypto::wipe({block.memory.get(), block.used});
            block.used = 0;
        }
        if (!blocks_.empty()) blocks_.resize(blocks_.front().size == block_size ? 1 : 0);
    }

  private:
    struct Block {
        std::unique_ptr<std::uint8_t[]> memory;
        std::size_t size = 0;
        std::size_t used = 0;
    };

    // A lone send fits one block; a full batch (4 MiB) takes 64.
    static constexpr std::size_t block_size = std::size_t{64} << 10;

    void add_block(std::size_t at_least) {
        const std::size_t size = std::max(at_least, block_size);
        blocks_.push_back({std::make_unique_for_overwrite<std::uint8_t[]>(size), size, 0});
    }

    std::vector<Block> blocks_;
};

}  // namespace kith::store
