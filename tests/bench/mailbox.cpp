// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox host on the disk of a directory: durable deposits with signed receipts, what a start
// costs when a million envelopes lie there, and how fast they are collected. No links: what a host
// itself takes. Wall time; each phase in a process of its own, so that memory is what it needs.
//
// Usage: bench_mailbox DIRECTORY [envelopes, 1000000]
#include "core/base/async_scope.h"
#include "core/crypto/sodium_random.h"
#include "core/identity/account.h"
#include "core/mailbox/box.h"
#include "core/message/envelope.h"
#include "core/store/mailbox_table.h"
#include "core/store/rocks_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace kith::bench {
namespace {

using namespace mailbox;
using store::Changes;
using store::RocksStore;

constexpr std::size_t envelope_size = 1024;
constexpr std::size_t owners = 20;
constexpr std::size_t capabilities_each = 8;
constexpr int in_flight = 64;

double wall_seconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

double strand_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::size_t resident_kilobytes(const char* what) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(what)) return std::stoul(line.substr(6));
    return 0;
}

/// The same people in every phase.
class CountingRandom final : public Random {
  public:
    void fill(MutableByteView out) override {
        for (std::uint8_t& byte : out)
            byte = static_cast<std::uint8_t>((state_ = state_ * 6364136223846793005U + 1) >> 56);
    }

  private:
    std::uint64_t state_ = 1;
};

std::optional<BeaconFacts> no_beacon(ByteView) {
    return std::nullopt;
}

class Host {
  public:
    explicit Host(std::string directory)
        : directory_(std::move(directory)), key_(crypto::MailboxKeyPair::generate(fixed_)) {
        now_.wall = from_unix_seconds(1728100000);
        link_.exporter = crypto::draw_public<crypto::ChannelBinding>(fixed_);
        for (std::size_t i = 0; i < owners; ++i)
            owners_.push_back(crypto::LeaseKeyPair::generate(fixed_));
        for (std::size_t i = 0; i < owners * capabilities_each; ++i)
            depositors_.push_back(crypto::DepositKeyPair::generate(fixed_));
    }

    bool open() {
        const double began = wall_seconds();
        auto random = crypto::SodiumRandom::create();
        if (!random) return false;
        random_ = *std::move(random);
        store::RocksConfig config;
        config.places = {directory_ + "/share", directory_ + "/share/db", directory_ + "/state"};
        config.program_version = "bench";
        auto opened = RocksStore::open(
            io_.get_executor(), config, crypto::MasterKey::copy_of(Bytes(32, 7)), *random_);
        if (!opened) {
            std::printf("%s\n", opened.error().context.c_str());
            return false;
        }
        store_ = *std::move(opened);
        const double ready = wall_seconds();
        table_.emplace(*store_);
        BoxLimits limits;
        limits.quota = std::uint64_t{3} << 30;
        limits.source = limits.capability = Pace::of(100000000, Duration(1));
        box_.emplace(key_, *table_, no_beacon, limits);
        if (!box_->load()) return false;
        std::uint64_t held = 0;
        for (const LeaseView& lease : box_->leases())
            held += lease.used.envelopes;
        std::printf("start with %8llu envelopes: store %.2f s, counters %.2f s; %zu KB resident\n",
                    static_cast<unsigned long long>(held),
                    ready - began,
                    wall_seconds() - ready,
                    resident_kilobytes("VmRSS:"));
        return true;
    }

    void fill(std::size_t envelopes) {
        for (std::size_t i = 0; i < owners; ++i)
            lease(i);
        left_ = envelopes;
        const auto before = store_->stats();
        const double began = wall_seconds();
        const double strand = strand_seconds();
        AsyncScope scope(io_.get_executor());
        for (int i = 0; i < in_flight; ++i)
            scope.spawn(deposit_all());
        io_.restart();
        io_.run();
        const double took = wall_seconds() - began;
        const auto after = store_->stats();
        const auto count = static_cast<double>(envelopes);
        std::ranges::sort(latencies_);
        std::printf(
            "deposits: %.0f/s, %d in flight, %.1f a sync, p50 %.2f ms p99 %.2f ms; "
            "strand %.1f us each, of which the sender %.1f; refused %zu; "
            "peak %zu KB resident\n",
            count / took,
            in_flight,
            count / static_cast<double>(after.batches - before.batches),
            latencies_[latencies_.size() / 2] * 1e3,
            latencies_[latencies_.size() * 99 / 100] * 1e3,
            (strand_seconds() - strand) / count * 1e6,
            sender_ / count * 1e6,
            refused_,
            resident_kilobytes("VmHWM:"));
    }

