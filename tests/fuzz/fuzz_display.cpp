// SPDX-License-Identifier: GPL-3.0-or-later
// Untrusted text: what comes out is UTF-8 of one cell grid, and showing it again changes nothing.
// The first byte chooses the kind.
#include "core/base/utf8.h"
#include "core/text/display.h"
#include "core/text/name.h"
#include "core/text/skeleton.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace text;
    if (in.empty()) return;
    const auto kind = static_cast<Kind>(in[0] % 4);
    const auto symbols = in[0] & 4 ? Symbols::Ascii : Symbols::Unicode;
    const std::string once = display(as_text(in.subspan(1)), kind, symbols);
    KITH_ASSERT(is_valid_utf8(once));
    KITH_ASSERT(std::ranges::none_of(once, [kind](unsigned char c) {
        return c == 0x7f || (c < 0x20 && !(kind == Kind::Text && c == '\n'));
    }));
    KITH_ASSERT(display(once, kind, symbols) == once);
    const auto name = make_name(as_text(in.subspan(1)));
    KITH_ASSERT(!name || make_name(*name) == *name);
    if (name) (void)(name_key(*name) + skeleton(*name));
}

}  // namespace kith::fuzz
