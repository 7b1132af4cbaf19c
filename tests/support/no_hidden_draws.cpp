// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled into each test program, because an object in a static library that nobody names would
// be left out.
#include "tests/support/no_hidden_draws.h"

#include <sodium.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace kith::test {
namespace {

[[noreturn]] void refuse() {
    std::fprintf(stderr, "libsodium drew randomness by itself: take it from a Random&\n");
    std::abort();
}

const char* name() {
    return "none";
}

std::uint32_t random_word() {
    refuse();
}

void random_bytes(void*, std::size_t) {
    refuse();
}

randombytes_implementation aborting() {
    randombytes_implementation out{};
    out.implementation_name = name;
    out.random = random_word;
    out.buf = random_bytes;
    return out;
}

void install_aborting() {
    static randombytes_implementation implementation = aborting();
    randombytes_set_implementation(&implementation);
}

/// Before main(). sodium_init() draws once, for the canaries of guarded memory, hence the order.
[[maybe_unused]] const bool installed = [] {
    if (sodium_init() < 0) std::abort();
    install_aborting();
    return true;
}();

}  // namespace

AllowDraws::AllowDraws() {
    randombytes_set_implementation(&randombytes_sysrandom_implementation);
}

AllowDraws::~AllowDraws() {
    install_aborting();
}

}  // namespace kith::test
