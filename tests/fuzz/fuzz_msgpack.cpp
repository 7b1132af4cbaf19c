// SPDX-License-Identifier: GPL-3.0-or-later
// The bounded reader over any document: what check_document() takes, raw() gives back whole.
#include "core/wire/reader.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    constexpr std::size_t max = std::size_t{1} << 16;
    wire::Reader reader(in, max);
    const ByteView document = reader.raw();
    const bool whole = reader.finish().has_value();
    KITH_ASSERT(whole == wire::check_document(in, max).has_value());
    KITH_ASSERT(!whole || equal(document, in));
}

}  // namespace kith::fuzz
