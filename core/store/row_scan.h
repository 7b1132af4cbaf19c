// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a range, decoded; the first that cannot be read ends it with its error.
#pragma once

#include "core/store/store.h"

#include <type_traits>
#include <vector>

namespace kith::store {

/// Gives each row to `visit`. `decode` makes a Result<Row> of a value. Corrupt, Io, and what
/// `decode` says.
template <class Decode, class Visit>
Result<> each_row(const Store& store, const Scan& scan, Decode decode, Visit visit) {
    Result<> read;
    KITH_CHECK(store.scan(scan, [&](ByteView, ByteView value) {
        auto row = decode(value);
        if (row) {
            visit(*std::move(row));
        } else {
            read = tl::unexpected(row.error());
        }
        return read.has_value();
    }));
    return read;
}

/// All of them.
template <class Decode>
auto decode_rows(const Store& store, const Scan& scan, Decode decode)
    -> Result<std::vector<typename std::invoke_result_t<Decode, ByteView>::value_type>> {
    using Row = typename std::invoke_result_t<Decode, ByteView>::value_type;
    std::vector<Row> out;
    KITH_CHECK(each_row(store, scan, decode, [&](Row row) { out.push_back(std::move(row)); }));
    return out;
}

}  // namespace kith::store
