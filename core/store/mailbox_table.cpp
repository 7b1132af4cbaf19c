// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mailbox_table.h"

#include "core/base/limits.h"
#include "core/store/mailbox_row.h"
#include "core/store/row_scan.h"

namespace kith::store {

namespace rows = mailbox_row;

namespace {

using mailbox::EnvelopeRow;
using mailbox::EnvelopeTag;
using mailbox::tag_of;

// One function for each kind of change.
class Putter {
  public:
    explicit Putter(Changes& changes) : changes_(changes) {}

    void operator()(const mailbox::StoreEnvelope& change) {
        const EnvelopeRow& row = change.row;
        changes_.put(Table::MailboxItem, rows::item_key(row.lease, row.seq), change.envelope);
        put_index(row);
        changes_.put(Table::MailboxDue, rows::due_key(row), {});
        if (!row.depositor)
            changes_.put(Table::MailboxDue, rows::stranger_key(row), rows::encode(row));
    }

    void operator()(const mailbox::RepeatEnvelope& change) { put_index(change.row); }

    void operator()(const mailbox::BuryEnvelope& change) {
        const EnvelopeRow& held = change.held;
        changes_.erase(Table::MailboxItem, rows::item_key(held.lease, held.seq));
        changes_.erase(Table::MailboxDue, rows::due_key(held));
        if (!held.depositor) changes_.erase(Table::MailboxDue, rows::stranger_key(held));
        put_index(change.tombstone);
        changes_.put(Table::MailboxDue, rows::tombstone_key(change.tombstone), {});
    }

    void operator()(const mailbox::ForgetEnvelope& change) {
        const EnvelopeRow& row = change.tombstone;
        changes_.erase(Table::MailboxIndex, rows::index_key(row.lease, tag_of(row.hash)));
        changes_.erase(Table::MailboxDue, rows::tombstone_key(row));
    }

    void operator()(const mailbox::PutLease& change) {
        changes_.put(Table::Mailbox, rows::lease_key(change.row.id), rows::encode(change.row));
    }

    void operator()(const mailbox::EraseLease& change) {
        changes_.erase(Table::Mailbox, rows::lease_key(change.lease));
        changes_.erase(Table::Mailbox, rows::publication_key(change.lease));
    }

    void operator()(const mailbox::PutCapability& change) {
        const mailbox::CapabilityRow& row = change.row;
        changes_.put(Table::Mailbox, rows::capability_key(row.lease, row.key), rows::encode(row));
    }

    void operator()(const mailbox::EraseCapability& change) {
        changes_.erase(Table::Mailbox, rows::capability_key(change.lease, change.key));
    }

    void operator()(const mailbox::PutPublication& change) {
        const Bytes key = rows::publication_key(change.row.lease);
        if (change.row.beacons.empty() && change.row.bundle.empty()) {
            changes_.erase(Table::Mailbox, key);
        } else {
            changes_.put(Table::Mailbox, key, rows::encode(change.row));
        }
    }

    void operator()(const mailbox::PutPrekey& change) {
        const mailbox::PrekeyRow& row = change.row;
        changes_.put(
            Table::Mailbox, rows::prekey_key(row.lease, row.device, row.number), row.sealed);
    }

    void operator()(const mailbox::ErasePrekey& change) {
        changes_.erase(Table::Mailbox,
                       rows::prekey_key(change.lease, change.device, change.number));
    }

    void operator()(const mailbox::PutWork& change) {
        const mailbox::WorkRow& row = change.row;
        changes_.put(Table::Mailbox, rows::work_key(row.lease, row.work), rows::encode(row));
        changes_.put(Table::MailboxDue, rows::work_due_key(row), {});
    }

    void operator()(const mailbox::EraseWork& change) {
        changes_.erase(Table::Mailbox, rows::work_key(change.row.lease, change.row.work));
        changes_.erase(Table::MailboxDue, rows::work_due_key(change.row));
    }

