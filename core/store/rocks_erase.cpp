// SPDX-License-Identifier: GPL-3.0-or-later
// The erasure of erasure.h, on a store in use. Each step is synced before the next begins, so after
// a crash at any point every live row has a key: either generation may be the newest in the file,
// and both are there until the last row has moved.
#include "core/base/log.h"
#include "core/crypto/secret.h"
#include "core/store/rocks_store.h"
#include "core/store/row_seal.h"

#include <algorithm>

namespace kith::store {

namespace {

// Rows sealed again in one batch: commits wait for no more than this.
constexpr std::size_t rows_at_once = 256;

}  // namespace

Task<Result<>> RocksStore::on_committer(std::function<Result<>()> job) {
    // Shared by this coroutine and the job, either of which may end first.
    struct Shared {
        explicit Shared(const asio::any_io_executor& executor) : done(executor) {}

        AsyncEvent done;
        Result<> result;
    };

    auto shared = std::make_shared<Shared>(executor());
    committer_.run([shared,
                    job = std::move(job),
                    strand = executor(),
                    busy = asio::make_work_guard(executor())] {
        shared->result = job();
        asio::post(strand, [shared] { shared->done.set(); });
    });
    co_await shared->done.wait();
    co_return shared->result;
}

Task<Result<>> RocksStore::erase_deleted() {
    while (erasing_)
        co_await erased_.wait();
    if (closing_) co_return fail(Code::Cancelled, "the store is closing");
    if (state() == State::Full) co_return fail(Code::DiskFull, state_reason());
    if (state() != State::Ok) co_return fail(Code::ReadOnly, state_reason());
    if (!erasable_changed_ && erasure_->previous() == nullptr) co_return success();
    erasing_ = true;
    erased_.reset();
    Result<> result = co_await erase_round();
    if (!result) log::warn(log::Category::Store, "erasing: {}", result.error().context);
    erasing_ = false;
    erased_.set();
    co_return result;
}

Task<Result<>> RocksStore::erase_round() {
    if (erasure_->previous() == nullptr) {
        // What changes from here on dies with the next generation only.
        erasable_changed_ = false;
        Result<> begun = co_await begin_generation();
        if (!begun) {
            erasable_changed_ = true;
            co_return begun;
        }
    }
    for (const TableInfo& table : tables()) {
        if (!table.erasable()) continue;
        KITH_CO_CHECK(co_await seal_again(table.table));
    }
    KITH_CO_CHECK(co_await end_generation());
    std::function<Result<>()> compact = [this] { return engine_->compact_erasable(); };
    co_return co_await on_committer(std::move(compact));
}

Task<Result<>> RocksStore::begin_generation() {
    const ErasureKeys before = *erasure_;
    const auto next = std::make_shared<const Generation>(
        before.newest().number() + 1, crypto::draw_secret<crypto::ErasureKey>(random_));
    const ErasureKeys both = before.followed_by(next);
    const auto nonce = crypto::draw_public<crypto::AeadNonce>(random_);
    const Slot slot = seal_slot(slot_key_, next->number(), nonce, next->vk());
    // The strand must be able to read before the committer begins to write.
    erasure_ = both;
    std::function<Result<>()> job = [this, both, slot]() -> Result<> {
        KITH_CHECK(
            files_.overwrite(config_.places.erase_file(), both.newest().slot_offset(), slot));
        writing_.erasure = both;
        return {};
    };
    Result<> result = co_await on_committer(std::move(job));
    if (!result) erasure_ = before;
    co_return result;
}

Task<Result<>> RocksStore::seal_again(Table table) {
    auto progress = std::make_shared<Resealing>();
    progress->table = table;
    while (!progress->done) {
        if (closing_) co_return fail(Code::Cancelled, "the store is closing");
        progress->start = crypto::draw_public<crypto::AeadNonce>(random_);
        std::function<Result<>()> job = [this, progress] { return reseal(*progress); };
        Result<> result = co_await on_committer(std::move(job));
        if (!result) {
            if (result.error().code == Code::DiskFull) enter_full(full_reason(free_now()));
            co_return result;
        }
    }
    co_return success();
}

Result<> RocksStore::reseal(Resealing& progress) {
    NonceCounter nonces(progress.start);
    std::size_t rows = 0;
    progress.done = true;
    Scan rest{progress.table};
    const Bytes from = std::move(progress.from);
    rest.from = from;
    const auto walked = engine_->walk(rest, [&](ByteView key, ByteView row) -> Result<bool> {
        KITH_TRY(const std::uint32_t g, generation_of(row));
        if (g == writing_.erasure->newest().number()) return true;
        if (rows == rows_at_once) {
            progress.from = to_bytes(key);
            progress.done = false;
            return false;
        }
        ++rows;
        // A row that does not open ends the erasure: its key stays.
        KITH_TRY(Bytes value, cipher_.open(*writing_.erasure, progress.table, key, row));
        const crypto::WipeGuard guard(value);
        cipher_.seal(*writing_.erasure, progress.table, key, nonces.take(), value, writing_.sealed);
        Bytes id{static_cast<std::uint8_t>(progress.table)};
        append(id, key);
        engine_->put(progress.table, id, writing_.sealed);
        return true;
    });
    if (!walked) engine_->forget();
    KITH_CHECK(walked);
    if (rows == 0) return {};
    KITH_CHECK(engine_->write());
    write_mark();
    return {};
}

Task<Result<>> RocksStore::end_generation() {
    const ErasureKeys only = erasure_->without_previous();
    const std::size_t offset = erasure_->previous()->slot_offset();
    std::array<std::uint8_t, slot_size> junk = random_.array<slot_size>();
    std::function<Result<>()> job = [this, only, offset, junk]() -> Result<> {
        KITH_CHECK(files_.overwrite(config_.places.erase_file(), offset, junk));
        writing_.erasure = only;
        return {};
    };
    Result<> result = co_await on_committer(std::move(job));
    if (result) erasure_ = only;
    co_return result;
}

}  // namespace kith::store
