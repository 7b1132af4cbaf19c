// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/reader.h"

#include "core/base/refusal.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace kith::wire {

namespace {

// Integers and lengths that a shorter form could hold are refused: these are the first values that
// need the longer one.
constexpr std::uint64_t needs_u8 = 0x80;
constexpr std::uint64_t needs_2_bytes = std::uint64_t{1} << 8;
constexpr std::uint64_t needs_4_bytes = std::uint64_t{1} << 16;
constexpr std::uint64_t needs_8_bytes = std::uint64_t{1} << 32;
constexpr std::uint64_t needs_long_text = 32;
constexpr std::uint64_t needs_long_array = 16;
constexpr std::uint64_t needs_long_map = 16;

}  // namespace

std::string_view to_string(Fault fault) {
    switch (fault) {
        case Fault::None:
            return "none";
        case Fault::Size:
            return "size";
        case Fault::Short:
            return "mp_short";
        case Fault::Trailing:
            return "mp_trailing";
        case Fault::Depth:
            return "mp_depth";
        case Fault::NonMinimal:
            return "mp_nonminimal";
        case Fault::Type:
            return "mp_type";
        case Fault::Utf8:
            return "mp_utf8";
        case Fault::Key:
            return "mp_key";
        case Fault::Duplicate:
            return "mp_duplicate";
        case Fault::Order:
            return "mp_order";
        case Fault::Field:
            return "mp_field";
        case Fault::UnknownKey:
            return "bad_key";
    }
    return "unknown";
}

Reader::Reader(ByteView document, std::size_t max_size) : document_(document) {
    if (document.size() > max_size) fault(Fault::Size);
}

void Reader::fault(Fault fault) {
    if (fault_ != Fault::None) return;
    fault_ = fault;
    fault_at_ = at_;
}

Result<> Reader::finish() {
    if (at_ != document_.size() || depth_ != 0) fault(Fault::Trailing);
    if (ok()) return success();
    const Code code = fault_ == Fault::Size ? Code::TooLarge : Code::Malformed;
    return refuse(code, to_string(fault_), "at byte " + std::to_string(fault_at_));
}

// --- Values -------------------------------------------------------------------------------------

std::uint64_t Reader::uint(std::uint64_t max) {
    const auto head = head_of(Kind::Uint);
    if (!head) return 0;
    if (head->value > max) {
        fault(Fault::Field);
        return 0;
    }
    value_done();
    return head->value;
}

std::uint8_t Reader::u8() {
    return static_cast<std::uint8_t>(uint(std::numeric_limits<std::uint8_t>::max()));
}

std::uint16_t Reader::u16() {
    return static_cast<std::uint16_t>(uint(std::numeric_limits<std::uint16_t>::max()));
}

std::uint32_t Reader::u32() {
    return static_cast<std::uint32_t>(uint(std::numeric_limits<std::uint32_t>::max()));
}

std::uint64_t Reader::u64() {
    return uint(std::numeric_limits<std::uint64_t>::max());
}

bool Reader::boolean() {
    const auto head = head_of(Kind::Bool);
    if (!head) return false;
    value_done();
    return head->value != 0;
}

bool Reader::take_nil() {
    constexpr std::uint8_t nil = 0xc0;
    if (!ok() || at_ >= document_.size() || document_[at_] != nil) return false;
    ++at_;
    value_done();
    return true;
}

ByteView Reader::bin(std::size_t min, std::size_t max) {
    const auto head = head_of(Kind::Bin);
    if (!head) return {};
    const ByteView bytes = take(head->value);
    if (!ok()) return {};
    if (bytes.size() < min || bytes.size() > max) {
        fault(Fault::Field);
        return {};
    }
    value_done();
    return bytes;
}

void Reader::copy_exactly(MutableByteView out) {
    const ByteView bytes = bin(out.size(), out.size());
    if (ok()) std::ranges::copy(bytes, out.begin());
}

