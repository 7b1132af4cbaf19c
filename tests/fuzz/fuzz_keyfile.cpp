// SPDX-License-Identifier: GPL-3.0-or-later
// A key file from a disk that somebody else may have written: nothing but the right bytes opens
// with the key of the seeds, and no cost is worked off before it was judged.
#include "core/identity/keyfile.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    const auto key = crypto::PassphraseKey::copy_of(Bytes(32, 7));
    const auto mode = identity::keyfile_mode(in);
    const auto master = identity::open_with_key(in, key);
    KITH_ASSERT(!master || (mode && *mode == identity::KeyfileMode::Key));
    if (!mode) KITH_ASSERT(!identity::open_with_passphrase(in, as_bytes("passphrase")));
}

}  // namespace kith::fuzz
