// SPDX-License-Identifier: GPL-3.0-or-later
// One recovery key, one spelling, apart from upper and lower case.
#include "core/identity/account.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    const auto root = identity::from_recovery_key(as_text(in));
    if (!root) return;
    std::string upper(as_text(in));
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    KITH_ASSERT(identity::recovery_key(*root) == upper);
}

}  // namespace kith::fuzz
