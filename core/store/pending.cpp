// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/pending.h"

#include "core/base/assert.h"

#include <algorithm>

namespace kith::store {

namespace {

bool less(ByteView a, ByteView b) {
    return as_text(a) < as_text(b);
}

bool comes_before(const Scan& scan, ByteView a, ByteView b) {
    return scan.direction == Direction::Forward ? less(a, b) : less(b, a);
}

bool starts_with(ByteView key, ByteView prefix) {
    return key.size() >= prefix.size() && equal(key.first(prefix.size()), prefix);
}

// Hands out rows until the limit is reached or the visitor has enough.
class Limited {
  public:
    Limited(const Visitor& visit, std::size_t limit) : visit_(visit), left_(limit) {}

    bool done() const { return left_ == 0; }

    void show(ByteView key, ByteView value) {
        --left_;
        if (!visit_(key, value)) left_ = 0;
    }

  private:
    const Visitor& visit_;
    std::size_t left_;
};

}  // namespace

bool in_range(const Scan& scan, ByteView key) {
    return starts_with(key, scan.prefix) &&
           (scan.from.empty() || !comes_before(scan, key, scan.from));
}

Pending::Pending() : open_(std::make_unique<Batch>()), in_flight_(std::make_unique<Batch>()) {}

void Pending::close() {
    KITH_ASSERT(in_flight_->empty());
    std::swap(open_, in_flight_);
}

void Pending::landed() {
    in_flight_->clear();
}

void Pending::forget() {
    open_->clear();
    in_flight_->clear();
}

const BatchRow* Pending::find(Table table, ByteView key) const {
    if (const BatchRow* row = open_->find(table, key)) return row;
    return in_flight_->find(table, key);
}

std::vector<const BatchRow*> Pending::range(const Scan& scan) const {
    std::vector<const BatchRow*> found;
    const auto matches = [&scan](const BatchRow& row) {
        return row.table() == scan.table && in_range(scan, row.key());
    };
    for (const BatchRow& row : open_->rows())
        if (matches(row)) found.push_back(&row);
    for (const BatchRow& row : in_flight_->rows())
        if (matches(row) && open_->find(row.table(), row.key()) == nullptr) found.push_back(&row);
    std::ranges::sort(found, [&scan](const BatchRow* a, const BatchRow* b) {
        return comes_before(scan, a->key(), b->key());
    });
    return found;
}

Result<> merge(const Scan& scan,
               const Pending& pending,
               const std::function<Result<>(const Visitor&)>& walk,
               const Visitor& visit) {
    const auto changed = pending.range(scan);
    auto next = changed.begin();
    Limited out(visit, scan.limit);
    if (out.done()) return {};
    // Shows the pending rows that come before `key`; all that are left without one.
    const auto show_until = [&](const ByteView* key) {
        while (!out.done() && next != changed.end() &&
               (key == nullptr || comes_before(scan, (*next)->key(), *key))) {
            if (!(*next)->erased()) out.show((*next)->key(), (*next)->value());
            ++next;
        }
    };
    KITH_CHECK(walk([&](ByteView key, ByteView value) {
        show_until(&key);
        if (out.done()) return false;
        const bool replaced = next != changed.end() && equal((*next)->key(), key);
        // A replaced row is shown by show_until, before the next stored one.
        if (!replaced) out.show(key, value);
        return !out.done();
    }));
    show_until(nullptr);
    return {};
}

}  // namespace kith::store
