// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/packet_check.h"

#include "core/directory/packet_grammar.h"

#include <algorithm>
#include <optional>

namespace kith::directory {

namespace {

using grammar::Kinds;
using grammar::Place;
using grammar::Rule;

struct Item {
    Kinds kind = 0;           // one bit
    std::uint64_t value = 0;  // of a number; length of strings; count of containers
};

struct Container {
    Place place = Place::None;
    bool map = false;
    bool key_next = false;
    std::size_t left = 0;  // items, keys and values counted apart
    Rule rule{};           // for what comes next: of the last key, or of the list's items
};

}  // namespace

class PacketWalk {
  public:
    explicit PacketWalk(ByteView packet) : rest_(packet) {}

    Result<ValueTypes> run() {
        const auto outermost = next();
        if (!outermost || outermost->kind != grammar::map || !open(*outermost, Place::Packet)) {
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
        // Without one, OpenDHT would read an error's list as the map that it expects here.
        if (!has_request_) return fail(Code::Malformed, "packet that says nothing");
        return types_;
    }

  private:
    bool take_key(const Item& item) {
        if (item.kind != grammar::text) return false;
        Container& top = stack_[depth_ - 1];
        top.key_next = false;
        top.rule = grammar::rule_for(top.place, as_text(skip(item.value)));
        return top.rule.kinds != 0;
    }

    bool take_value(const Item& item) {
        Container& top = stack_[depth_ - 1];
        const Rule rule = top.rule;
        top.key_next = top.map;
        if ((item.kind & rule.kinds) == 0) return false;
        if (!rule.empty_allowed && item.value == 0) return false;
        switch (item.kind) {
            case grammar::text:
            case grammar::bytes:
                skip(item.value);
                return true;
            case grammar::list:
            case grammar::map:
                has_request_ = has_request_ || rule.inside == Place::Request;
                return open(item, rule.inside);
            default:
                return !rule.value_type || note_type(item.value);
        }
    }

    bool note_type(std::uint64_t number) {
        if (number > 0xFFFF) return true;  // OpenDHT refuses the value
        const auto type = static_cast<std::uint16_t>(number);
        if (std::ranges::find(types_.ids(), type) != types_.ids().end()) return true;
        if (types_.count_ == types_.ids_.size()) return false;
        types_.ids_[types_.count_++] = type;
        return true;
    }

    bool open(const Item& item, Place place) {
        if (depth_ == stack_.size() || item.value > packet_items) return false;
        const bool map = item.kind == grammar::map;
        Container& top = stack_[depth_++];
        top.place = place;
        top.map = map;
        top.key_next = map;
        top.left = static_cast<std::size_t>(item.value) * (map ? 2U : 1U);
        top.rule = map ? Rule{} : grammar::rule_for(place, {});
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
        return negative ? Item{grammar::other} : Item{grammar::number, *value};
    }

    std::optional<Item> sized(Kinds kind, std::optional<std::uint64_t> size) const {
        if (!size) return std::nullopt;
        const bool string = (kind & (grammar::text | grammar::bytes)) != 0;
        if (string && (*size > packet_string || *size > rest_.size())) return std::nullopt;
        return Item{kind, *size};
    }

    // The head of the next item (msgpack specification, "Formats").
    std::optional<Item> next() {
        using namespace grammar;
        if (rest_.empty()) return std::nullopt;
        const std::uint8_t head = skip(1)[0];
        if (head <= 0x7f) return Item{grammar::number, head};
        if (head <= 0x8f) return sized(map, head & 0x0fU);
        if (head <= 0x9f) return sized(list, head & 0x0fU);
        if (head <= 0xbf) return sized(text, head & 0x1fU);
        if (head >= 0xe0) return Item{other};  // small negative numbers
        switch (head) {
            case 0xc0:
            case 0xc2:
            case 0xc3:
                return Item{other};  // nil, booleans
            case 0xc4:
                return sized(bytes, number(1));
            case 0xc5:
                return sized(bytes, number(2));
            case 0xc6:
                return sized(bytes, number(4));
            case 0xcc:
                return sized(grammar::number, number(1));
            case 0xcd:
                return sized(grammar::number, number(2));
            case 0xce:
                return sized(grammar::number, number(4));
            case 0xcf:
                return sized(grammar::number, number(8));
            case 0xd0:
                return signed_number(1);
            case 0xd1:
                return signed_number(2);
            case 0xd2:
                return signed_number(4);
            case 0xd3:
                return signed_number(8);
            case 0xd9:
                return sized(text, number(1));
            case 0xda:
                return sized(text, number(2));
            case 0xdb:
                return sized(text, number(4));
            case 0xdc:
                return sized(list, number(2));
            case 0xdd:
                return sized(list, number(4));
            case 0xde:
                return sized(map, number(2));
            case 0xdf:
                return sized(map, number(4));
            default:
                return std::nullopt;  // floats, extensions, 0xc1: never sent
        }
    }

    ByteView rest_;
    std::array<Container, packet_depth> stack_;
    std::size_t depth_ = 0;
    bool has_request_ = false;
    ValueTypes types_;
};

Result<ValueTypes> check_packet(ByteView packet) {
    return PacketWalk(packet).run();
}

}  // namespace kith::directory
