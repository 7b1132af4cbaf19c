// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace kith {

void assertion_failed(const char* condition, const char* file, int line) {
    (void)std::fprintf(stderr, "this is a bug in kith: %s:%d: %s\n", file, line, condition);
    std::abort();
}

}  // namespace kith
