// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/map_reader.h"

#include "core/base/assert.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <vector>

namespace kith::wire {

namespace {

// Unknown integer keys from here on change the meaning of a frame and must not be ignored.
constexpr std::uint64_t first_critical_key = 64;

}  // namespace

// --- IntMap -------------------------------------------------------------------------------------

IntMap::IntMap(Reader& in) : in_(in), pairs_(in.open_map()) {}

// Reads the next key unless one waits already. False at the end and after a fault.
bool IntMap::peek() {
    if (pending_) return in_.ok();
    if (pairs_ == 0) return false;
    const auto head = in_.head();
    if (!head) return false;
    if (head->kind != Reader::Kind::Uint) {
        in_.fault(head->kind == Reader::Kind::Text ? Fault::Field : Fault::Key);
    } else if (any_ && head->value <= next_) {
        in_.fault(head->value == next_ ? Fault::Duplicate : Fault::Order);
    } else if (head->value >= first_critical_key) {
        in_.fault(Fault::UnknownKey);
    }
    if (!in_.ok()) return false;
    in_.value_done();
    --pairs_;
    next_ = head->value;
    any_ = true;
    pending_ = true;
    return true;
}

bool IntMap::has(std::uint8_t key) {
    while (peek()) {
        if (next_ > key) return false;
        pending_ = false;
        if (next_ == key) return true;
        in_.skip();
    }
    return false;
}

Reader& IntMap::key(std::uint8_t key) {
    if (!has(key)) {
        end();  // tells a map out of order from one that lacks a field
        in_.fault(Fault::Field);
    }
    return in_;
}

void IntMap::end() {
    while (peek()) {
        pending_ = false;
        in_.skip();
    }
}

// --- StrMap -------------------------------------------------------------------------------------

StrMap::StrMap(Reader& in) : in_(in), pairs_(in.open_map()) {}

bool StrMap::peek() {
    if (pending_) return in_.ok();
    if (pairs_ == 0) return false;
    const auto head = in_.head();
    if (!head) return false;
    if (head->kind != Reader::Kind::Text) {
        in_.fault(head->kind == Reader::Kind::Uint ? Fault::Field : Fault::Key);
        return false;
    }
    const std::string_view key = as_text(in_.take(head->value));
    if (!is_valid_utf8(key)) in_.fault(Fault::Utf8);
    if (!in_.ok()) return false;
    in_.value_done();
    --pairs_;
    next_ = key;
    pending_ = true;
    return true;
}

bool StrMap::has(std::string_view key) {
    const bool here = peek() && next_ == key;
    if (here) pending_ = false;
    remember(key, here);
    return here;
}

Reader& StrMap::key(std::string_view key) {
    if (!has(key)) in_.fault(why_missing(key));
    return in_;
}

void StrMap::end() {
    std::vector<std::string_view> unknown;
    while (peek()) {
        pending_ = false;
        if (const Known* known = find(next_)) {
            return in_.fault(known->seen ? Fault::Duplicate : Fault::Order);
        }
        unknown.push_back(next_);
        in_.skip();
    }
    std::ranges::sort(unknown);
    if (std::ranges::adjacent_find(unknown) != unknown.end()) in_.fault(Fault::Duplicate);
}

void StrMap::remember(std::string_view key, bool seen) {
    KITH_ASSERT(known_count_ < max_known);
    known_[known_count_++] = Known{key, seen};
}

const StrMap::Known* StrMap::find(std::string_view key) const {
    const auto* const last = known_.data() + known_count_;
    const auto* const found = std::ranges::find(known_.data(), last, key, &Known::name);
    return found == last ? nullptr : found;
}

// Only on the way to an error: another key stands where this one belongs.
Fault StrMap::why_missing(std::string_view key) {
    if (!peek()) return Fault::Field;
    if (const Known* known = find(next_); known && known->seen) return Fault::Duplicate;
    while (peek()) {
        if (next_ == key) return Fault::Order;
        pending_ = false;
        in_.skip();
    }
    return Fault::Field;
}

}  // namespace kith::wire
