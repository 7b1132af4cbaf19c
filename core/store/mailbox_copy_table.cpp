// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mailbox_copy_table.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::store {

namespace {

constexpr std::uint8_t announcement_rows = 0x01;
constexpr std::uint8_t copies_rows = 0x02;
constexpr std::uint8_t envelope_rows = 0x03;
constexpr std::uint8_t noted_rows = 0x04;
constexpr std::uint8_t envelope_key_rows = 0x05;
constexpr std::size_t record_max = 256;
constexpr std::size_t row_max = std::size_t{16} << 10;

constexpr std::size_t noted_key_size = 1 + 16 + 8 + 16 + 8;

Result<HeldAnnouncement> decode_held(ByteView value) {
    wire::Reader in(value, row_max);
    in.tuple(3);
    const auto account = in.id<crypto::AccountKey>();
    const ByteView body = in.bin(1, mailbox::announcement_max);
    const Timestamp key_since = from_unix_seconds(in.u64());
    if (!in.finish()) return fail(Code::Corrupt, "an announcement cannot be read");
    auto announcement = mailbox::decode_announcement(body);
    if (!announcement) return fail(Code::Corrupt, "an announcement cannot be read");
    return HeldAnnouncement{account, *std::move(announcement), key_since};
}

Bytes encode(const CopiesRow& row) {
    Bytes value;
    wire::Writer out(value);
    out.array(6).bin(row.device).bin(row.message).bin(row.copies.encode());
    out.uint(unix_seconds(row.first_stored)).uint(row.sealings).uint(row.deposit);
    return value;
}

Result<CopiesRow> decode_copies(ByteView value) {
    wire::Reader in(value, row_max);
    in.tuple(6);
    CopiesRow row;
    row.device = in.id<crypto::DeviceId>();
    row.message = in.id<crypto::MessageId>();
    auto copies = mailbox::Copies::decode(in.bin(1, row_max));
    row.first_stored = from_unix_seconds(in.u64());
    row.sealings = in.u32();
    row.deposit = in.u64();
    if (!in.finish() || !copies) return fail(Code::Corrupt, "copies of a message cannot be read");
    row.copies = *std::move(copies);
    return row;
}

Bytes encode(const mailbox::NotedCopy& copy) {
    Bytes value;
    wire::Writer(value).array(2).bin(mailbox::encode(copy.receipt)).uint(copy.envelope_size);
    return value;
}

Result<mailbox::NotedCopy> decode_noted(std::uint64_t deposit, ByteView value) {
    wire::Reader in(value, row_max);
    in.tuple(2);
    const auto receipt = mailbox::decode_receipt(in.bin(0, mailbox::receipt_size));
    const std::uint64_t size = in.u64();
    if (!in.finish() || !receipt) return fail(Code::Corrupt, "a receipt cannot be read");
    return mailbox::NotedCopy{*receipt, size, deposit};
}

}  // namespace

Bytes MailboxCopyTable::key(std::uint8_t kind, ByteView id) const {
    return concat(Bytes{kind}, store_.index(Table::MailboxCopy, id));
}

Bytes MailboxCopyTable::message_key(std::uint8_t kind,
                                    const crypto::DeviceId& device,
                                    const crypto::MessageId& message) const {
    return concat(key(kind, device), message);
}

// --- Announcements ------------------------------------------------------------------------------

Result<std::optional<HeldAnnouncement>> MailboxCopyTable::announcement(
    const crypto::AccountKey& account) const {
    KITH_TRY(auto value, store_.get(Table::MailboxCopy, key(announcement_rows, account)));
    if (!value) return std::optional<HeldAnnouncement>();
    const crypto::WipeGuard guard(*value);
    KITH_TRY(auto held, decode_held(*value));
    return std::optional(std::move(held));
}

Result<std::vector<HeldAnnouncement>> MailboxCopyTable::announcements() const {
    std::vector<HeldAnnouncement> out;
    Result<> read;
    const Bytes prefix{announcement_rows};
    KITH_CHECK(
        store_.scan({.table = Table::MailboxCopy, .prefix = prefix}, [&](ByteView, ByteView value) {
            auto held = decode_held(value);
            if (held) {
                out.push_back(*std::move(held));
            } else {
                read = tl::unexpected(held.error());
            }
            return read.has_value();
        }));
    KITH_CHECK(read);
    return out;
}

void MailboxCopyTable::put(Changes& changes, const HeldAnnouncement& held) const {
    Bytes body = mailbox::encode(held.announcement);
    const crypto::WipeGuard body_guard(body);
    Bytes value;
    value.reserve(body.size() + 64);  // so that no copy of the seed stays behind
    wire::Writer(value).array(3).bin(held.account).bin(body).uint(unix_seconds(held.key_since));
    const crypto::WipeGuard guard(value);
    changes.put(Table::MailboxCopy, key(announcement_rows, held.account), value);
}

void MailboxCopyTable::erase_announcement(Changes& changes,
                                          const crypto::AccountKey& account) const {
    changes.erase(Table::MailboxCopy, key(announcement_rows, account));
}

// --- Copies -------------------------------------------------------------------------------------

Result<std::optional<CopiesRow>> MailboxCopyTable::copies(const crypto::DeviceId& device,
                                                          const crypto::MessageId& message) const {
    KITH_TRY(const auto value,
             store_.get(Table::MailboxCopy, message_key(copies_rows, device, message)));
    if (!value) return std::optional<CopiesRow>();
    KITH_TRY(auto row, decode_copies(*value));
    return std::optional(std::move(row));
}

