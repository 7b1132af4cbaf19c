// SPDX-License-Identifier: GPL-3.0-or-later
// The Store port: rows by table and key, changed in batches that are on disk when commit() says
// so. Production: RocksStore. Test: MemoryStore (tests/support/store).
//
// Group commit: changes join the open batch. While the committer thread writes and syncs one
// batch, the next one fills; there is no timer. Reads see what was handed in, synced or not; a
// crash does not. Rule of the callers: no byte leaves this device that depends on a batch whose
// ticket has not succeeded (docs/spec/store.md#durability).
//
// A failed commit fails its batch and the open batch behind it, in this order; what was pending
// is forgotten, then the failure listeners run (tables drop their caches), then the waiters go on.
// So memory is never ahead of the disk.
//
// For the strand only. Values are plaintext here and sealed on disk.
#pragma once

#include "core/base/asio.h"
#include "core/base/result.h"
#include "core/store/changes.h"

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

namespace kith::store {

/// What became of one batch; known to group_commit and to those who hold its ticket.
class BatchOutcome;

/// A place in the open batch. Cheap to copy; may outlive the store.
class BatchTicket {
  public:
    BatchTicket() = default;

    explicit BatchTicket(std::shared_ptr<BatchOutcome> outcome) : outcome_(std::move(outcome)) {}

    /// Shared by the batch and all who joined it, whoever goes last.
    const std::shared_ptr<BatchOutcome>& outcome() const { return outcome_; }

    explicit operator bool() const { return outcome_ != nullptr; }

    /// Whether its batch is synced or has failed; an empty ticket waits for nothing.
    bool finished() const;

    /// Of the same batch.
    friend bool operator==(const BatchTicket&, const BatchTicket&) = default;

  private:
    std::shared_ptr<BatchOutcome> outcome_;
};

/// Ok: all is well. Full: no space; changes are refused until space is back, which the store
/// notices by itself within seconds. ReadOnly: a sync failed; nothing is written until restart.
/// Corrupt: stored data does not check; nothing is written. Reading goes on in all of them.
enum class State { Ok, Full, ReadOnly, Corrupt };

std::string_view to_string(State state);

/// Keeps a handler installed. It is gone when the last copy is; must not outlive the Store.
using Subscription = std::shared_ptr<void>;

enum class Direction { Forward, Backward };

/// A walk over the rows of a table whose key begins with `prefix`, in the order of keys.
struct Scan {
    Table table;
    ByteView prefix = {};
    /// A whole key to start at, itself included; empty: from the end of the range.
    ByteView from = {};
    Direction direction = Direction::Forward;
    std::size_t limit = std::numeric_limits<std::size_t>::max();
    /// Opens no value: the visitor gets empty ones. Several times faster; for indexes that say all
    /// in their keys.
    bool keys_only = false;
};

/// Sees one row; false ends the walk. Must not hand in changes. The views end with the call.
using Visitor = std::function<bool(ByteView key, ByteView value)>;

/// Figures since the start.
struct Stats {
    std::uint64_t batches = 0;  // batches written, one sync each
    std::uint64_t changes = 0;  // changes handed in
    std::uint64_t rows = 0;     // rows written; fewer than changes when a batch replaced some
    std::uint64_t bytes = 0;    // of those rows, sealed
    std::uint64_t failed = 0;   // batches that were not written
};

/// The first part of a row key that stands for an id without showing it.
using Index = std::array<std::uint8_t, 16>;

class Store {
  public:
    Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    virtual ~Store() = default;

    // --- Reading: pending changes included, microseconds, on the strand ------------------------

    /// nullopt when there is no such row. Corrupt: it is there and does not open.
    virtual Result<std::optional<Bytes>> get(Table table, ByteView key) const = 0;

    /// True if there is such a row; its value is not opened.
    virtual Result<bool> contains(Table table, ByteView key) const = 0;

    /// Walks rows in order. Corrupt: a row does not open; the walk has ended there.
    virtual Result<> scan(const Scan& scan, const Visitor& visit) const = 0;

    /// MAC of `id` under a key of this store and table: row keys hold no clear identity
    /// (docs/spec/store.md#keys). The same id always has the same index in the same table.
    virtual Index index(Table table, ByteView id) const = 0;

    // --- Writing --------------------------------------------------------------------------------

    /// Joins the open batch and waits until it is synced. Waits for room first when the open
    /// batch is full (limits::batch_changes, batch_bytes).
    /// While it waits for room, changes are neither visible nor in any batch: what must share a
    /// batch with something that a close hook writes uses join().
    /// Errors: DiskFull, ReadOnly, Corrupt, Cancelled (the store is closing); nothing was written,
    /// except that after ReadOnly the rows may turn out to be there after a restart.
    [[nodiscard]] virtual Task<Result<>> commit(Changes changes) = 0;

    /// Joins the open batch and does not wait; visible to reads from now on. For many small
    /// producers that share one waiter. Takes more than the bounds allow: await room() before.
    /// In a state other than Ok the ticket has failed already and nothing joined.
    virtual BatchTicket join(Changes changes) = 0;

    /// Waits until the batch of the ticket is synced. Errors as commit(). An empty ticket: success.
    [[nodiscard]] virtual Task<Result<>> wait(BatchTicket ticket) = 0;

    /// Calls `done` on the strand when the batch is synced or has failed, before those who wait()
    /// go on, in the order of the calls; never inside this call.
    virtual void when_synced(BatchTicket ticket, std::function<void(const Result<>&)> done) = 0;

    /// The batch that is open now: what joins before it closes shares its fate. Inside a close
    /// hook: the batch that is being closed. Empty when nothing has joined yet.
    virtual BatchTicket open_batch() const = 0;

    /// Waits until the open batch has room. Errors as commit().
    [[nodiscard]] virtual Task<Result<>> room() = 0;

    /// True when the open batch is over its bounds: do not read from links.
    virtual bool is_full() const = 0;

    /// Calls `hook` on the strand each time the open batch closes; what it puts into its argument
    /// belongs to that batch. Hooks run in the order they were installed.
    [[nodiscard]] virtual Subscription on_close(std::function<void(Changes&)> hook) = 0;

    /// Makes what was deleted or overwritten in the erasable tables unreadable for ever
    /// (docs/spec/store.md#erasure). Hourly and before locking. Does nothing when nothing died.
    [[nodiscard]] virtual Task<Result<>> erase_deleted() = 0;

    // --- State ----------------------------------------------------------------------------------

    virtual State state() const = 0;

    /// For people: what happened, with path and sizes; empty when Ok.
    virtual std::string state_reason() const = 0;

    /// Bytes free on the disk of the store, as of the last batch.
    virtual std::uint64_t free_bytes() const = 0;

    [[nodiscard]] virtual Subscription on_state(std::function<void(State)> handler) = 0;

    /// Calls `handler` when changes that were visible are gone again: drop what was cached.
    [[nodiscard]] virtual Subscription on_failure(std::function<void()> handler) = 0;

    /// This data directory was restored from an older copy: every session needs a reset
    /// (docs/spec/session.md#loss). Stays true over restarts until acknowledged.
    virtual bool rewound() const = 0;

    /// Adds to `changes` that the resets are done; rewound() is false once they are committed.
    virtual void acknowledge_rewind(Changes& changes) = 0;

    virtual Stats stats() const = 0;

    /// Refuses new changes with Cancelled, waits for the last batch, ends the committer, closes
    /// the files. The result is that of the last batch.
    [[nodiscard]] virtual Task<Result<>> close() = 0;
};

}  // namespace kith::store
