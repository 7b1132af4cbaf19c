// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/kdf.h"

#include "core/base/assert.h"

#include <nettle/hmac.h>

#include <algorithm>

namespace kith::crypto {
namespace {

// SHA-256 is nettle's, which GnuTLS brings along: it uses the SHA instructions of the processor,
// libsodium 1.0.18 does not. A message costs about 40 blocks of SHA-256; this makes it twice as
// fast.
using State = hmac_sha256_ctx;
using StateBytes = std::array<std::uint8_t, sizeof(State)>;
using Block = SecretBytes<32, struct HkdfBlockTag>;

/// A running HMAC that is wiped when it ends.
class Hmac {
  public:
    explicit Hmac(ByteView key) { hmac_sha256_set_key(&state_, key.size(), key.data()); }

    /// Goes on after a key that was absorbed before.
    explicit Hmac(const StateBytes& keyed) { std::memcpy(&state_, keyed.data(), sizeof state_); }

    Hmac(const Hmac&) = delete;
    Hmac& operator=(const Hmac&) = delete;

    ~Hmac() { wipe({reinterpret_cast<std::uint8_t*>(&state_), sizeof state_}); }

    void update(ByteView bytes) { hmac_sha256_update(&state_, bytes.size(), bytes.data()); }

    void update_all(std::span<const ByteView> parts) {
        for (const ByteView part : parts)
            update(part);
    }

    /// Requires: room for 32 bytes.
    void finish(MutableByteView out) {
        hmac_sha256_digest(&state_, SHA256_DIGEST_SIZE, out.data());
    }

    void save(StateBytes& out) const { std::memcpy(out.data(), &state_, sizeof state_); }

  private:
    State state_;
};

Block extract(ByteView salt, std::span<const ByteView> ikm) {
    return Block::made_by([&](MutableByteView out) {
        Hmac hmac(salt);
        hmac.update_all(ikm);
        hmac.finish(out);
    });
}

}  // namespace

HmacKey::HmacKey(ByteView key) {
    static_assert(sizeof state_ == sizeof(State));
    Hmac(key).save(state_);
}

HmacKey::~HmacKey() {
    wipe(state_);
}

void HmacKey::mac_into(std::span<const ByteView> parts, std::span<std::uint8_t, 32> out) const {
    Hmac hmac(state_);
    hmac.update_all(parts);
    hmac.finish(out);
}

bool verify_mac(const Mac32& expected, ByteView tag) {
    KITH_ASSERT(tag.size() >= 16 && tag.size() <= expected.size());
    return constant_time_equal(expected.view().first(tag.size()), tag);
}

Hkdf::Hkdf(ByteView salt, std::span<const ByteView> ikm) : prk_(extract(salt, ikm).expose()) {}

Hkdf::Hkdf(ByteView salt, ByteView ikm) : Hkdf(salt, std::span<const ByteView>(&ikm, 1)) {}

Result<> Hkdf::expand(std::span<const ByteView> info, MutableByteView out) const {
    if (out.size() > hkdf_max) return fail(Code::InvalidArgument, "HKDF output too long");
    std::array<std::uint8_t, 32> last;
    const WipeGuard guard(last);
    std::uint8_t counter = 0;
    for (std::size_t done = 0; done < out.size();) {
        Hmac hmac(prk_.state_);
        if (counter > 0) hmac.update(last);
        hmac.update_all(info);
        ++counter;
        hmac.update(ByteView(&counter, 1));
        hmac.finish(last);
        const std::size_t take = std::min(last.size(), out.size() - done);
        std::memcpy(out.data() + done, last.data(), take);
        done += take;
    }
    return success();
}

void kdf_parts_into(
    Label label, ByteView salt, std::span<const ByteView> ikm, ByteView ctx, MutableByteView out) {
    KITH_ASSERT(!out.empty() && out.size() <= hkdf_max);
    const auto length = be_bytes<std::uint16_t>(static_cast<std::uint16_t>(out.size()));
    const std::array<ByteView, 3> info{label_bytes(label, LabelUse::Derive), length, ctx};
    const auto expanded = Hkdf(salt, ikm).expand(info, out);
    KITH_ASSERT(expanded.has_value());
}

void kdf_into(Label label, ByteView salt, ByteView ikm, ByteView ctx, MutableByteView out) {
    kdf_parts_into(label, salt, std::span<const ByteView>(&ikm, 1), ctx, out);
}

}  // namespace kith::crypto
