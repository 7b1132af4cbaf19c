// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/skipped_keys.h"

#include "core/base/assert.h"
#include "core/session/byte_cursor.h"

#include <algorithm>
#include <iterator>

namespace kith::session {
namespace {

using Chain = SkippedKeys::Chain;
using Entry = Chain::Entry;

// HK 32 || mk 32 || u64 since.
constexpr std::size_t row_size = 72;

auto entry_at(auto& entries, std::uint32_t number) {
    return std::ranges::lower_bound(entries, number, {}, &Entry::number);
}

}  // namespace

void SkippedChange::settle() {
    if (added.empty() || removed.empty()) return;
    std::ranges::sort(added);
    std::ranges::sort(removed);
    std::vector<SkippedId> stays_added;
    std::vector<SkippedId> stays_removed;
    std::ranges::set_difference(added, removed, std::back_inserter(stays_added));
    std::ranges::set_difference(removed, added, std::back_inserter(stays_removed));
    added = std::move(stays_added);
    removed = std::move(stays_removed);
}

std::vector<Chain>::iterator SkippedKeys::chain_at(std::uint32_t chain) {
    return std::ranges::lower_bound(chains_, chain, {}, &Chain::chain);
}

const MessageKey* SkippedKeys::find(SkippedId id) const {
    const auto chain = std::ranges::lower_bound(chains_, id.chain, {}, &Chain::chain);
    if (chain == chains_.end() || chain->chain != id.chain) return nullptr;
    const auto entry = entry_at(chain->entries, id.number);
    if (entry == chain->entries.end() || entry->number != id.number) return nullptr;
    return &entry->key;
}

void SkippedKeys::add(std::uint32_t chain,
                      const HeaderKey& header,
                      std::vector<SkippedKey> keys,
                      Timestamp now,
                      SkippedChange& change) {
    if (keys.empty()) return;
    auto place = chain_at(chain);
    if (place == chains_.end() || place->chain != chain) {
        place = chains_.insert(place, Chain{chain, header.clone(), {}});
    }
    KITH_ASSERT(place->entries.empty() || place->entries.back().number < keys.front().number);
    for (SkippedKey& key : keys) {
        place->entries.push_back(Entry{key.number, std::move(key.key), now});
        change.added.push_back({chain, key.number});
    }
    size_ += keys.size();
}

void SkippedKeys::remove(SkippedId id, SkippedChange& change) {
    const auto chain = chain_at(id.chain);
    if (chain == chains_.end() || chain->chain != id.chain) return;
    const auto entry = entry_at(chain->entries, id.number);
    if (entry == chain->entries.end() || entry->number != id.number) return;
    chain->entries.erase(entry);
    change.removed.push_back(id);
    --size_;
    if (chain->entries.empty()) chains_.erase(chain);
}

void SkippedKeys::drop_chain(std::vector<Chain>::iterator chain, SkippedChange& change) {
    for (const Entry& entry : chain->entries) {
        change.removed.push_back({chain->chain, entry.number});
    }
    size_ -= chain->entries.size();
    chains_.erase(chain);
}

void SkippedKeys::drop_old_chains(std::uint32_t current, SkippedChange& change) {
    const auto old = [&] { return chain_at(current) - chains_.begin(); };
    while (old() > static_cast<std::ptrdiff_t>(limits::old_chains)) {
        drop_chain(chains_.begin(), change);
    }
}

void SkippedKeys::trim(std::size_t keep, SkippedChange& change) {
    while (size_ > keep) {
        Chain& oldest = chains_.front();
        const std::size_t surplus = size_ - keep;
        if (surplus >= oldest.entries.size()) {
            drop_chain(chains_.begin(), change);
            continue;
        }
        const auto end = oldest.entries.begin() + static_cast<std::ptrdiff_t>(surplus);
        for (auto entry = oldest.entries.begin(); entry != end; ++entry) {
            change.removed.push_back({oldest.chain, entry->number});
        }
        oldest.entries.erase(oldest.entries.begin(), end);
        size_ -= surplus;
    }
}

void SkippedKeys::expire(Timestamp now, SkippedChange& change) {
    for (Chain& chain : chains_) {
        const std::size_t before = chain.entries.size();
        std::erase_if(chain.entries, [&](const Entry& entry) {
            if (now - entry.since < skipped_key_age) return false;
            change.removed.push_back({chain.chain, entry.number});
            return true;
        });
        size_ -= before - chain.entries.size();
    }
    std::erase_if(chains_, [](const Chain& chain) { return chain.entries.empty(); });
}

Bytes SkippedKeys::encode_row(SkippedId id) const {
    const auto chain = std::ranges::lower_bound(chains_, id.chain, {}, &Chain::chain);
    KITH_ASSERT(chain != chains_.end() && chain->chain == id.chain);
    const auto entry = entry_at(chain->entries, id.number);
    KITH_ASSERT(entry != chain->entries.end() && entry->number == id.number);
    Bytes row;
    row.reserve(row_size);
    append(row, chain->header.expose());
    append(row, entry->key.expose());
    append_be<std::uint64_t>(row, unix_seconds(entry->since));
    return row;
}

Result<> SkippedKeys::restore_row(SkippedId id, ByteView row) {
    ByteCursor in(row);
    auto header = in.fixed<HeaderKey>();
    auto key = in.fixed<MessageKey>();
    const Timestamp since = from_unix_seconds(in.u64());
    if (!in.done()) return fail(Code::Corrupt, "row of a skipped key");
    auto chain = chain_at(id.chain);
    if (chain == chains_.end() || chain->chain != id.chain) {
        chain = chains_.insert(chain, Chain{id.chain, std::move(header), {}});
    } else if (chain->header != header) {
        return fail(Code::Corrupt, "two header keys of one chain");
    }
    const auto place = entry_at(chain->entries, id.number);
    if (place != chain->entries.end() && place->number == id.number) {
        return fail(Code::Corrupt, "two rows of a skipped key");
    }
    chain->entries.insert(place, Entry{id.number, std::move(key), since});
    ++size_;
    return success();
}

}  // namespace kith::session
