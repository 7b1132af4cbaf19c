// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/best_record.h"

#include <algorithm>

namespace kith::directory {

namespace {

constexpr std::size_t signature_size = 64;  // at the end of every record

ByteView signature_of(ByteView record) {
    return record.last(std::min(record.size(), signature_size));
}

}  // namespace

bool BestRecord::offer(std::size_t index, ByteView data) {
    Spent& spent = spent_[index];
    if (spent.values == values_per_slot || spent.bytes + data.size() > bytes_per_slot) return false;
    if (record_ && equal(*record_, data)) return false;
    ++spent.values;
    spent.bytes += data.size();
    const std::optional<Revision> revision = accept_(data);
    if (!revision) return false;
    if (record_) {
        if (*revision < revision_) return false;
        if (*revision == revision_ &&
            !std::ranges::lexicographical_compare(signature_of(*record_), signature_of(data))) {
            return false;
        }
    }
    revision_ = *revision;
    record_ = to_bytes(data);
    return true;
}

}  // namespace kith::directory
