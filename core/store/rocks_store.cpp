// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_store.h"

#include "core/base/log.h"
#include "core/store/rewind_guard.h"

#include <fmt/format.h>
#include <rocksdb/env.h>

#include <algorithm>

namespace kith::store {

namespace {

// Flushing less than this gives no memory back that counts.
constexpr std::size_t worth_flushing = std::size_t{1} << 20;

rocksdb::Env* env_of(const RocksConfig& config) {
    return config.env != nullptr ? config.env : rocksdb::Env::Default();
}

// A full store goes on only when the reserve is there with something on top.
std::uint64_t enough(std::uint64_t reserve) {
    return reserve + reserve / 16;
}

}  // namespace

template <class Call>
void RocksStore::post(Call call) {
    asio::post(executor(), [alive = std::weak_ptr<char>(life_), call = std::move(call)]() mutable {
        if (!alive.expired()) call();
    });
}

RocksStore::RocksStore(asio::any_io_executor executor,
                       RocksConfig config,
                       const crypto::MasterKey& master,
                       Random& random)
    : BatchedStore(executor),
      config_(std::move(config)),
      random_(random),
      cipher_(master),
      slot_key_(store::slot_key(master)),
      files_(*env_of(config_)),
      erased_(executor) {
    erased_.set();
}

Result<std::unique_ptr<RocksStore>> RocksStore::open(asio::any_io_executor executor,
                                                     RocksConfig config,
                                                     const crypto::MasterKey& master,
                                                     Random& random) {
    std::unique_ptr<RocksStore> store(
        new RocksStore(std::move(executor), std::move(config), master, random));
    KITH_CHECK(store->start());
    RocksStore& self = *store;
    store->committer_.start({[&self] { return self.patience(); }, [&self] { self.idle(); }});
    return store;
}

RocksStore::~RocksStore() {
    if (engine_) engine_->cancel_compaction();
    committer_.stop();
}

Result<> RocksStore::start() {
    RocksStart how{config_.places,
                   env_of(config_),
                   {config_.format, config_.program_version},
                   config_.steps,
                   [this](Error error) {
                       post([this, error = std::move(error)] { background_failed(error); });
                   }};
    KITH_TRY(Started started, start_rocks(how, cipher_, slot_key_, random_));
    engine_ = std::move(started.engine);
    erasure_ = started.erasure;
    rewound_ = started.rewound;
    if (rewound_)
        log::warn(log::Category::Store, "{} was restored from an older copy", config_.places.data);
    free_bytes_ = free_now();
    const bool full = started.full || free_bytes_ < config_.reserve;

    auto writing = std::make_shared<Writing>();  // on its way to the committer
    writing->erasure = std::move(started.erasure);
    writing->boot_epoch = started.boot_epoch;
    writing->full = full;
    writing->restart_needed = started.full.has_value();
    if (!started.full) {
        auto mark = UnsyncedFile::open(*env_of(config_), config_.places.mark_file());
        if (mark) writing->mark = *std::move(mark);
    }
    committer_.run([this, writing] {
        writing_ = std::move(*writing);
        write_mark();
    });
    set_state(full ? State::Full : State::Ok, full ? full_reason(free_bytes_) : std::string());
    return {};
}

// Space is back after a start on a full disk. The committer waits for its next job meanwhile.
void RocksStore::restart() {
    if (closing_ || state() != State::Full) return;
    engine_.reset();
    if (const auto started = start(); !started) {
        log::warn(log::Category::Store, "opening again: {}", started.error().context);
        set_state(State::ReadOnly, started.error().context);
    }
}

std::uint64_t RocksStore::free_now() const {
    return files_.free_bytes(config_.places.database).value_or(~std::uint64_t{0});
}

std::string RocksStore::full_reason(std::uint64_t free) const {
    if (free < config_.reserve)
        return fmt::format("{} MB left in {}", free >> 20, config_.places.data);
    return fmt::format("no more files fit into {}, with {} MB left: inodes or a quota",
                       config_.places.data,
                       free >> 20);
}

void RocksStore::enter_full(std::string reason) {
    if (state() == State::ReadOnly || state() == State::Corrupt) return;
    set_state(State::Full, std::move(reason));
    committer_.run([this] { writing_.full = true; });
}

void RocksStore::leave_full() {
    if (state() != State::Full || closing_) return;
    free_bytes_ = free_now();
    log::info(log::Category::Store, "there is space again in {}", config_.places.data);
    set_state(State::Ok, {});
}

void RocksStore::background_failed(const Error& error) {
    log::warn(log::Category::Store, "{}", error.context);
    if (error.code == Code::DiskFull) {
        enter_full(full_reason(free_now()));
    } else if (error.code == Code::Corrupt) {
        set_state(State::Corrupt, error.context);
    } else if (error.code != Code::Cancelled) {
        set_state(State::ReadOnly, error.context);
    }
}

Index RocksStore::index(Table table, ByteView id) const {
    return cipher_.index(table, id);
}

bool RocksStore::rewound() const {
    if (rewound_ && state() == State::Full) return true;
    const auto mark = contains(Table::Meta, rewind_mark_key());
    return mark && *mark;
}

void RocksStore::acknowledge_rewind(Changes& changes) {
    changes.erase(Table::Meta, rewind_mark_key());
}

Stats RocksStore::stats() const {
    Stats stats = BatchedStore::stats();
    stats.bytes = bytes_written_;
    return stats;
}

Result<bool> RocksStore::read(Table table, ByteView key, Bytes* value) const {
    if (!engine_) return fail(Code::Cancelled, "the store is closed");
    return engine_->get(table, key, [&](ByteView row) -> Result<> {
        if (value == nullptr) return {};
        KITH_TRY(*value, cipher_.open(*erasure_, table, key, row));
        return {};
    });
}

Result<> RocksStore::walk(const Scan& scan, const Visitor& visit) const {
    if (!engine_) return fail(Code::Cancelled, "the store is closed");
    return engine_->walk(scan, [&](ByteView key, ByteView row) -> Result<bool> {
        if (scan.keys_only) return visit(key, {});
        KITH_TRY(Bytes value, cipher_.open(*erasure_, scan.table, key, row));
        const crypto::WipeGuard guard(value);
        return visit(key, value);
    });
}

void RocksStore::write(const Batch& batch, GroupCommit::Done done) {
    const auto start = crypto::draw_public<crypto::AeadNonce>(random_);
    committer_.run([this,
                    &batch,
                    start,
                    done = std::move(done),
                    busy = asio::make_work_guard(executor())]() mutable {
        Report report = write_batch(batch, start);
        post([this, report = std::move(report), done = std::move(done)]() mutable {
            take(report);
            done(std::move(report.result));
        });
    });
}

void RocksStore::take(const Report& report) {
    free_bytes_ = report.free;
    if (!report.result) return;
    bytes_written_ += report.bytes;
    erasable_changed_ = erasable_changed_ || report.erasable;
    if (free_bytes_ < config_.reserve && state() == State::Ok) enter_full(full_reason(free_bytes_));
}

RocksStore::Report RocksStore::write_batch(const Batch& batch, const crypto::AeadNonce& start) {
    Report report;
    NonceCounter nonces(start);
    // In the order of keys: inserting neighbours costs RocksDB half.
    writing_.order.clear();
    for (const BatchRow& row : batch.rows())
        writing_.order.push_back(&row);
    std::ranges::sort(writing_.order, {}, [](const BatchRow* row) { return as_text(row->id()); });
    for (const BatchRow* row : writing_.order) {
        const Table table = row->table();
        report.erasable = report.erasable || info(table).erasable();
        if (row->erased()) {
            engine_->erase(table, row->id());
            continue;
        }
        cipher_.seal(
            *writing_.erasure, table, row->key(), nonces.take(), row->value(), writing_.sealed);
        engine_->put(table, row->id(), writing_.sealed);
        report.bytes += row->id().size() + writing_.sealed.size();
    }
    report.result = engine_->write();
    report.free = free_now();
    if (report.result) {
        write_mark();
        writing_.unflushed += report.bytes;
        return report;
    }
    const Code code = report.result.error().code;
    if (code == Code::DiskFull) {
        writing_.full = true;
        report.result = fail(code, full_reason(report.free));
    } else if (code != Code::Corrupt) {
        // Whatever it was: nothing is written any more, so that nothing is said that is not so.
        report.result = fail(Code::ReadOnly, report.result.error().context);
    }
    return report;
}

void RocksStore::write_mark() {
    if (!writing_.mark) return;
    const SyncMark mark{writing_.boot_epoch, engine_->sequence()};
    const std::size_t offset = (writing_.marks++ % 2) * mark_slot_size;
    // A mark that cannot be written stays behind, which it may.
    const auto written = writing_.mark->write(offset, encode_mark(cipher_, mark));
    if (!written) log::debug(log::Category::Store, "{}", written.error().context);
}

std::optional<Duration> RocksStore::patience() const {
    if (writing_.full) return config_.retry_after;
    if (writing_.unflushed > worth_flushing) return config_.flush_after;
    return std::nullopt;
}

void RocksStore::idle() {
    if (writing_.full) {
        look_for_space();
        return;
    }
    writing_.unflushed = 0;
    // A failure comes back through background_failed().
    const auto flushed = engine_->flush();
    if (!flushed) log::debug(log::Category::Store, "{}", flushed.error().context);
}

void RocksStore::look_for_space() {
    if (free_now() < enough(config_.reserve)) return;
    if (writing_.restart_needed) {
        writing_.full = false;
        post([this] { restart(); });
        return;
    }
    // RocksDB recovers in its own time; a write of nothing in particular tells.
    engine_->erase(Table::Meta, Bytes{static_cast<std::uint8_t>(Table::Meta), 'p'});
    if (!engine_->write()) return;
    write_mark();
    writing_.full = false;
    post([this] { leave_full(); });
}

Task<Result<>> RocksStore::close() {
    if (closing_) co_return fail(Code::Cancelled, "the store is closing already");
    closing_ = true;
    Result<> last = co_await group_commit().close();
    if (engine_) engine_->cancel_compaction();
    while (erasing_)
        co_await erased_.wait();
    committer_.stop();
    engine_.reset();
    co_return last;
}

}  // namespace kith::store
