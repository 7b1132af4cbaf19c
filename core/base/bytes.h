// SPDX-License-Identifier: GPL-3.0-or-later
// Byte strings: owned, viewed, and of fixed size with a meaning of their own.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace kith {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

/// The bytes of a text. The view lives as long as the text.
inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The bytes as text, unchecked: for keys of maps and for parsers that check themselves.
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(ByteView view) {
    return {view.begin(), view.end()};
}

inline void append(Bytes& out, ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

inline bool equal(ByteView a, ByteView b) {
    return std::ranges::equal(a, b);
}

/// Big-endian, the byte order of every kith format.
template <class T>
inline void append_be(Bytes& out, std::type_identity_t<T> value) {
    static_assert(std::is_unsigned_v<T>);
    for (std::size_t shift = sizeof(T) * 8; shift > 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
    }
}

/// The same as a value: `be_bytes<std::uint64_t>(epoch)`.
template <class T>
constexpr std::array<std::uint8_t, sizeof(T)> be_bytes(std::type_identity_t<T> value) {
    static_assert(std::is_unsigned_v<T>);
    std::array<std::uint8_t, sizeof(T)> out{};
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        out[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
    }
    return out;
}

/// Requires: in.size() >= sizeof(T).
template <class T>
inline T read_be(ByteView in) {
    static_assert(std::is_unsigned_v<T>);
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value = static_cast<T>((static_cast<std::uint64_t>(value) << 8) | in[i]);
    }
    return value;
}

/// Concatenates byte ranges: `concat(a, b, c)`.
template <class... Parts>
inline Bytes concat(const Parts&... parts) {
    Bytes out;
    out.reserve((std::size_t{0} + ... + ByteView(parts).size()));
    (append(out, ByteView(parts)), ...);
    return out;
}

/// N public bytes that mean one thing: an id, a public key, a hash. Ordered and hashable; two
/// types with different tags neither compare nor convert. Secrets are SecretBytes
/// (core/crypto/secret.h).
template <std::size_t N, class Tag>
class PublicBytes {
  public:
    static constexpr std::size_t size_bytes = N;

    constexpr PublicBytes() = default;

    explicit constexpr PublicBytes(const std::array<std::uint8_t, N>& bytes) : bytes_(bytes) {}

    /// nullopt unless `bytes` is exactly N long.
    static std::optional<PublicBytes> from(ByteView bytes) {
        if (bytes.size() != N) return std::nullopt;
        return copy_of(bytes);
    }

    /// Requires: bytes.size() >= N; takes the first N.
    static PublicBytes copy_of(ByteView bytes) {
        PublicBytes out;
        std::memcpy(out.bytes_.data(), bytes.data(), N);
        return out;
    }

    constexpr const std::array<std::uint8_t, N>& array() const { return bytes_; }

    const std::uint8_t* data() const { return bytes_.data(); }

    std::uint8_t* data() { return bytes_.data(); }

    static constexpr std::size_t size() { return N; }

    ByteView view() const { return bytes_; }

    // Public bytes flow freely into hashing and encoding; the way back is explicit.
    operator ByteView() const { return bytes_; }  // NOLINT(google-explicit-constructor)

    MutableByteView mutable_view() { return bytes_; }

    bool is_zero() const {
        return std::ranges::all_of(bytes_, [](std::uint8_t byte) { return byte == 0; });
    }

    friend constexpr auto operator<=>(const PublicBytes&, const PublicBytes&) = default;

  private:
    std::array<std::uint8_t, N> bytes_{};
};

/// For unordered containers. The bytes are ids and hashes, so their first word is spread already;
/// a peer can choose ids, hence containers of them are bounded (limits.h).
struct ByteHash {
    using is_transparent = void;

    std::size_t operator()(ByteView bytes) const {
        return std::hash<std::string_view>{}(as_text(bytes));
    }
};

}  // namespace kith

template <std::size_t N, class Tag>
struct std::hash<kith::PublicBytes<N, Tag>> {
    std::size_t operator()(const kith::PublicBytes<N, Tag>& value) const {
        return kith::ByteHash{}(value.view());
    }
};
