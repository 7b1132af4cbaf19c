// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_engine.h"

#include "core/store/rocks_error.h"
#include "core/store/rocks_options.h"

#include <rocksdb/db.h>
#include <rocksdb/listener.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <vector>

namespace kith::store {

namespace {

// Memory that the collected writes may keep between batches.
constexpr std::size_t kept_batch = std::size_t{1} << 20;

struct FamilyName {
    Family family;
    std::string name;
};

// In the order of Family. Names are part of the disk format.
const std::array<FamilyName, 3>& families() {
    static const std::array<FamilyName, 3> all{
        FamilyName{Family::Rows, rocksdb::kDefaultColumnFamilyName},
        FamilyName{Family::Erasable, "erasable"},
        FamilyName{Family::Index, "index"}};
    return all;
}

rocksdb::Slice slice(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteView view(const rocksdb::Slice& bytes) {
    return as_bytes({bytes.data(), bytes.size()});
}

class FailureListener final : public rocksdb::EventListener {
  public:
    explicit FailureListener(std::function<void(Error)> failed) : failed_(std::move(failed)) {}

    void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
        if (failed_ && !status->ok()) failed_(error_of(*status, "working in the background"));
    }

  private:
    std::function<void(Error)> failed_;
};

// An id on the stack: reads need no allocation for it.
class RowId {
  public:
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): read as far as it is filled.
    RowId(Table table, ByteView key) : size_(1 + key.size()) {
        bytes_[0] = static_cast<std::uint8_t>(table);
        std::ranges::copy(key, bytes_.begin() + 1);
    }

    rocksdb::Slice slice() const { return store::slice(ByteView(bytes_).first(size_)); }

  private:
    std::array<std::uint8_t, 1 + Changes::max_key> bytes_;
    std::size_t size_;
};

// The first id behind all that begin with `prefix`; table numbers end below 0xff.
std::string end_of(Table table, ByteView prefix) {
    std::string end(1, static_cast<char>(table));
    end += as_text(prefix);
    while (static_cast<unsigned char>(end.back()) == 0xff)
        end.pop_back();
    ++end.back();
    return end;
}

}  // namespace

struct RocksEngine::Database {
    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    ~Database() {
        for (rocksdb::ColumnFamilyHandle* handle : handles)
            db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
        if (db) db->Close().PermitUncheckedError();
    }

    rocksdb::ColumnFamilyHandle* handle_of(Family family) const {
        return handles[static_cast<std::size_t>(family)];
    }

    rocksdb::ColumnFamilyHandle* family_of(Table table) const {
        return handle_of(info(table).family);
    }

    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;  // in the order of Family
    rocksdb::WriteBatch batch;
    std::atomic<bool> cancel_compaction{false};
};

RocksEngine::RocksEngine(Config config, std::unique_ptr<Database> database)
    : config_(std::move(config)), database_(std::move(database)) {}

RocksEngine::~RocksEngine() = default;

Result<std::unique_ptr<RocksEngine>> RocksEngine::open(Config config) {
    rocksdb::DBOptions options = rocks_db_options(*config.env);
    options.create_if_missing = config.create;
    options.create_missing_column_families = config.create || config.older;
    options.listeners.push_back(std::make_shared<FailureListener>(config.failed));
    const auto cache = rocks_cache();
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const FamilyName& one : families())
        wanted.emplace_back(one.name, rocks_family_options(one.family, cache));

    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status =
        config.read_only
            ? rocksdb::DB::OpenForReadOnly(options, config.directory, wanted, &handles, &db)
            : rocksdb::DB::Open(options, config.directory, wanted, &handles, &db);
    if (!status.ok()) {
        Error error = error_of(status, "opening " + config.directory);
        // A database without the families or files that each of ours has.
        if (status.IsInvalidArgument()) error.code = Code::Corrupt;
        return fail(error.code, std::move(error.context));
    }
    auto database = std::make_unique<Database>();
    database->db.reset(db);
    database->handles = std::move(handles);
    return std::unique_ptr<RocksEngine>(new RocksEngine(std::move(config), std::move(database)));
}

