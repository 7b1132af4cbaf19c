// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mailbox_serving_table.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::store {
namespace {

// Row keys: part of the disk format, beside those of mailbox_row.h.
constexpr std::uint8_t grant_rows = 0x06;
constexpr std::uint8_t told_row = 0x07;
constexpr std::uint8_t hours_row = 0x08;
constexpr std::uint8_t handed_rows = 0x09;

constexpr std::size_t row_max = 512;

Result<GrantedLease> decode_grant(ByteView row) {
    wire::Reader in(row, row_max);
    in.tuple(2);
    GrantedLease out;
    out.contact = in.id<crypto::AccountKey>();
    out.owner = in.id<crypto::LeaseKey>();
    if (!in.finish()) return fail(Code::Corrupt, "a granted lease cannot be read");
    return out;
}

}  // namespace

Bytes MailboxServingTable::grant_key(const crypto::AccountKey& contact) const {
    return concat(Bytes{grant_rows}, store_.index(Table::Mailbox, contact));
}

Result<std::vector<GrantedLease>> MailboxServingTable::grants() const {
    std::vector<GrantedLease> out;
    Result<> parsed;
    const Bytes prefix{grant_rows};
    const Scan rows{.table = Table::Mailbox, .prefix = prefix};
    KITH_CHECK(store_.scan(rows, [&](ByteView, ByteView row) {
        const auto granted = decode_grant(row);
        if (granted) {
            out.push_back(*granted);
        } else {
            parsed = tl::unexpected(granted.error());
        }
        return parsed.has_value();
    }));
    KITH_CHECK(parsed);
    return out;
}

Result<std::optional<GrantedLease>> MailboxServingTable::grant(
    const crypto::AccountKey& contact) const {
    KITH_TRY(const auto row, store_.get(Table::Mailbox, grant_key(contact)));
    if (!row) return std::optional<GrantedLease>();
    KITH_TRY(const auto granted, decode_grant(*row));
    return std::optional(granted);
}

void MailboxServingTable::put(Changes& changes, const GrantedLease& granted) const {
    Bytes row;
    wire::Writer(row).array(2).bin(granted.contact).bin(granted.owner);
    changes.put(Table::Mailbox, grant_key(granted.contact), row);
}

void MailboxServingTable::erase_grant(Changes& changes, const crypto::AccountKey& contact) const {
    changes.erase(Table::Mailbox, grant_key(contact));
}

Result<std::optional<ToldOffer>> MailboxServingTable::told() const {
    KITH_TRY(const auto row, store_.get(Table::Mailbox, Bytes{told_row}));
    if (!row) return std::optional<ToldOffer>();
    wire::Reader in(*row, row_max);
    in.tuple(2);
    ToldOffer out;
    out.offer = to_bytes(in.bin(0, row_max));
    out.told = from_unix_seconds(in.u64());
    if (!in.finish()) return fail(Code::Corrupt, "the offer of a mailbox cannot be read");
    return std::optional(std::move(out));
}

void MailboxServingTable::put(Changes& changes, const ToldOffer& told) const {
    Bytes row;
    wire::Writer(row).array(2).bin(told.offer).uint(unix_seconds(told.told));
    changes.put(Table::Mailbox, Bytes{told_row}, row);
}

void MailboxServingTable::erase_told(Changes& changes) const {
    changes.erase(Table::Mailbox, Bytes{told_row});
}

Result<Bytes> MailboxServingTable::hours() const {
    KITH_TRY(auto row, store_.get(Table::Mailbox, Bytes{hours_row}));
    return row ? *std::move(row) : Bytes();
}

void MailboxServingTable::put_hours(Changes& changes, ByteView hours) const {
    changes.put(Table::Mailbox, Bytes{hours_row}, hours);
}

Bytes MailboxServingTable::handed_key(const crypto::AccountKey& contact) const {
    return concat(Bytes{handed_rows}, store_.index(Table::Mailbox, contact));
}

Result<std::uint64_t> MailboxServingTable::handed_over(const crypto::AccountKey& contact) const {
    KITH_TRY(const auto row, store_.get(Table::Mailbox, handed_key(contact)));
    if (!row) return std::uint64_t{0};
    if (row->size() != sizeof(std::uint64_t)) {
        return fail(Code::Corrupt, "what was handed over cannot be read");
    }
    return read_be<std::uint64_t>(*row);
}

void MailboxServingTable::put_handed_over(Changes& changes,
                                          const crypto::AccountKey& contact,
                                          std::uint64_t place) const {
    changes.put(Table::Mailbox, handed_key(contact), be_bytes<std::uint64_t>(place));
}

Result<> MailboxServingTable::forget_handed_over(Changes& changes) const {
    const Bytes prefix{handed_rows};
    const Scan rows{.table = Table::Mailbox, .prefix = prefix, .keys_only = true};
    return store_.scan(rows, [&](ByteView key, ByteView) {
        changes.erase(Table::Mailbox, key);
        return true;
    });
}

}  // namespace kith::store
