// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/link_opening.h"

namespace kith::transport {

Task<Result<>> open_link(FrameStream* stream, LinkHandshake* handshake) {
    Bytes out = handshake->start();
    for (;;) {
        if (!out.empty()) KITH_CO_CHECK(stream->send(out));
        if (handshake->is_open()) break;
        KITH_CO_TRY(const auto frame, co_await stream->receive());
        KITH_CO_TRY(out, handshake->receive(frame));
        // Before the next frame is cut off the stream.
        if (handshake->is_open()) stream->set_open();
    }
    co_return success();
}

}  // namespace kith::transport
