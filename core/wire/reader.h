// SPDX-License-Identifier: GPL-3.0-or-later
// The bounded reader: the only door for msgpack from outside (docs/spec/wire.md).
//
// It takes the one canonical form and nothing else: shortest integers and lengths, no trailing
// bytes, depth <= 8, <= 1,024 items a container, text that is UTF-8, no floats, no negative
// numbers, no extensions. Known fields are read without allocation or copy; byte strings are views
// into the document.
//
// Faults stick. The first one is kept, everything read after it is zero or empty, and finish()
// tells it; so a decoder reads like the specification and cannot forget a check:
//
//   Result<Msg> Msg::decode(ByteView body) {
//       Reader in(body, frame_body_max);
//       IntMap map(in);
//       Msg msg;
//       msg.n = map.key(1).u32();
//       msg.inner = map.key(2).bin(1, frame_body_max);
//       map.end();
//       return in.finish(msg);
//   }
#pragma once

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kith::wire {

/// The first thing that is wrong with a document, in the words of the protocol vectors.
enum class Fault : std::uint8_t {
    None,
    Size,        // "size": the document is larger than its type allows
    Short,       // "mp_short": bytes end too early, or a length exceeds them
    Trailing,    // "mp_trailing": bytes after the end
    Depth,       // "mp_depth": containers nested deeper than 8
    NonMinimal,  // "mp_nonminimal": an integer or length not in its shortest form
    Type,        // "mp_type": float, negative, extension, reserved
    Utf8,        // "mp_utf8": text that is not UTF-8
    Key,         // "mp_key": a map key that is neither an integer nor text
    Duplicate,   // "mp_duplicate": a map key twice
    Order,       // "mp_order": map keys not in the required order
    Field,       // "mp_field": a field is missing, of the wrong type, or out of range
    UnknownKey,  // "bad_key": an unknown integer key of 64 or more
};

/// The word of the vectors: "mp_depth".
std::string_view to_string(Fault fault);

/// Reads one document from front to back. Not copyable; lives on the decoder's stack. The
/// document must outlive the views taken from it.
class Reader {
  public:
    /// `max_size`: largest size of a document of this type, checked before the first byte.
    explicit Reader(ByteView document, std::size_t max_size);

    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    std::uint8_t u8();
    std::uint16_t u16();
    std::uint32_t u32();
    std::uint64_t u64();
    bool boolean();

    /// Takes a nil if one comes next and says whether it did.
    bool take_nil();

    /// Bytes of a length within [min, max].
    ByteView bin(std::size_t min, std::size_t max);

    /// Exactly N bytes.
    template <std::size_t N>
    std::array<std::uint8_t, N> fixed() {
        std::array<std::uint8_t, N> out{};
        copy_exactly(out);
        return out;
    }

    /// Exactly as many bytes as a PublicBytes type holds: `in.id<DeviceId>()`.
    template <class T>
    T id() {
        T out;
        copy_exactly(out.mutable_view());
        return out;
    }

    /// UTF-8 of at most `max` bytes.
    std::string_view text(std::size_t max);

    /// Opens an array of exactly `count` items. Its items follow; it closes by itself.
    void tuple(std::size_t count);

    /// Opens an array of min..max items and gives their number, 0 after a fault.
    std::size_t array(std::size_t min, std::size_t max);

    /// Any one value, checked to the bottom, as it stands in the document.
    ByteView raw();

    /// A check of the decoder's own: Fault::Field unless it holds.
    void require(bool condition) {
        if (!condition) fault(Fault::Field);
    }

    /// Keeps the first fault; later ones are dropped.
    void fault(Fault fault);

    bool ok() const { return fault_ == Fault::None; }

    Fault first_fault() const { return fault_; }

    /// Success when no fault came up and the document is used up.
    /// Errors: TooLarge (size), Malformed (all others); the context begins with the fault's word.
    Result<> finish();

    /// The same, with the decoded value.
    template <class T>
    Result<T> finish(T value) {
        if (auto done = finish(); !done) return tl::unexpected(std::move(done).error());
        return value;
    }

  private:
    friend class IntMap;
    friend class StrMap;

    class Keys;
    enum class Kind : std::uint8_t { Nil, Bool, Uint, Bin, Text, Array, Map };

    struct Head {
        Kind kind = Kind::Nil;
        std::uint64_t value = 0;  // of a number or bool; else the length or count
    };

    std::uint64_t uint(std::uint64_t max);
    void copy_exactly(MutableByteView out);
    std::size_t open_map();
    void skip();
    void skip_item(Keys& keys);
    void pass(const Head& head);

    std::optional<Head> head();
    std::optional<Head> head_of(Kind kind);
    std::optional<Head> long_head(std::uint8_t first);
    std::optional<Head> number(Kind kind, std::size_t width, std::uint64_t smallest);
    bool open(std::uint64_t count, std::uint64_t width);
    void value_done();
    ByteView take(std::uint64_t count);

    ByteView document_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    // Items that each open container still expects; map keys count as items.
    std::array<std::uint32_t, limits::msgpack_depth> left_{};
    Fault fault_ = Fault::None;
    std::size_t fault_at_ = 0;
};

/// Checks that the bytes are one canonical document of any shape within the bounds. Maps may have
/// integer or text keys in any order, none twice.
Result<> check_document(ByteView document, std::size_t max_size);

}  // namespace kith::wire