  private:
    void put_index(const EnvelopeRow& row) {
        changes_.put(
            Table::MailboxIndex, rows::index_key(row.lease, tag_of(row.hash)), rows::encode(row));
    }

    Changes& changes_;
};

Result<> corrupt() {
    return fail(Code::Corrupt, "a key of a mailbox row cannot be read");
}

}  // namespace

void MailboxTable::put(Changes& changes, const mailbox::HostChanges& host_changes) const {
    Putter putter(changes);
    for (const mailbox::HostChange& change : host_changes)
        std::visit(putter, change);
}

// --- Leases -------------------------------------------------------------------------------------

Result<> MailboxTable::leases(const std::function<void(const mailbox::LeaseRow&)>& visit) const {
    const Bytes prefix{rows::lease_rows};
    return each_row(store_, {.table = Table::Mailbox, .prefix = prefix}, rows::decode_lease, visit);
}

Result<> MailboxTable::capabilities(
    const std::function<void(const mailbox::CapabilityRow&)>& visit) const {
    const Bytes prefix{rows::capability_rows};
    const Scan scan{.table = Table::Mailbox, .prefix = prefix};
    return each_row(store_, scan, rows::decode_capability, visit);
}

Result<> MailboxTable::publications(
    const std::function<void(const mailbox::PublicationRow&)>& visit) const {
    const Bytes prefix{rows::publication_rows};
    const Scan scan{.table = Table::Mailbox, .prefix = prefix};
    return each_row(store_, scan, rows::decode_publication, visit);
}

Result<std::optional<mailbox::PublicationRow>> MailboxTable::publication(
    const crypto::LeaseId& lease) const {
    KITH_TRY(const auto value, store_.get(Table::Mailbox, rows::publication_key(lease)));
    if (!value) return std::optional<mailbox::PublicationRow>();
    KITH_TRY(auto row, rows::decode_publication(*value));
    return std::optional(std::move(row));
}

Result<std::vector<mailbox::PrekeyRow>> MailboxTable::prekeys(const crypto::LeaseId& lease,
                                                              std::size_t limit) const {
    std::vector<mailbox::PrekeyRow> out;
    const Bytes prefix = concat(Bytes{rows::prekey_rows}, lease);
    const Scan scan{.table = Table::Mailbox, .prefix = prefix, .limit = limit};
    KITH_CHECK(store_.scan(scan, [&](ByteView key, ByteView value) {
        if (key.size() != prefix.size() + 9) return true;
        out.push_back({lease,
                       key[prefix.size()],
                       read_be<std::uint64_t>(key.subspan(prefix.size() + 1)),
                       to_bytes(value)});
        return true;
    }));
    return out;
}

Result<std::optional<mailbox::WorkRow>> MailboxTable::work(const crypto::LeaseId& lease,
                                                           const mailbox::WorkId& work) const {
    KITH_TRY(const auto value, store_.get(Table::Mailbox, rows::work_key(lease, work)));
    if (!value) return std::optional<mailbox::WorkRow>();
    KITH_TRY(auto row, rows::decode_work(*value));
    return std::optional(std::move(row));
}

// --- Envelopes ----------------------------------------------------------------------------------

Result<> MailboxTable::count(
    const std::function<void(const mailbox::CountedEnvelope&)>& visit) const {
    const Bytes prefix{rows::due_envelopes};
    bool readable = true;
    KITH_CHECK(store_.scan({.table = Table::MailboxDue, .prefix = prefix, .keys_only = true},
                           [&](ByteView key, ByteView) {
                               const auto due = rows::read_due(key);
                               readable = due.has_value();
                               if (due) visit(due->counted);
                               return readable;
                           }));
    return readable ? success() : corrupt();
}

Result<std::optional<EnvelopeRow>> MailboxTable::find(const crypto::LeaseId& lease,
                                                      const EnvelopeTag& tag) const {
    KITH_TRY(const auto value, store_.get(Table::MailboxIndex, rows::index_key(lease, tag)));
    if (!value) return std::optional<EnvelopeRow>();
    KITH_TRY(auto row, rows::decode_envelope(lease, *value));
    return std::optional(std::move(row));
}

Result<> MailboxTable::after(
    const crypto::LeaseId& lease,
    std::uint64_t cursor,
    const std::function<bool(std::uint64_t seq, ByteView envelope)>& visit) const {
    if (cursor == ~std::uint64_t{0}) return {};
    const Bytes from = rows::item_key(lease, cursor + 1);
    const Scan scan{.table = Table::MailboxItem, .prefix = lease, .from = from};
    return store_.scan(scan, [&](ByteView key, ByteView value) {
        return visit(read_be<std::uint64_t>(key.subspan(crypto::LeaseId::size_bytes)), value);
    });
}

Result<std::optional<Bytes>> MailboxTable::envelope(const crypto::LeaseId& lease,
                                                    std::uint64_t seq) const {
    return store_.get(Table::MailboxItem, rows::item_key(lease, seq));
}

Result<std::vector<EnvelopeRow>> MailboxTable::strangers(const crypto::LeaseId& lease) const {
    const Bytes prefix = concat(Bytes{rows::due_strangers}, lease);
    const auto decode = [&](ByteView value) { return rows::decode_envelope(lease, value); };
    return decode_rows(store_, {.table = Table::MailboxDue, .prefix = prefix}, decode);
}

// --- Time ---------------------------------------------------------------------------------------

Result<std::vector<EnvelopeRow>> MailboxTable::expired(Timestamp now, std::size_t limit) const {
    return due(rows::due_envelopes, now, limit);
}

Result<std::vector<EnvelopeRow>> MailboxTable::forgettable(Timestamp now, std::size_t limit) const {
    return due(rows::due_tombstones, now, limit);
}

Result<std::vector<EnvelopeRow>> MailboxTable::due(std::uint8_t kind,
                                                   Timestamp now,
                                                   std::size_t limit) const {
    std::vector<std::pair<crypto::LeaseId, EnvelopeTag>> names;
    const Bytes prefix{kind};
    KITH_CHECK(store_.scan(
        {.table = Table::MailboxDue, .prefix = prefix, .limit = limit, .keys_only = true},
        [&](ByteView key, ByteView) {
            if (kind == rows::due_envelopes) {
                const auto found = rows::read_due(key);
                if (!found || found->when > now) return false;
                names.emplace_back(found->counted.lease, found->tag);
            } else {
                const auto found = rows::read_due_name(key);
                if (!found || found->when > now) return false;
                names.emplace_back(found->lease, EnvelopeTag::copy_of(found->name));
            }
            return true;
        }));
    std::vector<EnvelopeRow> out;
    for (const auto& [lease, tag] : names) {
        KITH_TRY(auto row, find(lease, tag));
        if (row) out.push_back(*std::move(row));
    }
    return out;
}

Result<std::vector<mailbox::WorkRow>> MailboxTable::void_work(Timestamp now,
                                                              std::size_t limit) const {
    std::vector<std::pair<crypto::LeaseId, mailbox::WorkId>> names;
    const Bytes prefix{rows::due_work};
    KITH_CHECK(store_.scan(
        {.table = Table::MailboxDue, .prefix = prefix, .limit = limit, .keys_only = true},
        [&](ByteView key, ByteView) {
            const auto found = rows::read_due_name(key);
            if (!found || found->when > now) return false;
            names.emplace_back(found->lease, mailbox::WorkId::copy_of(found->name));
            return true;
        }));
    std::vector<mailbox::WorkRow> out;
    for (const auto& [lease, name] : names) {
        KITH_TRY(auto row, work(lease, name));
        if (row) out.push_back(*std::move(row));
    }
    return out;
}

}  // namespace kith::store
