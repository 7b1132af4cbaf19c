// SPDX-License-Identifier: GPL-3.0-or-later
// The splitter over a stream: how it is cut into pieces makes no difference. The first byte says
// how: bit 0 whether the link is open, the rest the size of the pieces.
#include "core/wire/frame_splitter.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

Bytes frames_of(ByteView stream, bool open, std::size_t piece) {
    wire::FrameSplitter splitter;
    if (open) splitter.open();
    Bytes seen;
    while (!stream.empty()) {
        splitter.feed(stream.first(std::min(piece, stream.size())));
        stream = stream.subspan(std::min(piece, stream.size()));
        auto next = splitter.next();
        for (; next && *next; next = splitter.next())
            wire::append_frame(seen, (*next)->type, (*next)->body);
        if (!next) return concat(seen, as_bytes(next.error().context));
    }
    return seen;
}

void one_input(ByteView in) {
    if (in.empty()) return;
    const ByteView stream = in.subspan(1);
    KITH_ASSERT(frames_of(stream, in[0] & 1, stream.size() + 1) ==
                frames_of(stream, in[0] & 1, std::size_t{1} + in[0] / 2));
}

}  // namespace kith::fuzz
