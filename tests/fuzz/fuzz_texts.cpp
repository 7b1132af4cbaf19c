// SPDX-License-Identifier: GPL-3.0-or-later
// Small texts that people and peers write. The first byte chooses the parser.
#include "core/api/time_text.h"
#include "core/base/bech32m.h"
#include "core/base/duration_text.h"
#include "core/base/encoding.h"
#include "core/base/endpoint.h"
#include "core/message/message_id.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    if (in.empty()) return;
    const ByteView text = in.subspan(1);
    switch (in[0]) {
        case 0:
            return expect_same_bytes(text, from_text(from_hex), to_hex);
        case 1:
            return expect_same_bytes(text, from_text(from_base32), to_base32);
        case 2:
            return expect_same_bytes(text, from_text(from_base64url), to_base64url);
        case 3: {  // people may type it in lower case, with O for 0
            const auto id = message::parse_message_id(as_text(text));
            KITH_ASSERT(!id || message::parse_message_id(message::to_text(*id)) == *id);
            return;
        }
        case 4: {
            const auto endpoint = parse_endpoint(as_text(text));
            KITH_ASSERT(!endpoint || parse_endpoint(to_string(*endpoint)) == *endpoint);
            return;
        }
        case 5: {
            const auto time = api::parse_rfc3339(as_text(text));
            if (!time || *time < Timestamp{}) return;
            const std::string written = to_rfc3339(*time);
            KITH_ASSERT(to_rfc3339(*api::parse_rfc3339(written)) == written);
            return;
        }
        case 6: {
            const auto value = parse_bech32m(as_text(text));
            KITH_ASSERT(!value || parse_bech32m(format_bech32m(*value)) == *value);
            return;
        }
        default:
            (void)parse_duration(as_text(text));
    }
}

}  // namespace kith::fuzz
