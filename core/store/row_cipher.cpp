// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/row_cipher.h"

#include "core/store/row_seal.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::store {

RowCipher::RowCipher(const crypto::MasterKey& master) {
    using crypto::Label;
    for (const TableInfo& table : tables()) {
        TableKeys& keys = keys_[static_cast<std::uint8_t>(table.table)];
        const ByteView name = as_bytes(table.name);
        const auto index =
            crypto::kdf<crypto::IndexKey>(Label::Index, crypto::zero_salt, master.expose(), name);
        keys.index.emplace(index.expose());
        if (table.erasable()) continue;
        keys.row =
            crypto::kdf<crypto::RowKey>(Label::Table, crypto::zero_salt, master.expose(), name);
    }
}

const RowCipher::TableKeys& RowCipher::keys_of(Table table) const {
    return keys_[static_cast<std::uint8_t>(info(table).table)];
}

Index RowCipher::index(Table table, ByteView id) const {
    const crypto::Mac32 mac = keys_of(table).index->mac(id);
    Index out{};
    std::copy_n(mac.data(), out.size(), out.begin());
    return out;
}

void RowCipher::seal_as(std::uint8_t schema,
                        const ErasureKeys& erasure,
                        Table table,
                        ByteView key,
                        const crypto::AeadNonce& nonce,
                        ByteView value,
                        Bytes& out) const {
    const TableInfo& about = info(table);
    const RowPlace place{schema, about.name, key};
    if (about.erasable()) {
        const Generation& newest = erasure.newest();
        seal_erasable_row(newest.key_of(table), newest.number(), place, nonce, value, out);
    } else {
        seal_row(*keys_of(table).row, place, nonce, value, out);
    }
}

Result<Bytes> RowCipher::open_as(std::uint8_t schema,
                                 const ErasureKeys& erasure,
                                 Table table,
                                 ByteView key,
                                 ByteView row) const {
    const TableInfo& about = info(table);
    const RowPlace place{schema, about.name, key};
    const auto broken = [&about](std::string_view why) {
        return fail(Code::Corrupt, fmt::format("a row of table \"{}\" {}", about.name, why));
    };
    const crypto::RowKey* row_key = nullptr;
    if (about.erasable()) {
        const auto g = generation_of(row);
        if (!g) return broken("is too short");
        const Generation* generation = erasure.find(*g);
        if (generation == nullptr) return broken("was erased");
        row_key = &generation->key_of(table);
    } else {
        row_key = &*keys_of(table).row;
    }
    auto value =
        about.erasable() ? open_erasable_row(*row_key, place, row) : open_row(*row_key, place, row);
    if (!value) return broken("does not open");
    return value;
}

Bytes row_key(const Index& index, std::uint64_t order) {
    Bytes out;
    out.reserve(index.size() + 8);
    append(out, index);
    append_be<std::uint64_t>(out, order);
    return out;
}

crypto::AeadNonce NonceCounter::take() {
    const crypto::AeadNonce out = next_;
    // Only the last 8 bytes count: the first 16 stay the batch's own.
    MutableByteView bytes = next_.mutable_view();
    for (std::size_t i = bytes.size(); i > 16; --i) {
        if (++bytes[i - 1] != 0) break;
    }
    return out;
}

}  // namespace kith::store