std::string_view Reader::text(std::size_t max) {
    const auto head = head_of(Kind::Text);
    if (!head) return {};
    const std::string_view text = as_text(take(head->value));
    if (!ok()) return {};
    if (text.size() > max) {
        fault(Fault::Field);
        return {};
    }
    if (!is_valid_utf8(text)) {
        fault(Fault::Utf8);
        return {};
    }
    value_done();
    return text;
}

std::size_t Reader::array(std::size_t min, std::size_t max) {
    const auto head = head_of(Kind::Array);
    if (!head || !open(head->value, 1)) return 0;
    const auto count = static_cast<std::size_t>(head->value);
    if (count < min || count > max) {
        fault(Fault::Field);
        return 0;
    }
    return count;
}

void Reader::tuple(std::size_t count) {
    array(count, count);
}

std::size_t Reader::open_map() {
    const auto head = head_of(Kind::Map);
    if (!head || !open(head->value, 2)) return 0;
    return static_cast<std::size_t>(head->value);
}

ByteView Reader::raw() {
    const std::size_t start = at_;
    skip();
    return ok() ? document_.subspan(start, at_ - start) : ByteView{};
}

// The keys of the maps that are open while a value is skipped, by depth.
class Reader::Keys {
  public:
    void opened(std::size_t level, bool is_map) {
        is_map_[level] = is_map;
        keys_[level].clear();
    }

    /// In a map every other item is a key, the first one included.
    bool expected(std::size_t level, std::uint32_t items_left) const {
        return is_map_[level] && items_left % 2 == 0;
    }

    void add(std::size_t level, ByteView key) { keys_[level].push_back(key); }

    /// Keys are canonical, so equal keys are equal bytes.
    bool unique(std::size_t level) {
        auto& keys = keys_[level];
        const auto less = [](ByteView a, ByteView b) {
            return std::ranges::lexicographical_compare(a, b);
        };
        std::ranges::sort(keys, less);
        return std::ranges::adjacent_find(keys, equal) == keys.end();
    }

  private:
    std::array<bool, limits::msgpack_depth> is_map_{};
    std::array<std::vector<ByteView>, limits::msgpack_depth> keys_;
};

// Passes one value, containers with all they hold. Walks by the reader's own count of open
// containers instead of recursion.
void Reader::skip() {
    const std::size_t floor = depth_;
    Keys keys;
    do
        skip_item(keys);
    while (ok() && depth_ > floor);
}

// Passes a scalar, or opens a container.
void Reader::skip_item(Keys& keys) {
    const std::size_t level = depth_;
    const bool is_key = level > 0 && keys.expected(level - 1, left_[level - 1]);
    const std::size_t start = at_;
    const auto head = this->head();
    if (!head) return;
    if (is_key && head->kind != Kind::Uint && head->kind != Kind::Text) return fault(Fault::Key);
    pass(*head);
    if (!ok()) return;
    if (is_key) keys.add(level - 1, document_.subspan(start, at_ - start));
    if (depth_ > level) keys.opened(level, head->kind == Kind::Map);
    for (std::size_t closed = depth_; closed < level; ++closed) {
        if (!keys.unique(closed)) return fault(Fault::Duplicate);
    }
}

// What follows a head of any kind: the bytes of a scalar, or the door of a container.
void Reader::pass(const Head& head) {
    switch (head.kind) {
        case Kind::Array:
            open(head.value, 1);
            return;
        case Kind::Map:
            open(head.value, 2);
            return;
        case Kind::Text:
            if (!is_valid_utf8(as_text(take(head.value)))) return fault(Fault::Utf8);
            break;
        case Kind::Bin:
            take(head.value);
            break;
        case Kind::Nil:
        case Kind::Bool:
        case Kind::Uint:
            break;
    }
    if (ok()) value_done();
}

// --- Structure ----------------------------------------------------------------------------------

