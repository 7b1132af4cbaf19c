// SPDX-License-Identifier: GPL-3.0-or-later
// The payload of a ratchet message: one content with its id, both sides' views of the device lists,
// and what makes gaps visible.
//
//   { id: bin16, ty: u8, c, dl: bin32, seq?: u64, par?: [bin16 <= 8], dep?: bin <= 384 }
//
// Specification: docs/spec/message.md#payload.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/identity/known_devices.h"
#include "core/message/content.h"
#include "core/message/message_id.h"

#include <cstdint>
#include <vector>

namespace kith::message {

/// Messages that a message names as followed by it.
inline constexpr std::size_t parents_max = 8;
/// Bytes of the note on the sender's last deposits (docs/spec/mailbox.md).
inline constexpr std::size_t deposits_max = 384;

struct Payload {
    MessageId id;
    Content content;
    identity::ListMark my_list;    ///< the sender's own list; seq 0: none
    identity::ListMark your_list;  ///< the receiver's list as the sender knows it; seq 0: none
    /// 1, 2, .. for each sending device and conversation; 0 for what is not shown.
    std::uint64_t seq = 0;
    std::vector<MessageId> parents;
    Bytes deposits;

    friend bool operator==(const Payload&, const Payload&) = default;
};

/// TooLarge or InvalidArgument: check_bounds() of the content, too many parents, deposits too long,
/// or more than limits::payload in all.
Result<Bytes> encode_payload(const Payload& payload);

/// Malformed: not canonical, or a field out of its bounds.
Result<Payload> decode_payload(ByteView bytes);

}  // namespace kith::message
