// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mailbox/memory_box_rows.h"

#include "core/base/assert.h"
#include "core/message/envelope.h"

#include <algorithm>

namespace kith::test {

namespace {

using namespace mailbox;
using Rows = MemoryBoxRows::Rows;

auto place_of(const EnvelopeRow& row) {
    return std::pair(row.lease, tag_of(row.hash));
}

class Applier {
  public:
    explicit Applier(Rows& rows) : rows_(rows) {}

    void operator()(const StoreEnvelope& change) {
        const EnvelopeRow& row = change.row;
        KITH_ASSERT(row.held() && row.size == change.envelope.size());
        KITH_ASSERT(row.hash == message::envelope_hash(change.envelope));
        KITH_ASSERT(rows_.leases.contains(row.lease));
        KITH_ASSERT(rows_.index.emplace(place_of(row), row).second);
        KITH_ASSERT(
            rows_.items.emplace(std::pair(row.lease, row.seq), to_bytes(change.envelope)).second);
    }

    void operator()(const RepeatEnvelope& change) {
        EnvelopeRow& row = rows_.index.at(place_of(change.row));
        row.again = change.row.again;
        KITH_ASSERT(row == change.row);
    }

    void operator()(const BuryEnvelope& change) {
        KITH_ASSERT(rows_.index.at(place_of(change.held)) == change.held && change.held.held());
        KITH_ASSERT(!change.tombstone.held());
        KITH_ASSERT(place_of(change.tombstone) == place_of(change.held));
        KITH_ASSERT(rows_.items.erase(std::pair(change.held.lease, change.held.seq)) == 1);
        rows_.index.at(place_of(change.held)) = change.tombstone;
    }

    void operator()(const ForgetEnvelope& change) {
        KITH_ASSERT(rows_.index.at(place_of(change.tombstone)) == change.tombstone);
        KITH_ASSERT(!change.tombstone.held());
        rows_.index.erase(place_of(change.tombstone));
    }

    void operator()(const PutLease& change) { rows_.leases[change.row.id] = change.row; }

    void operator()(const EraseLease& change) {
        KITH_ASSERT(rows_.leases.erase(change.lease) == 1);
        rows_.publications.erase(change.lease);
    }

    void operator()(const PutCapability& change) {
        KITH_ASSERT(rows_.leases.contains(change.row.lease));
        rows_.capabilities[{change.row.lease, change.row.key}] = change.row;
    }

    void operator()(const EraseCapability& change) {
        KITH_ASSERT(rows_.capabilities.erase({change.lease, change.key}) == 1);
    }

    void operator()(const PutPublication& change) {
        rows_.publications.erase(change.row.lease);
        if (!change.row.beacons.empty() || !change.row.bundle.empty())
            rows_.publications[change.row.lease] = change.row;
    }

    void operator()(const PutPrekey& change) {
        const PrekeyRow& row = change.row;
        KITH_ASSERT(rows_.prekeys.emplace(std::tuple(row.lease, row.device, row.number), row.sealed)
                        .second);
    }

    void operator()(const ErasePrekey& change) {
        KITH_ASSERT(rows_.prekeys.erase({change.lease, change.device, change.number}) == 1);
    }

    void operator()(const PutWork& change) {
        rows_.work[{change.row.lease, change.row.work}] = change.row;
    }

    void operator()(const EraseWork& change) {
        KITH_ASSERT(rows_.work.erase({change.row.lease, change.row.work}) == 1);
    }

