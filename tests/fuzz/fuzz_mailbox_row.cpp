// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of a mailbox host, as a damaged or foreign disk may give them: values, and the keys that the
// quotas are counted from. The first byte chooses which.
#include "core/store/mailbox_row.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

/// A key of an expiring envelope says what its row says.
void due_key(ByteView in) {
    const auto due = store::mailbox_row::read_due(in);
    if (!due) return;
    KITH_ASSERT(due->counted.size >= 1024 && due->counted.size <= 65536);
    (void)store::mailbox_row::read_due_name(in);
}

void one_input(ByteView in) {
    namespace rows = store::mailbox_row;
    if (in.empty()) return;
    const auto encoded = [](const auto& row) { return rows::encode(row); };
    const auto envelope = [](ByteView value) { return rows::decode_envelope({}, value); };
    const ByteView row = in.subspan(1);
    switch (in[0]) {
        case 0:
            return expect_stable(row, envelope, encoded);
        case 1:
            return expect_stable(row, rows::decode_lease, encoded);
        case 2:
            return expect_stable(row, rows::decode_capability, encoded);
        case 3:
            return expect_stable(row, rows::decode_publication, encoded);
        case 4:
            return expect_stable(row, rows::decode_work, encoded);
        case 5:
            return due_key(row);
        default:
            return;
    }
}

}  // namespace kith::fuzz
