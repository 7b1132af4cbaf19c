// SPDX-License-Identifier: GPL-3.0-or-later
// One line of the control socket, from either end.
#include "core/api/json_line.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace api;
    const std::string_view line = as_text(in);
    const auto again = [](const Document& document) {
        return *Document::parse(document.root().dump());
    };
    if (const auto document = Document::parse(line)) {
        const Document once = again(*document);  // a number may change its kind once: -0.0 is 0
        KITH_ASSERT(again(once).root().dump() == once.root().dump());
    }
    const auto request = parse_request(line);
    KITH_ASSERT(request || Document::parse(request.error().id));
    if (request) (void)(request->as<MessageSend>() && request->as<EventsSubscribe>());
    const auto incoming = parse_incoming(line);
    if (incoming && incoming->item) (void)decode_event(incoming->item->event);
}

}  // namespace kith::fuzz
