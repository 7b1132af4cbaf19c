// SPDX-License-Identifier: GPL-3.0-or-later
// The Store port in memory, for unit tests and the simulator: runs the real pending and
// group_commit without a thread, so that a seed repeats it bit for bit. It can crash, fail a
// chosen commit, be full, hold back a sync, and be restored from an older copy.
#pragma once

#include "core/store/batched_store.h"
#include "core/store/row_cipher.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace kith::test {

class MemoryStore final : public store::BatchedStore {
  public:
    /// Rows by table number and key, as they would be on disk.
    using Rows = std::map<Bytes, Bytes>;

    explicit MemoryStore(asio::any_io_executor executor);

    // --- What the fake can do ------------------------------------------------------------------

    /// Power loss: what was not synced is gone, waiters never hear of it. With `landed` a batch
    /// in flight is on disk nevertheless. The owner of services builds new ones on this store.
    void crash(bool landed = false);

    /// The power fails at the n-th sync from now on, 1 = the next one: with `landed` right after
    /// it, before anybody has heard of it, otherwise just before. `on_cut` is called then and must
    /// silence whoever uses this store: what is written later never was. reboot() follows.
    void cut_power_at(std::size_t n, bool landed, std::function<void()> on_cut);

    /// What the disk held when the power failed. Requires: on_cut() was called, nothing under way.
    void reboot();

    /// Writes since the start, each a sync.
    std::size_t syncs() const { return syncs_; }

    /// The n-th write from now on fails, 1 = the next one. DiskFull, ReadOnly and Corrupt change
    /// the state; other codes fail this one commit only.
    void fail_write(std::size_t n, Error error);

    /// Ok again after a failed write, as RocksDB does when space is back.
    void heal();

    /// While held, writes do not finish; release() lets all go on.
    void hold() { held_ = true; }

    void release();

    bool writing() const { return batch_ != nullptr; }

    Rows copy() const { return rows_; }

    /// As when the owner puts an old copy of the data directory in place. Requires: nothing under
    /// way.
    void restore(Rows rows);

    void set_free_bytes(std::uint64_t bytes) { free_bytes_ = bytes; }

    /// Rows of a table that are synced.
    std::size_t count(store::Table table) const;

    // --- Store ----------------------------------------------------------------------------------

    store::Index index(store::Table table, ByteView id) const override;
    [[nodiscard]] Task<Result<>> erase_deleted() override;

    std::uint64_t free_bytes() const override { return free_bytes_; }

    bool rewound() const override;
    void acknowledge_rewind(store::Changes& changes) override;
    [[nodiscard]] Task<Result<>> close() override;

  private:
    Result<bool> read(store::Table table, ByteView key, Bytes* value) const override;
    Result<> walk(const store::Scan& scan, const store::Visitor& visit) const override;
    void write(const store::Batch& batch, store::GroupCommit::Done done) override;
    void finish_write();
    void apply(const store::Batch& batch);

    store::RowCipher cipher_;
    Rows rows_;
    const store::Batch* batch_ = nullptr;
    store::GroupCommit::Done done_;
    bool held_ = false;
    std::size_t fail_in_ = 0;
    std::size_t syncs_ = 0;
    std::size_t cut_in_ = 0;
    bool cut_landed_ = false;
    std::function<void()> on_cut_;
    std::optional<Rows> at_cut_;
    Error failure_;
    std::uint64_t free_bytes_ = std::uint64_t{1} << 40;
    std::uint64_t life_ = 0;
};

}  // namespace kith::test
