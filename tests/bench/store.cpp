// SPDX-License-Identifier: GPL-3.0-or-later
// Sealed and synced rows a second, on the disk of a directory: one commit after the other, many in
// flight, and the rows of a message sent or received. Wall time: syncing is waiting.
//
// Usage: bench_store DIRECTORY [seconds, 3]
#include "core/base/async_scope.h"
#include "core/crypto/sodium_random.h"
#include "core/store/rocks_store.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace kith::bench {
namespace {

using store::Changes;
using store::RocksStore;
using store::Table;

double wall_seconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

double cpu_seconds() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    const auto seconds_of = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds_of(use.ru_utime) + seconds_of(use.ru_stime);
}

double strand_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::size_t resident_kilobytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
    return 0;
}

class Bench {
  public:
    Bench(std::string directory, double seconds)
        : directory_(std::move(directory)), seconds_(seconds) {
        std::filesystem::remove_all(directory_);
    }

    ~Bench() {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    bool open() {
        auto random = crypto::SodiumRandom::create();
        if (!random) return false;
        random_ = *std::move(random);
        const auto master = crypto::draw_secret<crypto::MasterKey>(*random_);
        store::RocksConfig config;
        config.places = {directory_ + "/share", directory_ + "/share/db", directory_ + "/state"};
        config.program_version = "bench";
        auto opened = RocksStore::open(io_.get_executor(), config, master, *random_);
        if (!opened) {
            std::printf("%s\n", opened.error().context.c_str());
            return false;
        }
        store_ = *std::move(opened);
        std::printf("open: %zu KB resident\n", resident_kilobytes());
        return true;
    }

    /// `in_flight` producers, each of which commits what `make` gives and waits.
    void run(const char* name, int in_flight, void (Bench::*make)(Changes&)) {
        make_ = make;
        latencies_.clear();
        commits_ = 0;
        const auto before = store_->stats();
        const double began = wall_seconds();
        const double cpu = cpu_seconds();
        const double strand = strand_seconds();
        until_ = began + seconds_;
        AsyncScope scope(io_.get_executor());
        for (int i = 0; i < in_flight; ++i)
            scope.spawn(produce());
        io_.restart();
        io_.run();
        const double took = wall_seconds() - began;
        const auto after = store_->stats();
        std::ranges::sort(latencies_);
        const auto count = [](std::uint64_t n) { return static_cast<double>(n); };
        std::printf(
            "%-22s in flight %3d: %8.0f commits/s %8.0f rows/s %6.1f commits a sync, "
            "p50 %.3f ms p99 %.3f ms; CPU us a commit: strand %.2f, all %.2f; %zu KB resident\n",
            name,
            in_flight,
            count(commits_) / took,
            count(after.rows - before.rows) / took,
            count(commits_) / count(after.batches - before.batches),
            latencies_[latencies_.size() / 2] * 1e3,
            latencies_[latencies_.size() * 99 / 100] * 1e3,
            (strand_seconds() - strand) / count(commits_) * 1e6,
            (cpu_seconds() - cpu) / count(commits_) * 1e6,
            resident_kilobytes());
    }

    /// What stays when nothing has been written for a while.
    void rest() {
        asio::steady_timer pause(io_);
        pause.expires_after(std::chrono::seconds(12));
        pause.async_wait([](const boost::system::error_code&) {});
        io_.restart();
        io_.run();
        std::printf("idle for 12 s: %zu KB resident\n", resident_kilobytes());
    }

    /// One row of 300 bytes.
    void one_row(Changes& changes) {
        changes.put(Table::Message, key_of(Table::Message, next_++), value(300));
    }

    /// About what a sender writes for a text: session, outbox, history, its index, event; and what
    /// the receipt of an earlier one changes.
    void message(Changes& changes) {
        const std::uint64_t n = next_++;
        changes.put(Table::Session, key_of(Table::Session, n % 4), value(481));
        changes.put(Table::Outbox, key_of(Table::Outbox, n), value(400));
        changes.put(Table::Message, key_of(Table::Message, n), value(360));
        changes.put(Table::MessageIndex, store_->index(Table::MessageIndex, be(n)), value(24));
        changes.put(Table::Event, be(n), value(120));
        if (n < 200) return;
        changes.erase(Table::Outbox, key_of(Table::Outbox, n - 200));
        changes.put(Table::Seen, store_->index(Table::Seen, be(n)), value(16));
        changes.put(Table::Event, be(n + (std::uint64_t{1} << 40)), value(60));
    }

  private:
    Task<> produce() {
        while (wall_seconds() < until_) {
            const double began = wall_seconds();
            Changes changes;
            (this->*make_)(changes);
            const auto result = co_await store_->commit(std::move(changes));
            if (!result) {
                std::printf("%s\n", result.error().context.c_str());
                co_return;
            }
            ++commits_;
            latencies_.push_back(wall_seconds() - began);
        }
    }

    static Bytes be(std::uint64_t n) {
        Bytes out;
        append_be<std::uint64_t>(out, n);
        return out;
    }

    static Bytes key_of(Table table, std::uint64_t n) {
        store::Index fixed{};
        fixed[0] = static_cast<std::uint8_t>(table);
        return store::row_key(fixed, n);
    }

    ByteView value(std::size_t size) const { return ByteView(content_).first(size); }

    std::string directory_;
    double seconds_;
    asio::io_context io_;
    std::unique_ptr<crypto::SodiumRandom> random_;
    std::unique_ptr<RocksStore> store_;
    void (Bench::*make_)(Changes&) = nullptr;
    std::vector<double> latencies_;
    Bytes content_ = Bytes(1000, 0x5a);
    std::uint64_t next_ = 0;
    std::uint64_t commits_ = 0;
    double until_ = 0;
};

int run(int argc, char** argv) {
    if (argc < 2) {
        std::printf("usage: bench_store DIRECTORY [seconds]\n");
        return 2;
    }
    Bench bench(std::string(argv[1]) + "/kith-bench-store", argc > 2 ? std::atof(argv[2]) : 3);
    if (!bench.open()) return 1;
    for (const int in_flight : {1, 64, 512})
        bench.run("one row of 300 bytes", in_flight, &Bench::one_row);
    for (const int in_flight : {1, 64, 512})
        bench.run("a message", in_flight, &Bench::message);
    bench.rest();
    return 0;
}

}  // namespace
}  // namespace kith::bench

int main(int argc, char** argv) {
    return kith::bench::run(argc, argv);
}