Result<> MailboxCopyTable::copies(const std::function<void(const CopiesRow&)>& visit) const {
    Result<> read;
    const Bytes prefix{copies_rows};
    KITH_CHECK(
        store_.scan({.table = Table::MailboxCopy, .prefix = prefix}, [&](ByteView, ByteView value) {
            const auto row = decode_copies(value);
            if (row) {
                visit(*row);
            } else {
                read = tl::unexpected(row.error());
            }
            return read.has_value();
        }));
    return read;
}

void MailboxCopyTable::put(Changes& changes, const CopiesRow& row) const {
    changes.put(Table::MailboxCopy, message_key(copies_rows, row.device, row.message), encode(row));
}

void MailboxCopyTable::erase_copies(Changes& changes,
                                    const crypto::DeviceId& device,
                                    const crypto::MessageId& message) const {
    changes.erase(Table::MailboxCopy, message_key(copies_rows, device, message));
    changes.erase(Table::MailboxCopy, message_key(envelope_rows, device, message));
}

Result<std::optional<Bytes>> MailboxCopyTable::envelope(const crypto::DeviceId& device,
                                                        const crypto::MessageId& message) const {
    return store_.get(Table::MailboxCopy, message_key(envelope_rows, device, message));
}

void MailboxCopyTable::put_envelope(Changes& changes,
                                    const crypto::DeviceId& device,
                                    const crypto::MessageId& message,
                                    ByteView envelope) const {
    changes.put(Table::MailboxCopy, message_key(envelope_rows, device, message), envelope);
}

// --- Receipts to name and to show ---------------------------------------------------------------

Result<> MailboxCopyTable::walk_noted(
    const crypto::DeviceId& device,
    const std::function<bool(ByteView row_key, const mailbox::NotedCopy&)>& visit) const {
    Result<> read;
    const Bytes prefix = key(noted_rows, device);
    const Scan newest_first{
        .table = Table::MailboxCopy, .prefix = prefix, .direction = Direction::Backward};
    KITH_CHECK(store_.scan(newest_first, [&](ByteView row_key, ByteView value) {
        if (row_key.size() != noted_key_size) return true;
        const auto copy = decode_noted(read_be<std::uint64_t>(row_key.subspan(17)), value);
        if (copy) return visit(row_key, *copy);
        read = tl::unexpected(copy.error());
        return false;
    }));
    return read;
}

Result<std::vector<mailbox::NotedCopy>> MailboxCopyTable::noted(const crypto::DeviceId& device,
                                                                std::size_t limit) const {
    std::vector<mailbox::NotedCopy> out;
    if (limit == 0) return out;
    KITH_CHECK(walk_noted(device, [&](ByteView, const mailbox::NotedCopy& copy) {
        out.push_back(copy);
        return out.size() < limit;
    }));
    return out;
}

Result<std::optional<mailbox::NotedCopy>> MailboxCopyTable::noted(
    const crypto::DeviceId& device, const mailbox::NoteEntry& entry) const {
    std::optional<mailbox::NotedCopy> out;
    KITH_CHECK(walk_noted(device, [&](ByteView, const mailbox::NotedCopy& copy) {
        if (mailbox::mark_of(copy.receipt.box) == entry.box &&
            mailbox::mark_of(copy.receipt.envelope) == entry.envelope)
            out = copy;
        return !out.has_value();
    }));
    return out;
}

void MailboxCopyTable::put_noted(Changes& changes,
                                 const crypto::DeviceId& device,
                                 const mailbox::NotedCopy& copy) const {
    const Bytes row_key = concat(key(noted_rows, device),
                                 be_bytes<std::uint64_t>(copy.deposit),
                                 copy.receipt.box,
                                 mailbox::mark_of(copy.receipt.envelope));
    changes.put(Table::MailboxCopy, row_key, encode(copy));
}

Result<> MailboxCopyTable::trim_noted(Changes& changes,
                                      const crypto::DeviceId& device,
                                      std::size_t keep) const {
    std::size_t seen = 0;
    return walk_noted(device, [&](ByteView row_key, const mailbox::NotedCopy&) {
        if (++seen > keep) changes.erase(Table::MailboxCopy, row_key);
        return true;
    });
}

Result<std::uint64_t> MailboxCopyTable::next_deposit(const crypto::DeviceId& device) const {
    std::uint64_t next = 1;
    KITH_CHECK(walk_noted(device, [&](ByteView, const mailbox::NotedCopy& copy) {
        next = copy.deposit + 1;
        return false;
    }));
    return next;
}

// --- Envelope keys ------------------------------------------------------------------------------

Result<std::vector<HeldEnvelopeKey>> MailboxCopyTable::envelope_keys() const {
    std::vector<HeldEnvelopeKey> out;
    Result<> read;
    const Bytes prefix{envelope_key_rows};
    KITH_CHECK(
        store_.scan({.table = Table::MailboxCopy, .prefix = prefix}, [&](ByteView, ByteView value) {
            wire::Reader in(value, row_max);
            in.tuple(3);
            HeldEnvelopeKey held;
            held.account = in.id<crypto::AccountKey>();
            held.device = in.id<crypto::DeviceId>();
            held.record = to_bytes(in.bin(1, record_max));
            if (!in.finish()) read = fail(Code::Corrupt, "an envelope key cannot be read");
            out.push_back(std::move(held));
            return read.has_value();
        }));
    KITH_CHECK(read);
    return out;
}

void MailboxCopyTable::put_envelope_key(Changes& changes, const HeldEnvelopeKey& held) const {
    Bytes value;
    wire::Writer(value).array(3).bin(held.account).bin(held.device).bin(held.record);
    changes.put(Table::MailboxCopy, key(envelope_key_rows, held.device), value);
}

}  // namespace kith::store
