// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/store/memory_store.h"

#include "core/base/assert.h"
#include "core/store/rewind_guard.h"

#include <algorithm>

namespace kith::test {

namespace {

Bytes row_id(store::Table table, ByteView key) {
    return concat(Bytes{static_cast<std::uint8_t>(table)}, key);
}

crypto::MasterKey fixed_master_key() {
    return crypto::MasterKey::copy_of(std::array<std::uint8_t, 32>{7});
}

}  // namespace

MemoryStore::MemoryStore(asio::any_io_executor executor)
    : BatchedStore(std::move(executor)), cipher_(fixed_master_key()) {}

void MemoryStore::crash(bool landed) {
    if (landed && batch_ != nullptr) apply(*batch_);
    batch_ = nullptr;
    done_ = nullptr;
    held_ = false;
    ++life_;
    group_commit().crash();
    set_state(store::State::Ok, {});
}

void MemoryStore::cut_power_at(std::size_t n, bool landed, std::function<void()> on_cut) {
    cut_in_ = n;
    cut_landed_ = landed;
    on_cut_ = std::move(on_cut);
}

void MemoryStore::reboot() {
    KITH_ASSERT(batch_ == nullptr && at_cut_);
    rows_ = *std::exchange(at_cut_, std::nullopt);
}

void MemoryStore::fail_write(std::size_t n, Error error) {
    fail_in_ = n;
    failure_ = std::move(error);
}

void MemoryStore::heal() {
    set_state(store::State::Ok, {});
}

void MemoryStore::release() {
    held_ = false;
    if (batch_ != nullptr) finish_write();
}

void MemoryStore::restore(Rows rows) {
    KITH_ASSERT(batch_ == nullptr);
    rows_ = std::move(rows);
    rows_[row_id(store::Table::Meta, store::rewind_mark_key())] = {};
}

std::size_t MemoryStore::count(store::Table table) const {
    return static_cast<std::size_t>(std::ranges::count_if(rows_, [table](const auto& row) {
        return row.first.front() == static_cast<std::uint8_t>(table);
    }));
}

store::Index MemoryStore::index(store::Table table, ByteView id) const {
    return cipher_.index(table, id);
}

Task<Result<>> MemoryStore::erase_deleted() {
    co_return success();
}

bool MemoryStore::rewound() const {
    const auto mark = get(store::Table::Meta, store::rewind_mark_key());
    return mark && mark->has_value();
}

void MemoryStore::acknowledge_rewind(store::Changes& changes) {
    changes.erase(store::Table::Meta, store::rewind_mark_key());
}

Task<Result<>> MemoryStore::close() {
    return group_commit().close();
}

Result<bool> MemoryStore::read(store::Table table, ByteView key, Bytes* value) const {
    const auto found = rows_.find(row_id(table, key));
    if (found == rows_.end()) return false;
    if (value != nullptr) *value = found->second;
    return true;
}

Result<> MemoryStore::walk(const store::Scan& scan, const store::Visitor& visit) const {
    const Bytes prefix = row_id(scan.table, scan.prefix);
    const Bytes from = row_id(scan.table, scan.from);
    const auto show = [&](const auto& row) {
        const ByteView key = ByteView(row.first).subspan(1);
        return !in_range(scan, key) || visit(key, row.second);
    };
    const auto inside = [&prefix](const Bytes& id) {
        return std::ranges::equal(prefix, ByteView(id).first(std::min(id.size(), prefix.size())));
    };
    if (scan.direction == store::Direction::Forward) {
        for (auto at = rows_.lower_bound(std::max(prefix, from)); at != rows_.end(); ++at)
            if (!inside(at->first) || !show(*at)) break;
        return {};
    }
    auto end = rows_.lower_bound(prefix);
    auto at = scan.from.empty() ? rows_.end() : rows_.upper_bound(from);
    if (scan.from.empty()) {
        // The first row behind the prefix: as if its last byte were one higher, with carry.
        Bytes behind = prefix;
        while (!behind.empty() && behind.back() == 0xff)
            behind.pop_back();
        if (!behind.empty()) {
            ++behind.back();
            at = rows_.lower_bound(behind);
        }
    }
    while (at != end && at != rows_.begin()) {
        --at;
        if (at->first < prefix || !show(*at)) break;
    }
    return {};
}

void MemoryStore::write(const store::Batch& batch, store::GroupCommit::Done done) {
    batch_ = &batch;
    done_ = std::move(done);
    asio::post(executor(), [this, life = life_] {
        if (life == life_ && !held_ && batch_ != nullptr) finish_write();
    });
}

void MemoryStore::finish_write() {
    const store::Batch& batch = *std::exchange(batch_, nullptr);
    const auto done = std::exchange(done_, nullptr);
    if (fail_in_ > 0 && --fail_in_ == 0) {
        done(fail(failure_.code, failure_.context));
        return;
    }
    ++syncs_;
    const bool cut = cut_in_ > 0 && --cut_in_ == 0;
    if (cut && !cut_landed_) at_cut_ = rows_;
    apply(batch);
    if (cut && cut_landed_) at_cut_ = rows_;
    if (cut) std::exchange(on_cut_, {})();
    done(success());
}

void MemoryStore::apply(const store::Batch& batch) {
    for (const store::BatchRow& row : batch.rows()) {
        if (row.erased()) {
            rows_.erase(to_bytes(row.id()));
        } else {
            rows_[to_bytes(row.id())] = to_bytes(row.value());
        }
    }
}

}  // namespace kith::test
