// SPDX-License-Identifier: GPL-3.0-or-later
// The Store port on RocksDB. Included by daemon/composition.cpp and tests only.
//
// Rows are sealed and written on the committer thread, read and opened on the strand. A store that
// finds the disk full stays readable: below the kept reserve it is Full before RocksDB notices,
// with no space at all it opens read-only, and in both cases it goes on by itself within seconds
// of space coming back. A failed sync is final until restart.
//
// Specification: docs/spec/store.md.
#pragma once

#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/store/batched_store.h"
#include "core/store/committer.h"
#include "core/store/rocks_start.h"

#include <memory>
#include <optional>
#include <string>

namespace kith::store {

struct RocksConfig {
    RocksPlaces places;
    /// The version of this program, for the next one's error message.
    std::string program_version;
    /// The machine's file system when null; the caller keeps it.
    rocksdb::Env* env = nullptr;
    /// Bytes of disk that stay free; below, the store is Full.
    std::uint64_t reserve = limits::disk_reserve;
    /// How often a full store looks for space.
    Duration retry_after = seconds(1);
    /// How long nothing must be written until memory tables are flushed to give memory back.
    Duration flush_after = seconds(10);
    /// Other than those of this version in tests of migration only.
    std::uint32_t format = format_version;
    std::span<const MigrationStep> steps = migration_steps();
};

class RocksStore final : public BatchedStore {
  public:
    /// Opens or makes the store of a profile; takes some milliseconds and blocks. `random` must
    /// outlive the store. Errors as start_rocks(). On a full disk: success, in state Full.
    static Result<std::unique_ptr<RocksStore>> open(asio::any_io_executor executor,
                                                    RocksConfig config,
                                                    const crypto::MasterKey& master,
                                                    Random& random);

    /// Without close() first this is a crash in good order: what was not synced is lost.
    ~RocksStore() override;

    Index index(Table table, ByteView id) const override;
    [[nodiscard]] Task<Result<>> erase_deleted() override;

    std::uint64_t free_bytes() const override { return free_bytes_; }

    bool rewound() const override;
    void acknowledge_rewind(Changes& changes) override;
    Stats stats() const override;
    [[nodiscard]] Task<Result<>> close() override;

  private:
    // What only the committer thread uses while it runs.
    struct Writing {
        std::optional<ErasureKeys> erasure;
        std::optional<UnsyncedFile> mark;
        std::uint64_t boot_epoch = 0;
        std::uint64_t marks = 0;
        bool full = false;
        bool restart_needed = false;
        std::size_t unflushed = 0;
        std::vector<const BatchRow*> order;
        Bytes sealed;
    };

    // What a written batch says to the strand.
    struct Report {
        Result<> result;
        std::uint64_t bytes = 0;
        std::uint64_t free = 0;
        bool erasable = false;
    };

    RocksStore(asio::any_io_executor executor,
               RocksConfig config,
               const crypto::MasterKey& master,
               Random& random);

    // How far seal_again() has come in one table. Shared by the coroutine and its job.
    struct Resealing {
        Table table{};
        Bytes from;
        crypto::AeadNonce start;
        bool done = false;
    };

    // On the strand.
    Result<> start();
    void restart();
    void enter_full(std::string reason);
    void leave_full();
    void take(const Report& report);
    void background_failed(const Error& error);
    [[nodiscard]] Task<Result<>> on_committer(std::function<Result<>()> job);
    [[nodiscard]] Task<Result<>> erase_round();
    [[nodiscard]] Task<Result<>> begin_generation();
    [[nodiscard]] Task<Result<>> seal_again(Table table);
    [[nodiscard]] Task<Result<>> end_generation();

    // BatchedStore.
    Result<bool> read(Table table, ByteView key, Bytes* value) const override;
    Result<> walk(const Scan& scan, const Visitor& visit) const override;
    void write(const Batch& batch, GroupCommit::Done done) override;

    // On the committer.
    Report write_batch(const Batch& batch, const crypto::AeadNonce& start);
    void write_mark();
    std::optional<Duration> patience() const;
    void idle();
    void look_for_space();
    Result<> reseal(Resealing& progress);

    // Runs `call` on the strand unless the store is gone by then.
    template <class Call>
    void post(Call call);

    std::uint64_t free_now() const;
    std::string full_reason(std::uint64_t free) const;

    // Watched by calls that other threads post. Before the engine, whose threads look at it.
    std::shared_ptr<char> life_ = std::make_shared<char>();
    RocksConfig config_;
    Random& random_;
    RowCipher cipher_;
    crypto::ErasureKey slot_key_;
    RocksFiles files_;
    std::unique_ptr<RocksEngine> engine_;
    std::optional<ErasureKeys> erasure_;
    bool rewound_ = false;
    bool closing_ = false;
    bool erasable_changed_ = true;
    bool erasing_ = false;
    AsyncEvent erased_;
    std::uint64_t free_bytes_ = 0;
    std::uint64_t bytes_written_ = 0;
    Writing writing_;
    // The last member: its thread ends before anything it uses goes.
    Committer committer_;
};

}  // namespace kith::store
