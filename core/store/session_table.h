// SPDX-License-Identifier: GPL-3.0-or-later
// Ratchet sessions by peer device, kept in memory once used.
//
// A session changes with every message, its row only once a batch: touch() marks it, and the close
// hook writes its state as it is when the batch closes. That is the state that belongs to the
// batch, because messages and session change in the same turn of the strand. After a failed commit
// the cache is dropped: every SessionSet& is void then, so none is held over a co_await.
#pragma once

#include "core/session/session_set.h"
#include "core/store/store.h"

#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace kith::store {

class SessionTable {
  public:
    explicit SessionTable(Store& store);

    /// Whose sessions these are. Before anything else.
    void set_own(const crypto::DeviceId& own) { own_ = own; }

    /// The sessions with a device; an empty set when there are none. Valid until the next co_await.
    Result<session::SessionSet*> open(const crypto::DeviceId& peer);

    /// The set has changed: its row goes into the batch that is open now or opens next, the rows of
    /// its skipped keys into `changes`, which must join that batch in this turn.
    void touch(Changes& changes,
               session::SessionSet& set,
               const session::SessionSet::Change& change);

    /// The same when no skipped key is concerned (seal).
    void touch(const session::SessionSet& set) { dirty_.insert(set.peer()); }

    /// Forgets what is in memory: something was opened that will not be stored.
    void drop(const crypto::DeviceId& peer);

    /// Nothing is marked of this device: what is opened next may be taken back.
    bool clean(const crypto::DeviceId& peer) const { return !dirty_.contains(peer); }

    /// Forgets what was opened since clean() was true; `changes` of touch() must not join.
    void take_back(const crypto::DeviceId& peer) {
        dirty_.erase(peer);
        sets_.erase(peer);
    }

    /// Deletes all sessions with a device.
    Result<> erase(Changes& changes, const crypto::DeviceId& peer);

    /// Writes marked rows now; the close hook does it for every batch.
    void flush(Changes& changes);

  private:
    Bytes skipped_key(const crypto::DeviceId& peer,
                      const crypto::SessionId& session,
                      session::SkippedId id) const;
    Result<> load_skipped(session::SessionSet& set) const;

    Store& store_;
    crypto::DeviceId own_;
    std::unordered_map<crypto::DeviceId, std::unique_ptr<session::SessionSet>> sets_;
    std::unordered_set<crypto::DeviceId> dirty_;
    Subscription on_close_;
    Subscription on_failure_;
};

}  // namespace kith::store
