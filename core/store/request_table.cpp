// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/request_table.h"

#include "core/store/row_scan.h"

namespace kith::store {
namespace {

constexpr std::uint8_t desk_rows = 0x02;
constexpr std::uint8_t state_row = 0x00;
constexpr std::uint8_t entry_rows = 0x01;
constexpr std::uint8_t asked_rows = 0x02;
constexpr std::uint8_t own_rows = 0x03;
constexpr std::uint8_t introduction_rows = 0x04;
constexpr std::uint8_t charged_rows = 0x05;

Bytes prefix_of(std::uint8_t rows) {
    return Bytes{desk_rows, rows};
}

Bytes entry_key(const crypto::MessageId& id) {
    return concat(prefix_of(entry_rows), id);
}

template <class Row>
Result<std::vector<Row>> scan_rows(const Store& store, std::uint8_t rows) {
    const Bytes prefix = prefix_of(rows);
    return decode_rows(store, {.table = Table::Reputation, .prefix = prefix}, Row::decode);
}

}  // namespace

// --- The desk

Result<std::optional<DeskState>> RequestTable::state() const {
    KITH_TRY(const auto row, store_.get(Table::Reputation, prefix_of(state_row)));
    if (!row) return std::optional<DeskState>();
    KITH_TRY(auto state, DeskState::decode(*row));
    return std::optional<DeskState>(std::move(state));
}

void RequestTable::put(Changes& changes, const DeskState& state) {
    Bytes row = state.encode();
    const crypto::WipeGuard guard(row);
    changes.put(Table::Reputation, prefix_of(state_row), row);
}

Result<std::vector<DeskEntry>> RequestTable::entries(std::vector<Bytes>& unreadable) const {
    std::vector<DeskEntry> out;
    const Bytes prefix = prefix_of(entry_rows);
    const Scan scan{.table = Table::Reputation, .prefix = prefix};
    KITH_CHECK(store_.scan(scan, [&](ByteView key, ByteView value) {
        auto entry = DeskEntry::decode(value);
        if (entry) {
            out.push_back(*std::move(entry));
        } else {
            unreadable.push_back(to_bytes(key));
        }
        return true;
    }));
    return out;
}

Result<std::optional<DeskEntry>> RequestTable::entry(const crypto::MessageId& id) const {
    KITH_TRY(const auto row, store_.get(Table::Reputation, entry_key(id)));
    if (!row) return std::optional<DeskEntry>();
    KITH_TRY(auto entry, DeskEntry::decode(*row));
    return std::optional<DeskEntry>(std::move(entry));
}

void RequestTable::put(Changes& changes, const DeskEntry& entry) {
    changes.put(Table::Reputation, entry_key(entry.request.claim.id), entry.encode());
}

void RequestTable::erase(Changes& changes, const crypto::MessageId& id) {
    changes.erase(Table::Reputation, entry_key(id));
}

// --- What was asked for

Result<std::vector<AskedWork>> RequestTable::asked() const {
    return scan_rows<AskedWork>(store_, asked_rows);
}

void RequestTable::put(Changes& changes, const AskedWork& asked) const {
    const Bytes key = concat(prefix_of(asked_rows), store_.index(Table::Reputation, asked.reach));
    changes.put(Table::Reputation, key, asked.encode());
}

void RequestTable::erase(Changes& changes, const crypto::ReachSecret& reach) const {
    changes.erase(Table::Reputation,
                  concat(prefix_of(asked_rows), store_.index(Table::Reputation, reach)));
}

// --- Our own

Result<std::vector<OwnRequest>> RequestTable::own() const {
    return scan_rows<OwnRequest>(store_, own_rows);
}

void RequestTable::put(Changes& changes, const OwnRequest& request) const {
    const Bytes key = concat(prefix_of(own_rows), store_.index(Table::Reputation, request.account));
    changes.put(Table::Reputation, key, request.encode());
}

void RequestTable::erase_own(Changes& changes, const crypto::AccountKey& account) const {
    changes.erase(Table::Reputation,
                  concat(prefix_of(own_rows), store_.index(Table::Reputation, account)));
}

// --- Introductions

Result<std::vector<HeldIntroduction>> RequestTable::introductions() const {
    return scan_rows<HeldIntroduction>(store_, introduction_rows);
}

Result<std::optional<HeldIntroduction>> RequestTable::introduction(
    const crypto::AccountKey& account) const {
    const Bytes key =
        concat(prefix_of(introduction_rows), store_.index(Table::Reputation, account));
    KITH_TRY(const auto row, store_.get(Table::Reputation, key));
    if (!row) return std::optional<HeldIntroduction>();
    KITH_TRY(auto held, HeldIntroduction::decode(*row));
    return std::optional<HeldIntroduction>(std::move(held));
}

void RequestTable::put(Changes& changes, const HeldIntroduction& held) const {
    const Bytes key =
        concat(prefix_of(introduction_rows), store_.index(Table::Reputation, held.account));
    changes.put(Table::Reputation, key, held.encode());
}

void RequestTable::erase_introduction(Changes& changes, const crypto::AccountKey& account) const {
    changes.erase(Table::Reputation,
                  concat(prefix_of(introduction_rows), store_.index(Table::Reputation, account)));
}

Result<std::vector<ChargedIntroduction>> RequestTable::charged() const {
    return scan_rows<ChargedIntroduction>(store_, charged_rows);
}

void RequestTable::put(Changes& changes, const ChargedIntroduction& charged) {
    changes.put(Table::Reputation, concat(prefix_of(charged_rows), charged.id), charged.encode());
}

void RequestTable::erase_charged(Changes& changes, const reputation::IntroductionId& id) {
    changes.erase(Table::Reputation, concat(prefix_of(charged_rows), id));
}

}  // namespace kith::store