  private:
    Rows& rows_;
};

tl::unexpected<Error> unreadable() {
    return fail(Code::Corrupt, "made to fail");
}

}  // namespace

void MemoryBoxRows::apply(const HostChanges& changes) {
    Applier applier(rows_);
    for (const HostChange& change : changes)
        std::visit(applier, change);
    if (watcher_) watcher_(changes);
}

Result<> MemoryBoxRows::leases(const std::function<void(const LeaseRow&)>& visit) const {
    if (broken_) return unreadable();
    for (const auto& [id, row] : rows_.leases)
        visit(row);
    return {};
}

Result<> MemoryBoxRows::capabilities(const std::function<void(const CapabilityRow&)>& visit) const {
    for (const auto& [id, row] : rows_.capabilities)
        visit(row);
    return {};
}

Result<> MemoryBoxRows::publications(
    const std::function<void(const PublicationRow&)>& visit) const {
    for (const auto& [id, row] : rows_.publications)
        visit(row);
    return {};
}

Result<> MemoryBoxRows::count(const std::function<void(const CountedEnvelope&)>& visit) const {
    for (const auto& [id, row] : rows_.index)
        if (row.held()) visit({row.lease, row.seq, row.size, row.mark()});
    return {};
}

Result<std::optional<EnvelopeRow>> MemoryBoxRows::find(const crypto::LeaseId& lease,
                                                       const EnvelopeTag& tag) const {
    if (broken_) return unreadable();
    const auto found = rows_.index.find({lease, tag});
    if (found == rows_.index.end()) return std::optional<EnvelopeRow>();
    return std::optional(found->second);
}

Result<> MemoryBoxRows::after(
    const crypto::LeaseId& lease,
    std::uint64_t cursor,
    const std::function<bool(std::uint64_t seq, ByteView envelope)>& visit) const {
    if (broken_) return unreadable();
    for (auto at = rows_.items.upper_bound({lease, cursor});
         at != rows_.items.end() && at->first.first == lease;
         ++at) {
        if (!visit(at->first.second, at->second)) break;
    }
    return {};
}

Result<std::optional<Bytes>> MemoryBoxRows::envelope(const crypto::LeaseId& lease,
                                                     std::uint64_t seq) const {
    if (broken_) return unreadable();
    const auto found = rows_.items.find({lease, seq});
    if (found == rows_.items.end()) return std::optional<Bytes>();
    return std::optional(found->second);
}

Result<std::vector<EnvelopeRow>> MemoryBoxRows::strangers(const crypto::LeaseId& lease) const {
    if (broken_) return unreadable();
    std::vector<EnvelopeRow> out;
    for (const auto& [id, row] : rows_.index)
        if (row.lease == lease && row.held() && !row.depositor) out.push_back(row);
    return out;
}

Result<std::optional<WorkRow>> MemoryBoxRows::work(const crypto::LeaseId& lease,
                                                   const WorkId& work) const {
    if (broken_) return unreadable();
    const auto found = rows_.work.find({lease, work});
    if (found == rows_.work.end()) return std::optional<WorkRow>();
    return std::optional(found->second);
}

Result<std::optional<PublicationRow>> MemoryBoxRows::publication(
    const crypto::LeaseId& lease) const {
    if (broken_) return unreadable();
    const auto found = rows_.publications.find(lease);
    if (found == rows_.publications.end()) return std::optional<PublicationRow>();
    return std::optional(found->second);
}

Result<std::vector<PrekeyRow>> MemoryBoxRows::prekeys(const crypto::LeaseId& lease,
                                                      std::size_t limit) const {
    if (broken_) return unreadable();
    std::vector<PrekeyRow> out;
    for (const auto& [key, sealed] : rows_.prekeys) {
        if (std::get<0>(key) == lease && out.size() < limit)
            out.push_back({lease, std::get<1>(key), std::get<2>(key), sealed});
    }
    return out;
}

std::vector<EnvelopeRow> MemoryBoxRows::due(bool held, Timestamp now, std::size_t limit) const {
    std::vector<EnvelopeRow> out;
    for (const auto& [id, row] : rows_.index)
        if (row.held() == held && row.expires <= now) out.push_back(row);
    std::ranges::sort(out, {}, &EnvelopeRow::expires);
    if (out.size() > limit) out.resize(limit);
    return out;
}

Result<std::vector<EnvelopeRow>> MemoryBoxRows::expired(Timestamp now, std::size_t limit) const {
    if (broken_) return unreadable();
    return due(true, now, limit);
}

Result<std::vector<EnvelopeRow>> MemoryBoxRows::forgettable(Timestamp now,
                                                            std::size_t limit) const {
    if (broken_) return unreadable();
    return due(false, now, limit);
}

Result<std::vector<WorkRow>> MemoryBoxRows::void_work(Timestamp now, std::size_t limit) const {
    if (broken_) return unreadable();
    std::vector<WorkRow> out;
    for (const auto& [id, row] : rows_.work)
        if (row.until <= now && out.size() < limit) out.push_back(row);
    return out;
}

}  // namespace kith::test
