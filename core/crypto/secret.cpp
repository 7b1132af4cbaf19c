// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/secret.h"

#include <sodium.h>

#include <new>

namespace kith::crypto {

void wipe(MutableByteView bytes) {
    sodium_memzero(bytes.data(), bytes.size());
}

bool constant_time_equal(ByteView a, ByteView b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void GuardedFree::operator()(std::uint8_t* memory) const {
    sodium_free(memory);  // wipes first, and aborts if the guards were overwritten
}

GuardedMemory guarded_memory(std::size_t size) {
    // Until libsodium has started it knows no page size, and aborts.
    if (sodium_init() < 0) throw std::bad_alloc();
    GuardedMemory memory(static_cast<std::uint8_t*>(sodium_malloc(size)));
    if (!memory) throw std::bad_alloc();
    return memory;
}

}  // namespace kith::crypto
