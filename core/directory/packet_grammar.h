// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of OpenDHT's packets as data: which key may hold what, in which map. From OpenDHT 2.4
// (network_engine.cpp packs, parsed_message.h reads). For packet_check.cpp.
//
// OpenDHT's reader looks at keys one by one and keeps the last of equal ones. The table holds for
// each of them, so a packet cannot lead it past one.
#pragma once

#include <cstdint>
#include <string_view>

namespace kith::directory::grammar {

/// What an item is, as a set of bits.
using Kinds = std::uint8_t;
inline constexpr Kinds number = 1;
inline constexpr Kinds text = 2;
inline constexpr Kinds bytes = 4;
inline constexpr Kinds other = 8;  // nil, booleans, negative numbers
inline constexpr Kinds list = 16;
inline constexpr Kinds map = 32;
inline constexpr Kinds flat = number | text | bytes | other;

/// Where an item stands: in which map or list.
enum class Place : std::uint8_t {
    Packet,      // the outermost map
    Request,     // what is asked, answered or told
    Query,       // which values are asked for
    Filters,     // list
    Filter,      //
    Fields,      // parts of values, instead of the values
    FieldItems,  // list
    Values,      // list
    Value,
    Data,
    Body,
    Error,    // list: code, text
    Numbers,  // list
    None,     // holds nothing
};

/// An item that may stand in a place.
struct Rule {
    Place in;
    std::string_view key;  // empty: an item of a list
    Kinds kinds;           // 0: refused
    Place inside = Place::None;
    bool empty_allowed = true;
    bool value_type = false;
};

/// OpenDHT reads the first item of an error without looking whether there is one, and divides by
/// the number of fields.
inline constexpr bool not_empty = false;

inline constexpr Rule rules[] = {
    {Place::Packet, "y", text},
    {Place::Packet, "q", text},
    {Place::Packet, "v", text},
    {Place::Packet, "t", number | bytes},
    {Place::Packet, "n", number},
    {Place::Packet, "s", other},
    {Place::Packet, "a", map, Place::Request},
    {Place::Packet, "r", map, Place::Request},
    {Place::Packet, "u", map, Place::Request},
    {Place::Packet, "e", list, Place::Error, not_empty},
    {Place::Packet, "p", 0},  // a part of a large value
    {Place::Request, "id", bytes},
    {Place::Request, "h", bytes},
    {Place::Request, "target", bytes},
    {Place::Request, "token", bytes},
    {Place::Request, "n4", bytes},
    {Place::Request, "n6", bytes},
    {Place::Request, "sa", bytes},
    {Place::Request, "sid", number | bytes},
    {Place::Request, "vid", number},
    {Place::Request, "c", number},
    {Place::Request, "ve", number},
    {Place::Request, "q", map, Place::Query},
    {Place::Request, "w", list, Place::Numbers},
    {Place::Request, "exp", list, Place::Numbers},
    {Place::Request, "re", list, Place::Numbers},
    {Place::Request, "values", list, Place::Values},
    {Place::Request, "fileds", map, Place::Fields},  // as OpenDHT spells it
    {Place::Request, "fields", map, Place::Fields},
    {Place::Query, "s", list, Place::Numbers},
    {Place::Query, "w", list, Place::Filters},
    {Place::Filters, "", map, Place::Filter},
    {Place::Filter, "f", number},
    {Place::Filter, "v", number | bytes | text},
    {Place::Fields, "f", list, Place::Numbers, not_empty},
    {Place::Fields, "v", list, Place::FieldItems},
    {Place::FieldItems, "", number | bytes | text},
    {Place::Values, "", map, Place::Value},  // a number would announce parts
    {Place::Value, "id", number},
    {Place::Value, "p", number},
    {Place::Value, "dat", map, Place::Data},  // a byte string would be sealed
    {Place::Data, "body", map, Place::Body},  // "sig" would be signed
    {Place::Body, "type", number, Place::None, true, true},
    {Place::Body, "data", bytes},
    {Place::Body, "utype", text},
    {Place::Error, "", number | text},
    {Place::Numbers, "", number},
};

/// Keys that are not in the table.
constexpr Kinds unknown_kinds(Place in) {
    return in == Place::Packet || in == Place::Request ? flat : Kinds{0};
}

constexpr Rule rule_for(Place in, std::string_view key) {
    for (const Rule& rule : rules) {
        if (rule.in == in && rule.key == key) return rule;
    }
    return {in, key, key.empty() ? Kinds{0} : unknown_kinds(in)};
}

}  // namespace kith::directory::grammar
