// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/reputation_table.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::store {
namespace {

using reputation::Record;

constexpr std::uint8_t time_row = 0x00;
constexpr std::uint8_t record_rows = 0x01;

}  // namespace

Bytes ReputationTable::key_of(reputation::Context context, ByteView id) const {
    const Bytes named = concat(Bytes{static_cast<std::uint8_t>(context)}, id);
    return concat(Bytes{record_rows}, store_.index(Table::Reputation, named));
}

Result<std::optional<Record>> ReputationTable::find(ByteView key) const {
    KITH_TRY(const auto row, store_.get(Table::Reputation, key));
    if (!row) return std::optional<Record>();
    KITH_TRY(auto record, Record::decode(*row));
    return std::optional(std::move(record));
}

void ReputationTable::put(Changes& changes, ByteView key, const Record& record) const {
    changes.put(Table::Reputation, key, record.encode());
}

void ReputationTable::erase(Changes& changes, ByteView key) const {
    changes.erase(Table::Reputation, key);
}

Result<std::size_t> ReputationTable::count() const {
    std::size_t out = 0;
    const Bytes prefix{record_rows};
    const Scan all{.table = Table::Reputation, .prefix = prefix, .keys_only = true};
    KITH_CHECK(store_.scan(all, [&out](ByteView, ByteView) {
        ++out;
        return true;
    }));
    return out;
}

Result<Bytes> ReputationTable::walk(ByteView after, std::size_t limit, const Visit& visit) const {
    const Bytes prefix{record_rows};
    // The row that it begins at was seen before: one more.
    const Scan rows{.table = Table::Reputation,
                    .prefix = prefix,
                    .from = after,
                    .limit = after.empty() ? limit : limit + 1};
    Bytes last;
    std::size_t seen = 0;
    KITH_CHECK(store_.scan(rows, [&](ByteView key, ByteView value) {
        if (std::ranges::equal(key, after)) return true;
        const auto record = Record::decode(value);
        visit(key, record ? &*record : nullptr);
        last = to_bytes(key);
        ++seen;
        return true;
    }));
    if (seen < limit) last.clear();
    return last;
}

Result<std::optional<Timestamp>> ReputationTable::believed() const {
    KITH_TRY(const auto row, store_.get(Table::Reputation, Bytes{time_row}));
    if (!row) return std::optional<Timestamp>();
    if (row->size() != 8) return fail(Code::Corrupt, "the time of the reputation book");
    const auto micros = static_cast<Duration::rep>(read_be<std::uint64_t>(*row) >> 1U);
    return std::optional(Timestamp(Duration(micros)));
}

void ReputationTable::put_believed(Changes& changes, Timestamp time) const {
    const auto micros = std::max<Duration::rep>(0, time.time_since_epoch().count());
    // Shifted: no value of the row overflows a time.
    changes.put(Table::Reputation,
                Bytes{time_row},
                be_bytes<std::uint64_t>(static_cast<std::uint64_t>(micros) << 1U));
}

}  // namespace kith::store
