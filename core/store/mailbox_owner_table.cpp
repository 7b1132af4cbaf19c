// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mailbox_owner_table.h"

#include "core/identity/account.h"
#include "core/store/mailbox_owner_row.h"
#include "core/store/row_scan.h"

namespace kith::store {

namespace rows = mailbox_owner_row;

namespace {

constexpr std::uint8_t host_rows = 0x01;
constexpr std::uint8_t given_rows = 0x02;
constexpr std::uint8_t announcement_row = 0x03;
constexpr std::uint8_t served_rows = 0x04;
constexpr std::uint8_t distrust_rows = 0x05;
constexpr std::uint8_t note_rows = 0x06;
constexpr std::uint8_t memory_row = 0x07;
constexpr std::uint8_t score_rows = 0x08;

Bytes served_key(const mailbox::BoxMark& box, const mailbox::EnvelopeMark& envelope) {
    return concat(Bytes{served_rows}, box, envelope);
}

template <class Decode>
auto all(const Store& store, std::uint8_t kind, Decode decode) {
    const Bytes prefix{kind};
    return decode_rows(store, {.table = Table::MailboxOwner, .prefix = prefix}, decode);
}

}  // namespace

crypto::BoxId OwnerHost::id() const {
    return identity::box_id(key);
}

Bytes MailboxOwnerTable::key(std::uint8_t kind, ByteView id) const {
    return concat(Bytes{kind}, store_.index(Table::MailboxOwner, id));
}

// --- Hosts --------------------------------------------------------------------------------------

Result<std::vector<OwnerHost>> MailboxOwnerTable::hosts() const {
    return all(store_, host_rows, rows::decode_host);
}

void MailboxOwnerTable::put(Changes& changes, const OwnerHost& host) const {
    changes.put(Table::MailboxOwner, key(host_rows, host.id()), rows::encode(host));
}

void MailboxOwnerTable::erase_host(Changes& changes, const crypto::BoxId& id) const {
    changes.erase(Table::MailboxOwner, key(host_rows, id));
}

// --- Deposit keys and announcements -------------------------------------------------------------

Result<std::vector<GivenCapability>> MailboxOwnerTable::given() const {
    return all(store_, given_rows, rows::decode_given);
}

Result<std::optional<GivenCapability>> MailboxOwnerTable::given(ByteView whom) const {
    KITH_TRY(auto value, store_.get(Table::MailboxOwner, key(given_rows, whom)));
    if (!value) return std::optional<GivenCapability>();
    const crypto::WipeGuard guard(*value);
    KITH_TRY(auto row, rows::decode_given(*value));
    return std::optional(std::move(row));
}

void MailboxOwnerTable::put(Changes& changes, const GivenCapability& given) const {
    Bytes value = rows::encode(given);
    const crypto::WipeGuard guard(value);
    changes.put(Table::MailboxOwner, key(given_rows, given.whom), value);
}

void MailboxOwnerTable::erase_given(Changes& changes, ByteView whom) const {
    changes.erase(Table::MailboxOwner, key(given_rows, whom));
}

Result<std::uint64_t> MailboxOwnerTable::announcement_seq() const {
    KITH_TRY(const auto value, store_.get(Table::MailboxOwner, Bytes{announcement_row}));
    if (!value) return 0;
    if (value->size() != 8) return fail(Code::Corrupt, "an announcement's number cannot be read");
    return read_be<std::uint64_t>(*value);
}

void MailboxOwnerTable::put_announcement_seq(Changes& changes, std::uint64_t seq) const {
    changes.put(Table::MailboxOwner, Bytes{announcement_row}, be_bytes<std::uint64_t>(seq));
}

Result<Timestamp> MailboxOwnerTable::memory_since() const {
    KITH_TRY(const auto value, store_.get(Table::MailboxOwner, Bytes{memory_row}));
    if (!value) return Timestamp{};
    if (value->size() != 8) return fail(Code::Corrupt, "the start of our memory cannot be read");
    return from_unix_seconds(read_be<std::uint64_t>(*value));
}

void MailboxOwnerTable::put_memory_since(Changes& changes, Timestamp since) const {
    changes.put(
        Table::MailboxOwner, Bytes{memory_row}, be_bytes<std::uint64_t>(unix_seconds(since)));
}

// --- What was served ----------------------------------------------------------------------------

Result<ServedEnvelope> MailboxOwnerTable::served(const mailbox::BoxMark& box,
                                                 const mailbox::EnvelopeMark& envelope) const {
    KITH_TRY(const auto value, store_.get(Table::MailboxOwner, served_key(box, envelope)));
    if (!value) return ServedEnvelope{};
    return rows::decode_served(*value);
}

void MailboxOwnerTable::put_served(Changes& changes,
                                   const mailbox::BoxMark& box,
                                   const mailbox::EnvelopeMark& envelope,
                                   const ServedEnvelope& row) const {
    changes.put(Table::MailboxOwner, served_key(box, envelope), rows::encode(row));
}

Result<std::size_t> MailboxOwnerTable::forget_served(Changes& changes,
                                                     Timestamp now,
                                                     std::size_t limit) const {
    std::size_t forgotten = 0;
    const Bytes prefix{served_rows};
    KITH_CHECK(store_.scan({.table = Table::MailboxOwner, .prefix = prefix},
                           [&](ByteView row_key, ByteView value) {
                               const auto row = rows::decode_served(value);
                               if (row && row->until > now) return true;
                               changes.erase(Table::MailboxOwner, row_key);
                               return ++forgotten < limit;
                           }));
    return forgotten;
}

// --- Scores -------------------------------------------------------------------------------------

Result<std::vector<ScoredHost>> MailboxOwnerTable::scores() const {
    return all(store_, score_rows, rows::decode_score);
}

void MailboxOwnerTable::put(Changes& changes, const ScoredHost& host) const {
    changes.put(Table::MailboxOwner, key(score_rows, host.box), rows::encode(host));
}

void MailboxOwnerTable::erase_score(Changes& changes, const crypto::BoxId& id) const {
    changes.erase(Table::MailboxOwner, key(score_rows, id));
}

// --- Notes --------------------------------------------------------------------------------------

Result<bool> MailboxOwnerTable::distrusts(const crypto::AccountKey& contact, Timestamp now) const {
    KITH_TRY(const auto value, store_.get(Table::MailboxOwner, key(distrust_rows, contact)));
    if (!value) return false;
    if (value->size() != 8) return fail(Code::Corrupt, "a mark about a contact cannot be read");
    return now < from_unix_seconds(read_be<std::uint64_t>(*value));
}

void MailboxOwnerTable::put_distrust(Changes& changes,
                                     const crypto::AccountKey& contact,
                                     Timestamp until) const {
    changes.put(Table::MailboxOwner,
                key(distrust_rows, contact),
                be_bytes<std::uint64_t>(unix_seconds(until)));
}

Bytes MailboxOwnerTable::note_key(const OpenNote& note) const {
    return key(note_rows, concat(note.contact, mailbox::encode_note({&note.entry, 1})));
}

Result<std::vector<OpenNote>> MailboxOwnerTable::open_notes() const {
    return all(store_, note_rows, rows::decode_note);
}

void MailboxOwnerTable::put(Changes& changes, const OpenNote& note) const {
    changes.put(Table::MailboxOwner, note_key(note), rows::encode(note));
}

void MailboxOwnerTable::erase(Changes& changes, const OpenNote& note) const {
    changes.erase(Table::MailboxOwner, note_key(note));
}

}  // namespace kith::store
