// SPDX-License-Identifier: GPL-3.0-or-later
// One address, one spelling, apart from upper and lower case.
#include "core/identity/address.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    const auto address = identity::parse_address(as_text(in));
    if (!address) return;
    std::string lower(as_text(in));
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    KITH_ASSERT(to_string(*address) == lower);
}

}  // namespace kith::fuzz
