// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/packet_check.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace kith::directory {

namespace {

// What OpenDHT makes of the value that follows a key. It takes the first of equal keys; the rules
// hold for each of them, so it cannot be led past one.
enum class Meaning : std::uint8_t {
    Any,
    Refused,   // "owner" of a value; "p", parts of a value, in the outermost map
    Type,      // "type" of a value
    Values,    // list of values; a number in it announces parts
    NonEmpty,  // "e", "f": OpenDHT reads the first item, or divides by their number
};

Meaning meaning_of(std::string_view key, bool outermost) {
    if (key == "owner" || (outermost && key == "p")) return Meaning::Refused;
    if (key == "type") return Meaning::Type;
    if (key == "values") return Meaning::Values;
    if (key == "f" || (outermost && key == "e")) return Meaning::NonEmpty;
    return Meaning::Any;
}

struct Item {
    enum class Kind : std::uint8_t { Scalar, Number, Text, Bytes, Array, Map } kind;
    std::uint64_t value = 0;  // of a number; length of text and bytes; count of containers
};

struct Container {
    bool map = false;
    bool key_next = false;
    Meaning meaning = Meaning::Any;  // of its items; of a map: of the value that follows
    std::size_t left = 0;            // items, keys and values counted apart
};

}  // namespace

class PacketWalk {
  public:
    explicit PacketWalk(ByteView packet) : rest_(packet) {}

    Result<ValueTypes> run() {
        const auto outermost = next();
        if (!outermost || outermost->kind != Item::Kind::Map || !open(*outermost, Meaning::Any)) {
            return fail(Code::Malformed, "packet is not a small map");
        }
        while (depth_ > 0) {
            Container& top = stack_[depth_ - 1];
            if (top.left == 0) {
                --depth_;
                continue;
            }
            --top.left;
            const auto item = next();
            if (!item || !(top.map && top.key_next ? take_key(*item) : take_value(*item))) {
                return fail(Code::Malformed, "packet of an odd shape");
            }
        }
        if (!rest_.empty()) return fail(Code::Malformed, "bytes after the packet");
        return types_;
    }

  private:
    bool take_key(const Item& item) {
        if (item.kind != Item::Kind::Text) return false;
        Container& top = stack_[depth_ - 1];
        top.key_next = false;
        top.meaning = meaning_of(as_text(skip(item.value)), depth_ == 1);
        return top.meaning != Meaning::Refused;
    }

    bool take_value(const Item& item) {
        Container& top = stack_[depth_ - 1];
        top.key_next = top.map;
        const Meaning meaning = top.meaning;
        // Items of a list of values.
        if (!top.map && meaning == Meaning::Values && item.kind != Item::Kind::Map) return false;
        switch (item.kind) {
            case Item::Kind::Scalar:
                return true;
            case Item::Kind::Number:
                return meaning != Meaning::Type || note_type(item.value);
            case Item::Kind::Text:
            case Item::Kind::Bytes:
                skip(item.value);
                return true;
            case Item::Kind::Array:
                if (meaning == Meaning::NonEmpty && item.value == 0) return false;
                return open(item, meaning == Meaning::Values ? meaning : Meaning::Any);
            case Item::Kind::Map:
                return open(item, Meaning::Any);
        }
        return false;
    }

    bool note_type(std::uint64_t number) {
        if (number > 0xFFFF) return true;  // OpenDHT refuses the value
        const auto type = static_cast<std::uint16_t>(number);
        if (std::ranges::find(types_.ids(), type) != types_.ids().end()) return true;
        if (types_.count_ == types_.ids_.size()) return false;
        types_.ids_[types_.count_++] = type;
        return true;
    }

    bool open(const Item& item, Meaning meaning) {
        if (depth_ == stack_.size() || item.value > packet_items) return false;
        const bool map = item.kind == Item::Kind::Map;
        stack_[depth_++] = {
            map, map, meaning, static_cast<std::size_t>(item.value) * (map ? 2U : 1U)};
        return true;
    }

    // Requires: the bytes are there, which next() has checked.
    ByteView skip(std::uint64_t count) {
        const ByteView bytes = rest_.first(static_cast<std::size_t>(count));
        rest_ = rest_.subspan(bytes.size());
        return bytes;
    }

    std::optional<std::uint64_t> number(std::size_t width) {
        if (rest_.size() < width) return std::nullopt;
        std::uint64_t value = 0;
        for (const std::uint8_t byte : skip(width)) {
            value = value << 8 | byte;
        }
        return value;
    }

    // msgpack-c takes a signed form that is not negative for a plain number, and so do we.
    std::optional<Item> signed_number(std::size_t width) {
        const auto value = number(width);
        if (!value) return std::nullopt;
        const bool negative = (*value >> (8 * width - 1)) != 0;
        return negative ? Item{Item::Kind::Scalar} : Item{Item::Kind::Number, *value};
    }

    std::optional<Item> sized(Item::Kind kind, std::optional<std::uint64_t> size) const {
        if (!size) return std::nullopt;
        const bool string = kind == Item::Kind::Text || kind == Item::Kind::Bytes;
        if (string && (*size > packet_string || *size > rest_.size())) return std::nullopt;
        return Item{kind, *size};
    }

    // The head of the next item (msgpack specification, "Formats").
    std::optional<Item> next() {
        using enum Item::Kind;
        if (rest_.empty()) return std::nullopt;
        const std::uint8_t head = skip(1)[0];
        if (head <= 0x7f) return Item{Number, head};
        if (head <= 0x8f) return sized(Map, head & 0x0fU);
        if (head <= 0x9f) return sized(Array, head & 0x0fU);
        if (head <= 0xbf) return sized(Text, head & 0x1fU);
        if (head >= 0xe0) return Item{Scalar};  // small negative numbers
        switch (head) {
            case 0xc0:
            case 0xc2:
            case 0xc3:
                return Item{Scalar};  // nil, booleans
            case 0xc4:
                return sized(Bytes, number(1));
            case 0xc5:
                return sized(Bytes, number(2));
            case 0xc6:
                return sized(Bytes, number(4));
            case 0xcc:
                return sized(Number, number(1));
            case 0xcd:
                return sized(Number, number(2));
            case 0xce:
                return sized(Number, number(4));
            case 0xcf:
                return sized(Number, number(8));
            case 0xd0:
                return signed_number(1);
            case 0xd1:
                return signed_number(2);
            case 0xd2:
                return signed_number(4);
            case 0xd3:
                return signed_number(8);
            case 0xd9:
                return sized(Text, number(1));
            case 0xda:
                return sized(Text, number(2));
            case 0xdb:
                return sized(Text, number(4));
            case 0xdc:
                return sized(Array, number(2));
            case 0xdd:
                return sized(Array, number(4));
            case 0xde:
                return sized(Map, number(2));
            case 0xdf:
                return sized(Map, number(4));
            default:
                return std::nullopt;  // floats, extensions, 0xc1: never sent
        }
    }

    ByteView rest_;
    std::array<Container, packet_depth> stack_;
    std::size_t depth_ = 0;
    ValueTypes types_;
};

Result<ValueTypes> check_packet(ByteView packet) {
    return PacketWalk(packet).run();
}

}  // namespace kith::directory
