// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a link handshake over a stream of frames.
#pragma once

#include "core/transport/frame_stream.h"
#include "core/transport/link_handshake.h"

namespace kith::transport {

/// Until the handshake is open, or has failed; the stream is left as it is then. Deadlines are the
/// caller's: closing the stream ends this with the stream's error. Both must outlive the call.
[[nodiscard]] Task<Result<>> open_link(FrameStream* stream, LinkHandshake* handshake);

}  // namespace kith::transport
