// SPDX-License-Identifier: GPL-3.0-or-later
// What the last run left: a file in the cache, in which anything may stand.
#include "dht/nodes_file.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    expect_stable(in, dht::decode_last_run, dht::encode_last_run);
}

}  // namespace kith::fuzz
