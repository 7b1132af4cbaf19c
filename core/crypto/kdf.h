// SPDX-License-Identifier: GPL-3.0-or-later
// HMAC-SHA256 (RFC 2104), HKDF-SHA256 (RFC 5869) and the protocol's derivation on top:
//
//   KDF(l, salt, ikm, ctx, n) = HKDF(salt, ikm, info = "kith1/" || l || 0x00 || u16(n) || ctx, n)
//   KDF1(l, k)                = KDF(l, 0^32, k, "", 32)
//   MAC(k, x)                 = HMAC-SHA256(k, x)
//
// Nothing here allocates: the ratchet derives several times for each message.
// Specification: docs/spec/crypto.md#conventions.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/crypto/label.h"

#include <array>
#include <span>

namespace kith::crypto {

/// HMAC-SHA256 under one key, one message after another: cheaper than HmacKey where nobody else
/// needs the key, since nothing is copied for a message. Any key length. One thread.
class Hmac {
  public:
    explicit Hmac(ByteView key);
    Hmac& operator=(const Hmac&) = delete;
    ~Hmac();

    void update(ByteView bytes);
    void update_all(std::span<const ByteView> parts);

    /// The tag of what came since the last one.
    void finish(std::span<std::uint8_t, 32> out);

    /// The tag of one message as a secret: `hmac.derive<MessageKey>(byte)`.
    template <class Secret>
    Secret derive(ByteView message) {
        static_assert(Secret::size_bytes == 32);
        return Secret::made_by([&](MutableByteView out) {
            update(message);
            finish(out.first<32>());
        });
    }

  private:
    friend class HmacKey;

    Hmac(const Hmac& other) = default;

    // nettle's state after the key, and whatever came since.
    alignas(8) std::array<std::uint8_t, 336> state_;
};

/// A key of HMAC-SHA256, absorbed once and used for many messages, by any thread. Any key length.
class HmacKey {
  public:
    explicit HmacKey(ByteView key) : keyed_(key) {}

    HmacKey(const HmacKey&) = delete;
    HmacKey& operator=(const HmacKey&) = delete;
    ~HmacKey() = default;

    /// For messages of one thread.
    Hmac hmac() const { return keyed_; }

    /// HMAC of the concatenated parts, written to `out`.
    void mac_into(std::span<const ByteView> parts, std::span<std::uint8_t, 32> out) const;

    /// As a public tag.
    template <class... Parts>
    Mac32 mac(const Parts&... parts) const {
        const std::array<ByteView, sizeof...(Parts)> views{ByteView(parts)...};
        Mac32 out;
        mac_into(views, std::span<std::uint8_t, 32>(out.data(), 32));
        return out;
    }

  private:
    Hmac keyed_;
};

/// MAC(k, x) over the concatenated parts.
template <class... Parts>
Mac32 mac(ByteView key, const Parts&... parts) {
    return HmacKey(key).mac(parts...);
}

/// Constant-time comparison with a received tag, which may be a prefix (16 bytes of an inner mac).
/// Requires: 16 <= tag.size() <= 32.
bool verify_mac(const Mac32& expected, ByteView tag);

/// Most bytes one HKDF can give: 255 blocks.
inline constexpr std::size_t hkdf_max = std::size_t{255} * 32;

/// HKDF after its extract step; expand() may be called for any number of infos.
class Hkdf {
  public:
    Hkdf(ByteView salt, ByteView ikm);
    /// The input keying material in parts, which are concatenated.
    Hkdf(ByteView salt, std::span<const ByteView> ikm);

    /// Starts from a pseudorandom key that was extracted elsewhere.
    static Hkdf from_prk(ByteView prk) { return Hkdf(HaveExtracted{}, prk); }

    Hkdf(const Hkdf&) = delete;
    Hkdf& operator=(const Hkdf&) = delete;
    ~Hkdf() = default;

    /// The info is the concatenation of its parts. InvalidArgument: out longer than hkdf_max; `out`
    /// is unchanged then.
    Result<> expand(std::span<const ByteView> info, MutableByteView out) const;

  private:
    struct HaveExtracted {};

    Hkdf(HaveExtracted, ByteView prk) : prk_(prk) {}

    HmacKey prk_;
};

/// KDF into `out`, whose size is n. Requires: 0 < n <= hkdf_max. An empty salt counts as zeros.
void kdf_into(Label label, ByteView salt, ByteView ikm, ByteView ctx, MutableByteView out);
/// The same with the input keying material in parts, which are concatenated.
void kdf_parts_into(
    Label label, ByteView salt, std::span<const ByteView> ikm, ByteView ctx, MutableByteView out);

/// KDF as a secret of its own type and length: `kdf<RowKey>(Label::Table, zero_salt, mk, table)`.
template <class Secret>
Secret kdf(Label label, ByteView salt, ByteView ikm, ByteView ctx = {}) {
    return Secret::made_by([&](MutableByteView out) { kdf_into(label, salt, ikm, ctx, out); });
}

/// 0^32, the salt of most derivations.
inline constexpr std::array<std::uint8_t, 32> zero_salt{};

/// KDF1(label, key).
template <class Secret>
Secret kdf1(Label label, ByteView key) {
    static_assert(Secret::size_bytes == 32);
    return kdf<Secret>(label, zero_salt, key);
}

}  // namespace kith::crypto
