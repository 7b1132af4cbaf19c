// SPDX-License-Identifier: GPL-3.0-or-later
// Maps from outside: no key twice, keys in the order of the specification, unknown keys ignored
// where the specification allows them (docs/spec/wire.md).
#pragma once

#include "core/wire/reader.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace kith::wire {

/// A map with small unsigned keys in ascending order (frames). Ask for the known keys in that
/// order; unknown keys under 64 are ignored wherever they stand, others are a fault.
class IntMap {
  public:
    /// Opens the map that comes next.
    explicit IntMap(Reader& in);

    IntMap(const IntMap&) = delete;
    IntMap& operator=(const IntMap&) = delete;

    /// The reader at the value of a key that must be there.
    Reader& key(std::uint8_t key);

    /// Whether the key is there; if so, its value must be read next.
    bool has(std::uint8_t key);

    /// Passes what is left. Required after the last known key.
    void end();

  private:
    bool peek();

    Reader& in_;
    std::size_t pairs_ = 0;
    std::uint64_t next_ = 0;  // the key that was read last
    bool pending_ = false;    // its value has not been asked for yet
    bool any_ = false;
};

/// A map with text keys in the order of the specification (signed objects). Ask for the known
/// keys in that order; unknown keys may only follow the known ones and are ignored.
class StrMap {
  public:
    /// Keys a map can have: beyond it the decoder is wrong, not the input.
    static constexpr std::size_t max_known = 16;

    /// Opens the map that comes next.
    explicit StrMap(Reader& in);

    StrMap(const StrMap&) = delete;
    StrMap& operator=(const StrMap&) = delete;

    /// The reader at the value of a key that must be next. `key` must outlive the map.
    Reader& key(std::string_view key);

    /// Whether the key is next; if so, its value must be read next. `key` must outlive the map.
    bool has(std::string_view key);

    /// Passes unknown keys. Required after the last known key.
    void end();

  private:
    struct Known {
        std::string_view name;
        bool seen = false;
    };

    void remember(std::string_view key, bool seen);
    const Known* find(std::string_view key) const;
    bool peek();
    Fault why_missing(std::string_view key);

    Reader& in_;
    std::size_t pairs_ = 0;
    std::string_view next_;
    bool pending_ = false;
    std::array<Known, max_known> known_{};
    std::size_t known_count_ = 0;
};

}  // namespace kith::wire
