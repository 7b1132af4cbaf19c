// SPDX-License-Identifier: GPL-3.0-or-later
// A RocksStore on a lossy disk, opened and reopened by a test.
#pragma once

#include "core/store/rocks_store.h"
#include "tests/support/seeded_random.h"
#include "tests/support/store/lossy_file_system.h"
#include "tests/unit/store/run_task.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace kith::store {

class RocksFixture : public testing::Test {
  protected:
    RocksConfig config() {
        RocksConfig out;
        out.places = {"/home/share", "/home/share/db", "/home/state"};
        out.program_version = "0.1.0";
        out.env = env.get();
        out.retry_after = milliseconds(5);
        return out;
    }

    Result<> try_open(RocksConfig how) {
        auto opened = RocksStore::open(io.get_executor(), std::move(how), master, random);
        if (!opened) return fail(opened.error().code, opened.error().context);
        store = *std::move(opened);
        return {};
    }

    Result<> try_open() { return try_open(config()); }

    void open() {
        const auto opened = try_open();
        ASSERT_TRUE(opened) << to_string(opened.error().code) << " " << opened.error().context;
    }

    /// The power goes: nothing more reaches the disk, what was not synced may be lost.
    void crash() {
        disk.die_after(0);
        store.reset();
        poll(io);
        disk.lose_power(random);
    }

    /// Kill -9: nothing is closed, what was written is there.
    void kill() {
        disk.die_after(0);
        store.reset();
        poll(io);
        disk.restart();
    }

    void close() {
        const auto closed = run(io, store->close());
        EXPECT_TRUE(closed) << closed.error().context;
        store.reset();
    }

    Result<> commit(Changes changes) { return run(io, store->commit(std::move(changes))); }

    Result<> put(Table table, std::string_view key, std::string_view value) {
        Changes changes;
        changes.put(table, as_bytes(key), as_bytes(value));
        return commit(std::move(changes));
    }

    Result<> erase(Table table, std::string_view key) {
        Changes changes;
        changes.erase(table, as_bytes(key));
        return commit(std::move(changes));
    }

    /// The value, "none", or the name of the error.
    std::string get(Table table, std::string_view key) {
        const auto value = store->get(table, as_bytes(key));
        if (!value) return std::string(to_string(value.error().code));
        return *value ? std::string(as_text(**value)) : "none";
    }

    /// Runs the strand until `ready`; for what RocksDB or the committer does in its own time.
    template <class Ready>
    void run_until(Ready ready) {
        const auto guard = asio::make_work_guard(io);
        io.restart();
        while (!ready() && io.run_one() > 0) {
        }
    }

    test::LossyDisk disk;
    std::unique_ptr<rocksdb::Env> env = test::make_lossy_env(disk);
    test::SeededRandom random{1};
    crypto::MasterKey master = crypto::MasterKey::copy_of(std::array<std::uint8_t, 32>{1, 2, 3});
    asio::io_context io;
    std::unique_ptr<RocksStore> store;
};

}  // namespace kith::store
