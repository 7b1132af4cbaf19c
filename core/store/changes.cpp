// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/changes.h"

#include "core/base/assert.h"
#include "core/crypto/secret.h"

#include <algorithm>
#include <cstring>

namespace kith::store {

namespace {

// A record in memory; never on disk. Followed by the key, then the value.
struct Head {
    std::uint32_t value_size;
    std::uint8_t key_size;
    Table table;
    bool erase;
};

// The rows of a short message: growing wipes and copies what is there.
constexpr std::size_t first_room = 1600;

}  // namespace

Changes::Changes(Changes&& other) noexcept
    : records_(std::move(other.records_)), count_(std::exchange(other.count_, 0)) {
    other.records_.clear();
}

Changes& Changes::operator=(Changes&& other) noexcept {
    if (this != &other) {
        wipe();
        records_ = std::move(other.records_);
        count_ = std::exchange(other.count_, 0);
        other.records_.clear();
    }
    return *this;
}

Changes::~Changes() {
    wipe();
}

void Changes::put(Table table, ByteView key, ByteView value) {
    add(table, key, value, false);
}

void Changes::erase(Table table, ByteView key) {
    add(table, key, {}, true);
}

void Changes::append(const Changes& other) {
    KITH_ASSERT(this != &other);
    reserve(other.records_.size());
    kith::append(records_, other.records_);
    count_ += other.count_;
}

void Changes::clear() {
    wipe();
    records_.clear();
    count_ = 0;
}

void Changes::reserve(std::size_t bytes) {
    const std::size_t wanted = records_.size() + bytes;
    if (wanted <= records_.capacity()) return;
    // Not vector's own growth: that would leave an unwiped copy behind.
    Bytes larger;
    larger.reserve(std::max({wanted, records_.capacity() * 2, first_room}));
    kith::append(larger, records_);
    wipe();
    records_.swap(larger);
}

void Changes::add(Table table, ByteView key, ByteView value, bool erase) {
    KITH_ASSERT(key.size() <= max_key && value.size() <= max_value);
    const Head head{static_cast<std::uint32_t>(value.size()),
                    static_cast<std::uint8_t>(key.size()),
                    table,
                    erase};
    reserve(sizeof head + key.size() + value.size());
    std::array<std::uint8_t, sizeof head> raw{};
    std::memcpy(raw.data(), &head, sizeof head);
    kith::append(records_, raw);
    kith::append(records_, key);
    kith::append(records_, value);
    ++count_;
}

Change Changes::next(ByteView records, std::size_t& taken) {
    Head head{};
    std::memcpy(&head, records.data(), sizeof head);
    taken = sizeof head + head.key_size + head.value_size;
    return {head.table,
            records.subspan(sizeof head, head.key_size),
            records.subspan(sizeof head + head.key_size, head.value_size),
            head.erase};
}

void Changes::wipe() {
    crypto::wipe(records_);
}

}  // namespace kith::store
