// SPDX-License-Identifier: GPL-3.0-or-later
// Values of an owner's rows; the layout stands in mailbox_owner_table.h. Private to it.
#pragma once

#include "core/store/mailbox_owner_table.h"

namespace kith::store::mailbox_owner_row {

Bytes encode(const OwnerHost& host);
/// Holds the seed: the caller wipes it.
Bytes encode(const GivenCapability& given);
Bytes encode(const ServedEnvelope& row);
Bytes encode(const OpenNote& note);
Bytes encode(const ScoredHost& host);

// Corrupt: not what this program wrote.
Result<OwnerHost> decode_host(ByteView value);
Result<GivenCapability> decode_given(ByteView value);
Result<ServedEnvelope> decode_served(ByteView value);
Result<OpenNote> decode_note(ByteView value);
Result<ScoredHost> decode_score(ByteView value);

}  // namespace kith::store::mailbox_owner_row
