// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/prekey_table.h"

namespace kith::store {
namespace {

constexpr std::uint8_t key_rows = 0x01;
constexpr std::uint8_t seen_rows = 0x02;

Bytes seen_prefix(std::uint32_t signed_id) {
    Bytes key{seen_rows};
    append_be<std::uint32_t>(key, signed_id);
    return key;
}

template <class Key>
Result<> keep(std::map<std::uint32_t, session::OwnPrekey<Key>>& out, ByteView row) {
    KITH_TRY(auto prekey, session::OwnPrekey<Key>::decode(row));
    const std::uint32_t id = prekey.id;
    out.emplace(id, std::move(prekey));
    return success();
}

}  // namespace

Bytes PrekeyTable::prekey_row(session::PrekeyKind kind, std::uint32_t id) {
    Bytes key{key_rows, static_cast<std::uint8_t>(kind)};
    append_be<std::uint32_t>(key, id);
    return key;
}

Result<StoredPrekeys> PrekeyTable::load() const {
    StoredPrekeys out;
    Result<> parsed;
    const Bytes prefix{key_rows};
    const Scan rows{.table = Table::Prekey, .prefix = prefix};
    KITH_CHECK(store_.scan(rows, [&](ByteView key, ByteView row) {
        switch (static_cast<session::PrekeyKind>(key[1])) {
            case session::PrekeyKind::Envelope:
                parsed = keep(out.envelope, row);
                break;
            case session::PrekeyKind::Signed:
                parsed = keep(out.signed_prekeys, row);
                break;
            case session::PrekeyKind::OneTime:
                parsed = keep(out.one_time, row);
                break;
            default:
                parsed = fail(Code::Corrupt, "a prekey of an unknown kind");
                break;
        }
        return parsed.has_value();
    }));
    KITH_CHECK(parsed);
    return out;
}

Result<bool> PrekeyTable::seen(std::uint32_t signed_id, const session::InitId& init) const {
    return store_.contains(Table::Prekey, concat(seen_prefix(signed_id), init));
}

void PrekeyTable::put_seen(Changes& changes,
                           std::uint32_t signed_id,
                           const session::InitId& init) const {
    changes.put(Table::Prekey, concat(seen_prefix(signed_id), init), {});
}

Result<> PrekeyTable::erase_signed(Changes& changes, std::uint32_t signed_id) const {
    erase(changes, session::PrekeyKind::Signed, signed_id);
    const Bytes prefix = seen_prefix(signed_id);
    const Scan rows{.table = Table::Prekey, .prefix = prefix};
    return store_.scan(rows, [&changes](ByteView key, ByteView) {
        changes.erase(Table::Prekey, key);
        return true;
    });
}

}  // namespace kith::store
