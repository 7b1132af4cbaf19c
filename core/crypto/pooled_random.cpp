// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/pooled_random.h"

#include "core/crypto/secret.h"

#include <algorithm>

namespace kith::crypto {

PooledRandom::~PooledRandom() {
    wipe(pool_);
}

void PooledRandom::fill(MutableByteView out) {
    if (out.size() > longest) {
        source_.fill(out);
        return;
    }
    if (out.size() > pool_.size() - used_) {
        source_.fill(pool_);
        used_ = 0;
    }
    const MutableByteView next = MutableByteView(pool_).subspan(used_, out.size());
    std::ranges::copy(next, out.begin());
    wipe(next);
    used_ += out.size();
}

}  // namespace kith::crypto