Result<bool> RocksEngine::get(Table table, ByteView key, const Use& use) const {
    const RowId id(table, key);
    rocksdb::PinnableSlice row;
    const rocksdb::Status status =
        database_->db->Get({}, database_->family_of(table), id.slice(), &row);
    if (status.IsNotFound()) return false;
    KITH_CHECK(check(status, "reading a row"));
    KITH_CHECK(use(view(row)));
    return true;
}

Result<> RocksEngine::walk(const Scan& scan, const Walker& walker) const {
    const std::string end = end_of(scan.table, scan.prefix);
    const rocksdb::Slice upper(end);
    const RowId begin(scan.table, scan.prefix);
    const rocksdb::Slice lower = begin.slice();
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &lower;
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_->db->NewIterator(options, database_->family_of(scan.table)));
    const bool forward = scan.direction == Direction::Forward;
    if (scan.from.empty()) {
        forward ? at->SeekToFirst() : at->SeekToLast();
    } else {
        const RowId from(scan.table, scan.from);
        forward ? at->Seek(from.slice()) : at->SeekForPrev(from.slice());
    }
    for (; at->Valid(); forward ? at->Next() : at->Prev()) {
        KITH_TRY(const bool more, walker(view(at->key()).subspan(1), view(at->value())));
        if (!more) return {};
    }
    return check(at->status(), "reading rows");
}

void RocksEngine::put(Table table, ByteView id, ByteView row) {
    // Fails for sizes only that no row has.
    database_->batch.Put(database_->family_of(table), slice(id), slice(row)).PermitUncheckedError();
}

void RocksEngine::erase(Table table, ByteView id) {
    database_->batch.Delete(database_->family_of(table), slice(id)).PermitUncheckedError();
}

Result<> RocksEngine::write() {
    // Counters of RocksDB that nobody reads; the setting belongs to the thread.
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    rocksdb::WriteOptions options;
    options.sync = true;
    const rocksdb::Status status = database_->db->Write(options, &database_->batch);
    forget();
    return check(status, "writing a batch");
}

void RocksEngine::forget() {
    if (database_->batch.GetDataSize() > kept_batch) {
        database_->batch = rocksdb::WriteBatch();
    } else {
        database_->batch.Clear();
    }
}

Result<> RocksEngine::settle(Table table) {
    const std::string begin(1, static_cast<char>(table));
    const std::string end = end_of(table, {});
    const rocksdb::Slice upper(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &upper;
    rocksdb::ColumnFamilyHandle* const from = database_->handle_of(Family::Rows);
    rocksdb::ColumnFamilyHandle* const to = database_->family_of(table);
    if (from == to) return {};
    const std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator(options, from));
    for (at->Seek(begin); at->Valid(); at->Next()) {
        database_->batch.Put(to, at->key(), at->value()).PermitUncheckedError();
        database_->batch.Delete(from, at->key()).PermitUncheckedError();
        if (database_->batch.GetDataSize() > kept_batch) KITH_CHECK(write());
    }
    KITH_CHECK(check(at->status(), "reading rows"));
    return write();
}

std::uint64_t RocksEngine::sequence() const {
    return database_->db->GetLatestSequenceNumber();
}

Result<> RocksEngine::flush() {
    return check(database_->db->Flush({}, database_->handles), "flushing");
}

Result<> RocksEngine::compact_erasable() {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    options.canceled = &database_->cancel_compaction;
    const rocksdb::Status status = database_->db->CompactRange(
        options, database_->handle_of(Family::Erasable), nullptr, nullptr);
    if (status.IsIncomplete()) return fail(Code::Cancelled, "compaction was ended");
    return check(status, "compacting");
}

void RocksEngine::cancel_compaction() {
    database_->cancel_compaction = true;
}

}  // namespace kith::store