// `width`: items for each of `count`, two in a map.
bool Reader::open(std::uint64_t count, std::uint64_t width) {
    const std::uint64_t items = count * width;
    // Each item takes at least one byte: a claim beyond that is a lie, whatever the limits.
    if (items > document_.size() - at_) {
        fault(Fault::Short);
    } else if (depth_ == limits::msgpack_depth) {
        fault(Fault::Depth);
    } else if (count > limits::msgpack_items) {
        fault(Fault::Field);
    }
    if (!ok()) return false;
    if (items == 0) {
        value_done();
    } else {
        left_[depth_++] = static_cast<std::uint32_t>(items);
    }
    return true;
}

void Reader::value_done() {
    while (depth_ > 0 && --left_[depth_ - 1] == 0)
        --depth_;
}

ByteView Reader::take(std::uint64_t count) {
    if (count > document_.size() - at_) {
        fault(Fault::Short);
        return {};
    }
    const ByteView bytes = document_.subspan(at_, static_cast<std::size_t>(count));
    at_ += bytes.size();
    return bytes;
}

// --- Heads --------------------------------------------------------------------------------------

std::optional<Reader::Head> Reader::head_of(Kind kind) {
    const auto head = this->head();
    if (head && head->kind != kind) {
        fault(Fault::Field);
        return std::nullopt;
    }
    return head;
}

std::optional<Reader::Head> Reader::head() {
    if (!ok()) return std::nullopt;
    if (at_ >= document_.size()) {
        fault(Fault::Short);
        return std::nullopt;
    }
    const std::uint8_t first = document_[at_++];
    if (first < 0x80) return Head{Kind::Uint, first};
    if (first < 0x90) return Head{Kind::Map, first & 0x0fU};
    if (first < 0xa0) return Head{Kind::Array, first & 0x0fU};
    if (first < 0xc0) return Head{Kind::Text, first & 0x1fU};
    return long_head(first);
}

std::optional<Reader::Head> Reader::long_head(std::uint8_t first) {
    switch (first) {
        case 0xc0:
            return Head{Kind::Nil, 0};
        case 0xc2:
        case 0xc3:
            return Head{Kind::Bool, first & 1U};
        case 0xc4:
            return number(Kind::Bin, 1, 0);
        case 0xc5:
            return number(Kind::Bin, 2, needs_2_bytes);
        case 0xc6:
            return number(Kind::Bin, 4, needs_4_bytes);
        case 0xcc:
            return number(Kind::Uint, 1, needs_u8);
        case 0xcd:
            return number(Kind::Uint, 2, needs_2_bytes);
        case 0xce:
            return number(Kind::Uint, 4, needs_4_bytes);
        case 0xcf:
            return number(Kind::Uint, 8, needs_8_bytes);
        case 0xd9:
            return number(Kind::Text, 1, needs_long_text);
        case 0xda:
            return number(Kind::Text, 2, needs_2_bytes);
        case 0xdb:
            return number(Kind::Text, 4, needs_4_bytes);
        case 0xdc:
            return number(Kind::Array, 2, needs_long_array);
        case 0xdd:
            return number(Kind::Array, 4, needs_4_bytes);
        case 0xde:
            return number(Kind::Map, 2, needs_long_map);
        case 0xdf:
            return number(Kind::Map, 4, needs_4_bytes);
        default:
            fault(Fault::Type);
            return std::nullopt;
    }
}

std::optional<Reader::Head> Reader::number(Kind kind, std::size_t width, std::uint64_t smallest) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(width))
        value = (value << 8) | byte;
    if (ok() && value < smallest) fault(Fault::NonMinimal);
    if (!ok()) return std::nullopt;
    return Head{kind, value};
}

Result<> check_document(ByteView document, std::size_t max_size) {
    Reader in(document, max_size);
    in.raw();
    return in.finish();
}

}  // namespace kith::wire
