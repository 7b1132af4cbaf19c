// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/account_table.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <string_view>

namespace kith::store {
namespace {

// Row keys: part of the disk format.
constexpr std::string_view account_key = "account";
constexpr std::string_view device_key = "device";
constexpr std::string_view list_key = "device list";
constexpr std::string_view names_key = "names";
constexpr std::string_view reach_key = "reach";
constexpr std::string_view mailbox_row = "mailbox";
constexpr std::string_view secret_key = "secret";

constexpr std::size_t row_max = std::size_t{64} * 1024;
constexpr std::size_t name_max = 256;

Result<Bytes> need(const Store& store, Table table, std::string_view key) {
    KITH_TRY(auto row, store.get(table, as_bytes(key)));
    if (!row) return fail(Code::Corrupt, "a row of the account is missing: " + std::string(key));
    return *std::move(row);
}

void write_certificates(wire::Writer& out, const std::vector<directory::Certificate>& list) {
    out.array(list.size());
    for (const auto& certificate : list)
        out.bin(certificate.encode());
}

Result<std::vector<directory::Certificate>> read_certificates(wire::Reader& in) {
    std::vector<directory::Certificate> out;
    const std::size_t count = in.array(0, 2 * directory::certificates_ahead);
    for (std::size_t i = 0; i < count; ++i) {
        const auto record = in.bin(directory::Certificate::size, directory::Certificate::size);
        if (!in.ok()) break;
        KITH_TRY(auto certificate, directory::Certificate::decode(record));
        out.push_back(certificate);
    }
    return out;
}

Bytes encode_reach(const StoredAccount& stored) {
    Bytes row;
    wire::Writer out(row);
    out.array(4);
    if (stored.old_reach) {
        out.bin(stored.old_reach->reach).uint(unix_seconds(stored.old_reach->until));
    } else {
        out.nil().uint(0);
    }
    write_certificates(out, stored.certificates);
    write_certificates(out, stored.old_certificates);
    return row;
}

Result<> read_reach(StoredAccount& stored, ByteView row) {
    wire::Reader in(row, row_max);
    in.tuple(4);
    if (in.take_nil()) {
        in.u64();
    } else {
        OldReach old;
        old.reach = in.id<crypto::ReachSecret>();
        old.until = from_unix_seconds(in.u64());
        stored.old_reach = old;
    }
    KITH_TRY(stored.certificates, read_certificates(in));
    KITH_TRY(stored.old_certificates, read_certificates(in));
    if (!in.finish()) return fail(Code::Corrupt, "the certificates cannot be read");
    return success();
}

Result<OwnNames> read_names(ByteView row) {
    wire::Reader in(row, row_max);
    in.tuple(3);
    OwnNames names;
    names.name = std::string(in.text(name_max));
    names.device = std::string(in.text(name_max));
    names.network = std::string(in.text(name_max));
    if (!in.finish()) return fail(Code::Corrupt, "the names of this account cannot be read");
    return names;
}

}  // namespace

Result<std::optional<StoredAccount>> AccountTable::load() const {
    KITH_TRY(auto first, store_.get(Table::Account, as_bytes(account_key)));
    if (!first) return std::optional<StoredAccount>();
    const crypto::WipeGuard account_guard(*first);
    KITH_TRY(auto account, identity::Account::decode(*first));
    KITH_TRY(auto device_row, need(store_, Table::Account, device_key));
    const crypto::WipeGuard device_guard(device_row);
    KITH_TRY(auto device, identity::Device::decode(device_row));
    KITH_TRY(const auto list_row, need(store_, Table::Account, list_key));
    KITH_TRY(const auto signed_list, identity::SignedDeviceList::decode(list_row));
    KITH_TRY(auto list, identity::VerifiedDeviceList::trusted(signed_list));
    KITH_TRY(const auto names_row, need(store_, Table::Account, names_key));
    KITH_TRY(auto names, read_names(names_row));
    KITH_TRY(auto secret_row, need(store_, Table::Network, secret_key));
    const crypto::WipeGuard secret_guard(secret_row);
    auto secret = crypto::NetworkSecret::from(secret_row);
    if (!secret) return fail(Code::Corrupt, "the network secret cannot be read");
    StoredAccount stored{std::move(account),
                         std::move(device),
                         std::move(list),
                         identity::Network(*std::move(secret)),
                         std::move(names),
                         {},
                         {},
                         {}};
    KITH_TRY(const auto reach_row, need(store_, Table::Account, reach_key));
    KITH_CHECK(read_reach(stored, reach_row));
    return std::optional<StoredAccount>(std::move(stored));
}

void AccountTable::put(Changes& changes, const StoredAccount& stored) const {
    put_account(changes, stored.account);
    Bytes device = stored.device.encode();
    const crypto::WipeGuard guard(device);
    changes.put(Table::Account, as_bytes(device_key), device);
    put_list(changes, stored.list);
    put_names(changes, stored.names);
    changes.put(Table::Network, as_bytes(secret_key), stored.network.secret().expose());
    put_reach(changes, stored);
}

void AccountTable::put_account(Changes& changes, const identity::Account& account) const {
    Bytes row = account.encode();
    const crypto::WipeGuard guard(row);
    changes.put(Table::Account, as_bytes(account_key), row);
}

void AccountTable::put_list(Changes& changes, const identity::VerifiedDeviceList& list) const {
    changes.put(Table::Account, as_bytes(list_key), list.signed_list().encode());
}

void AccountTable::put_names(Changes& changes, const OwnNames& names) const {
    Bytes row;
    wire::Writer(row).array(3).text(names.name).text(names.device).text(names.network);
    changes.put(Table::Account, as_bytes(names_key), row);
}

void AccountTable::put_reach(Changes& changes, const StoredAccount& stored) const {
    changes.put(Table::Account, as_bytes(reach_key), encode_reach(stored));
}

Result<std::optional<crypto::MailboxKeyPair>> AccountTable::mailbox_key() const {
    using Key = std::optional<crypto::MailboxKeyPair>;
    KITH_TRY(auto row, store_.get(Table::Account, as_bytes(mailbox_row)));
    if (!row) return Key();
    const crypto::WipeGuard guard(*row);
    if (row->size() != 32) return fail(Code::Corrupt, "the mailbox key cannot be read");
    return Key(crypto::MailboxKeyPair::from_seed(*row));
}

void AccountTable::put_mailbox_key(Changes& changes, const crypto::MailboxKeyPair& key) const {
    changes.put(Table::Account, as_bytes(mailbox_row), key.expose_seed());
}

}  // namespace kith::store
