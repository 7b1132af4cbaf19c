// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/session_table.h"

#include "core/base/assert.h"

namespace kith::store {
namespace {

// Row key of a skipped key: index(did) 16 || session id 16 || chain u32 || number u32.
constexpr std::size_t skipped_key_size = 16 + 16 + 4 + 4;

}  // namespace

SessionTable::SessionTable(Store& store)
    : store_(store),
      on_close_(store.on_close([this](Changes& changes) { flush(changes); })),
      on_failure_(store.on_failure([this] {
          sets_.clear();
          dirty_.clear();
      })) {}

Result<session::SessionSet*> SessionTable::open(const crypto::DeviceId& peer) {
    if (const auto found = sets_.find(peer); found != sets_.end()) return found->second.get();
    KITH_TRY(auto row, store_.get(Table::Session, store_.index(Table::Session, peer)));
    auto set = std::make_unique<session::SessionSet>(own_, peer);
    if (row) {
        const crypto::WipeGuard guard(*row);
        KITH_TRY(*set, session::SessionSet::decode(*row, own_, peer));
        KITH_CHECK(load_skipped(*set));
    }
    return sets_.emplace(peer, std::move(set)).first->second.get();
}

Bytes SessionTable::skipped_key(const crypto::DeviceId& peer,
                                const crypto::SessionId& session,
                                session::SkippedId id) const {
    Bytes key = concat(store_.index(Table::SkippedKey, peer), session);
    append_be<std::uint32_t>(key, id.chain);
    append_be<std::uint32_t>(key, id.number);
    return key;
}

Result<> SessionTable::load_skipped(session::SessionSet& set) const {
    Result<> restored;
    const Index prefix = store_.index(Table::SkippedKey, set.peer());
    const Scan rows{.table = Table::SkippedKey, .prefix = prefix};
    KITH_CHECK(store_.scan(rows, [&](ByteView key, ByteView row) {
        if (key.size() != skipped_key_size) return true;
        const auto session = crypto::SessionId::copy_of(key.subspan(16));
        const session::SkippedId id{read_be<std::uint32_t>(key.subspan(32)),
                                    read_be<std::uint32_t>(key.subspan(36))};
        // A key of a session that is gone is of no use; its row goes with the sessions of the peer.
        auto result = set.restore_skipped(session, id, row);
        if (!result && result.error().code != Code::NotFound) restored = std::move(result);
        return restored.has_value();
    }));
    return restored;
}

void SessionTable::touch(Changes& changes,
                         session::SessionSet& set,
                         const session::SessionSet::Change& change) {
    for (const auto id : change.skipped.added) {
        Bytes row = set.skipped_row(change.session, id);
        const crypto::WipeGuard guard(row);
        changes.put(Table::SkippedKey, skipped_key(set.peer(), change.session, id), row);
    }
    for (const auto id : change.skipped.removed) {
        changes.erase(Table::SkippedKey, skipped_key(set.peer(), change.session, id));
    }
    for (const auto& session : change.erased) {
        const Bytes prefix = concat(store_.index(Table::SkippedKey, set.peer()), session);
        const Scan rows{.table = Table::SkippedKey, .prefix = prefix};
        // What cannot be read now is unreachable anyway: the session that names it is gone.
        (void)store_.scan(rows, [&changes](ByteView key, ByteView) {
            changes.erase(Table::SkippedKey, key);
            return true;
        });
    }
    dirty_.insert(set.peer());
}

void SessionTable::drop(const crypto::DeviceId& peer) {
    // A set that has unwritten changes of this batch must not be read from disk again: it would
    // fall behind what the batch stores. It is written first.
    KITH_ASSERT(!dirty_.contains(peer));
    sets_.erase(peer);
}

Result<> SessionTable::erase(Changes& changes, const crypto::DeviceId& peer) {
    sets_.erase(peer);
    dirty_.erase(peer);
    changes.erase(Table::Session, store_.index(Table::Session, peer));
    const Index prefix = store_.index(Table::SkippedKey, peer);
    const Scan rows{.table = Table::SkippedKey, .prefix = prefix};
    return store_.scan(rows, [&changes](ByteView key, ByteView) {
        changes.erase(Table::SkippedKey, key);
        return true;
    });
}

void SessionTable::flush(Changes& changes) {
    for (const auto& peer : dirty_) {
        const auto found = sets_.find(peer);
        if (found == sets_.end()) continue;
        Bytes row = found->second->encode();
        const crypto::WipeGuard guard(row);
        changes.put(Table::Session, store_.index(Table::Session, peer), row);
    }
    dirty_.clear();
}

}  // namespace kith::store
