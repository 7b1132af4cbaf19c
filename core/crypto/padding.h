// SPDX-License-Identifier: GPL-3.0-or-later
// ISO/IEC 7816-4 padding to a fixed size: the data, 0x80, then zeros. Removing it takes the same
// time for every length of data, and anything else than this form is refused.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace kith::crypto {

/// Pads in place: `block` holds `used` bytes of data at its start. Requires: used < block.size().
void pad_in_place(MutableByteView block, std::size_t used);

/// Requires: data.size() < size.
Bytes pad(ByteView data, std::size_t size);

/// How many bytes of `block` are data. Malformed: no valid padding.
Result<std::size_t> unpadded_size(ByteView block);

/// The data of `block`, as a view into it. Malformed: no valid padding.
Result<ByteView> unpad(ByteView block);

}  // namespace kith::crypto
