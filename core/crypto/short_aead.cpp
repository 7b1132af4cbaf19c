// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/short_aead.h"

#include "core/base/assert.h"
#include "core/crypto/secret.h"

#include <endian.h>
#include <sodium.h>

#include <array>
#include <cstring>

namespace kith::crypto {
namespace {

constexpr std::size_t block_size = 64;
constexpr std::size_t tag_size = crypto_onetimeauth_poly1305_BYTES;
constexpr std::size_t run_max = block_size + short_text_max;

/// What ChaCha20 makes of a block of zeros and a text after it, wiped in the end.
class CipherRun {
  public:
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): only what is used is filled.
    CipherRun(std::span<const std::uint8_t, 32> key, const AeadNonce& nonce, ByteView text)
        : text_size_(text.size()), size_(run_size(text.size())) {
        KITH_ASSERT(text.size() <= short_text_max);
        std::memset(bytes_.data(), 0, block_size);
        if (!text.empty()) std::memcpy(bytes_.data() + block_size, text.data(), text.size());
        const std::size_t used = block_size + text.size();
        std::memset(bytes_.data() + used, 0, size_ - used);
        // draft-irtf-cfrg-xchacha-03, 2.3: a key of its own from the first 16 bytes of the nonce.
        std::array<std::uint8_t, crypto_core_hchacha20_OUTPUTBYTES> subkey{};
        const WipeGuard guard(subkey);
        crypto_core_hchacha20(subkey.data(), nonce.data(), key.data(), nullptr);
        std::array<std::uint8_t, crypto_stream_chacha20_ietf_NONCEBYTES> rest{};
        std::memcpy(rest.data() + 4, nonce.data() + 16, 8);
        crypto_stream_chacha20_ietf_xor(
            bytes_.data(), bytes_.data(), size_, rest.data(), subkey.data());
    }

    CipherRun(const CipherRun&) = delete;
    CipherRun& operator=(const CipherRun&) = delete;

    ~CipherRun() { wipe(MutableByteView(bytes_).first(size_)); }

    ByteView text() const { return ByteView(bytes_).subspan(block_size, text_size_); }

    /// RFC 8439, 2.8: the ad and the sealed text, each padded to 16, and their lengths.
    std::array<std::uint8_t, tag_size> tag(ByteView ad, ByteView sealed) const {
        static constexpr std::array<std::uint8_t, 16> zeros{};
        const std::array<std::uint64_t, 2> lengths{htole64(ad.size()), htole64(sealed.size())};
        crypto_onetimeauth_poly1305_state state;
        crypto_onetimeauth_poly1305_init(&state, bytes_.data());
        for (const ByteView part : {ad, sealed}) {
            crypto_onetimeauth_poly1305_update(&state, part.data(), part.size());
            crypto_onetimeauth_poly1305_update(&state, zeros.data(), (0 - part.size()) % 16);
        }
        crypto_onetimeauth_poly1305_update(
            &state, reinterpret_cast<const std::uint8_t*>(lengths.data()), sizeof lengths);
        std::array<std::uint8_t, tag_size> out{};
        crypto_onetimeauth_poly1305_final(&state, out.data());
        sodium_memzero(&state, sizeof state);
        return out;
    }

  private:
    // Four blocks cost less than two, and sixteen less than eleven.
    static constexpr std::size_t run_size(std::size_t text_size) {
        const std::size_t used = block_size + text_size;
        constexpr std::size_t least = 256;
        constexpr std::size_t step = 512;
        return used <= least ? least : (used + step - 1) / step * step;
    }

    std::size_t text_size_;
    std::size_t size_;
    alignas(64) std::array<std::uint8_t, run_max> bytes_;
};

}  // namespace

void short_seal(std::span<const std::uint8_t, 32> key,
                const AeadNonce& nonce,
                ByteView ad,
                ByteView plain,
                MutableByteView out) {
    KITH_ASSERT(out.size() == plain.size() + tag_size);
    const CipherRun run(key, nonce, plain);
    const auto tag = run.tag(ad, run.text());
    std::ranges::copy(run.text(), out.begin());
    std::ranges::copy(tag, out.begin() + static_cast<std::ptrdiff_t>(plain.size()));
}

bool short_open(std::span<const std::uint8_t, 32> key,
                const AeadNonce& nonce,
                ByteView ad,
                ByteView sealed,
                MutableByteView out) {
    KITH_ASSERT(sealed.size() >= tag_size && out.size() + tag_size >= sealed.size());
    const ByteView text = sealed.first(sealed.size() - tag_size);
    const CipherRun run(key, nonce, text);
    auto tag = run.tag(ad, text);
    const WipeGuard guard(tag);  // it would make the forgery a message
    if (!constant_time_equal(tag, sealed.last(tag_size))) return false;
    std::ranges::copy(run.text(), out.begin());
    return true;
}

}  // namespace kith::crypto