    void collect() {
        std::uint64_t items = 0;
        const double began = wall_seconds();
        for (const crypto::LeaseKeyPair& owner : owners_) {
            PickupProgress progress;
            progress.lease = identity::lease_id(owner.public_key(), box_->id());
            for (bool more = true; more;) {
                progress.ended = false;
                progress.bytes_left = 1 << 20;
                const auto batch = box_->next_batch(progress);
                if (!batch) return;
                Bytes frame;
                wire::append_frame(frame, batch->frame(1));
                items += batch->items.size();
                more = batch->more;
            }
        }
        const double took = wall_seconds() - began;
        std::printf("collected %llu: %.0f/s; peak %zu KB resident\n",
                    static_cast<unsigned long long>(items),
                    static_cast<double>(items) / took,
                    resident_kilobytes("VmHWM:"));
    }

    void close() {
        AsyncScope scope(io_.get_executor());
        scope.spawn(close_store());
        io_.restart();
        io_.run();
    }

  private:
    Task<> close_store() { (void)co_await store_->close(); }

    void apply(const HostChanges& changes) {
        Changes batch;
        table_->put(batch, changes);
        (void)store_->join(std::move(batch));
    }

    void lease(std::size_t i) {
        const auto& owner = owners_[i];
        apply(box_->grant(owner.public_key(), LeaseClass::Contact));
        wire::LeaseReq request;
        request.key = owner.public_key().array();
        request.proof = prove_owner(owner, link_.exporter, box_->id()).array();
        request.bytes = 1 << 30;
        apply(box_->lease(link_, request, false, now_).changes);
        wire::CapSet set;
        set.revision = 1;
        set.lease = identity::lease_id(owner.public_key(), box_->id()).array();
        for (std::size_t j = 0; j < capabilities_each; ++j) {
            wire::CapabilityGrant grant;
            grant.key = depositors_[i * capabilities_each + j].public_key().array();
            grant.expires = unix_seconds(now_.wall + days(30));
            set.add.push_back(grant);
        }
        apply(box_->cap_set(link_, set, now_).changes);
    }

    Task<> deposit_all() {
        while (left_ > 0) {
            const std::size_t n = left_--;
            const double began = wall_seconds();
            const auto ticket = deposit_one(n);
            const auto result = co_await store_->wait(ticket);
            if (!result) co_return;
            box_->committed(arrived_[n % arrived_.size()]);
            latencies_.push_back(wall_seconds() - began);
        }
    }

    store::BatchTicket deposit_one(std::size_t n) {
        const double began = strand_seconds();
        Bytes envelope(envelope_size, 0x5a);
        random_->fill(MutableByteView(envelope).first(64));
        const auto& key = depositors_[n % depositors_.size()];
        wire::Deposit request;
        request.envelope = envelope;
        request.ttl = static_cast<std::uint32_t>(3600 + n % 1000000);
        wire::DepositCapability right;
        right.key = key.public_key().array();
        right.sig =
            sign_deposit(
                key, {link_.exporter, box_->id()}, message::envelope_hash(envelope), request.ttl)
                .array();
        request.right = right;
        sender_ += strand_seconds() - began;
        now_.steady += Duration(100);
        const auto outcome = box_->deposit(link_, request, now_);
        if (outcome.accepted() == nullptr) ++refused_;
        arrived_[n % arrived_.size()] = outcome.arrivals;
        Changes changes;
        table_->put(changes, outcome.changes);
        return store_->join(std::move(changes));
    }

    std::string directory_;
    CountingRandom fixed_;
    crypto::MailboxKeyPair key_;
    std::vector<crypto::LeaseKeyPair> owners_;
    std::vector<crypto::DepositKeyPair> depositors_;
    asio::io_context io_;
    std::unique_ptr<crypto::SodiumRandom> random_;
    std::unique_ptr<RocksStore> store_;
    std::optional<store::MailboxTable> table_;
    std::optional<Box> box_;
    HostLink link_;
    HostMoment now_;
    std::vector<std::vector<Arrival>> arrived_ = std::vector<std::vector<Arrival>>(4096);
    std::vector<double> latencies_;
    double sender_ = 0;
    std::size_t refused_ = 0;
    std::size_t left_ = 0;
};

/// Runs `phase` with an opened host in a process of its own.
template <class Phase>
bool in_child(const std::string& directory, Phase phase) {
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        Host host(directory);
        const bool opened = host.open();
        if (opened) {
            phase(host);
            host.close();
        }
        std::fflush(stdout);
        _exit(opened ? 0 : 1);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && status == 0;
}

int run(int argc, char** argv) {
    if (argc < 2) {
        std::printf("usage: bench_mailbox DIRECTORY [envelopes]\n");
        return 2;
    }
    const std::string directory = std::string(argv[1]) + "/kith-bench-mailbox";
    const std::size_t envelopes = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1000000;
    std::filesystem::remove_all(directory);
    const bool done = in_child(directory, [envelopes](Host& host) { host.fill(envelopes); }) &&
                      in_child(directory, [](Host&) {}) &&
                      in_child(directory, [](Host& host) { host.collect(); });
    std::filesystem::remove_all(directory);
    return done ? 0 : 1;
}

}  // namespace
}  // namespace kith::bench

int main(int argc, char** argv) {
    return kith::bench::run(argc, argv);
}
