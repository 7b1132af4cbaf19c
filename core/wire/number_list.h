// SPDX-License-Identifier: GPL-3.0-or-later
// An array of u32, as ACK, BUSY and PICKUP have it.
#pragma once

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <vector>

namespace kith::wire {

inline std::vector<std::uint32_t> read_numbers(Reader& in, std::size_t max) {
    std::vector<std::uint32_t> numbers(in.array(0, max));
    for (std::uint32_t& number : numbers)
        number = in.u32();
    return numbers;
}

inline void write_numbers(Writer& out, const std::vector<std::uint32_t>& numbers) {
    out.array(numbers.size());
    for (const std::uint32_t number : numbers)
        out.uint(number);
}

}  // namespace kith::wire
