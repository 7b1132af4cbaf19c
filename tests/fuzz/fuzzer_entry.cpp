// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kith::fuzz::one_input({data, size});
    return 0;
}
