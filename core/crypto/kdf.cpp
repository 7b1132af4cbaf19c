// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/kdf.h"

#include "core/base/assert.h"

#include <nettle/hmac.h>

#include <algorithm>
#include <new>

namespace kith::crypto {
namespace {

// SHA-256 is nettle's, which GnuTLS brings along: it uses the SHA instructions of the processor,
// libsodium 1.0.18 does not. A message costs 32 blocks of SHA-256; this makes it twice as fast.
using State = hmac_sha256_ctx;
using Block = SecretBytes<32, struct HkdfBlockTag>;

State* state_of(std::uint8_t* bytes) {
    return std::launder(reinterpret_cast<State*>(bytes));
}

Block extract(ByteView salt, std::span<const ByteView> ikm) {
    return Block::made_by([&](MutableByteView out) {
        Hmac hmac(salt);
        hmac.update_all(ikm);
        hmac.finish(out.first<32>());
    });
}

/// The expand step under the pseudorandom key of `hmac`.
Result<> expand_with(Hmac& hmac, std::span<const ByteView> info, MutableByteView out) {
    if (out.size() > hkdf_max) return fail(Code::InvalidArgument, "HKDF output too long");
    std::array<std::uint8_t, 32> last{};
    const WipeGuard guard(last);
    std::uint8_t counter = 0;
    for (std::size_t done = 0; done < out.size();) {
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

}  // namespace

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): nettle fills all of it.
Hmac::Hmac(ByteView key) {
    static_assert(sizeof state_ == sizeof(State) && alignof(State) <= 8);
    hmac_sha256_set_key(state_of(state_.data()), key.size(), key.data());
}

Hmac::~Hmac() {
    wipe(state_);
}

void Hmac::update(ByteView bytes) {
    hmac_sha256_update(state_of(state_.data()), bytes.size(), bytes.data());
}

void Hmac::update_all(std::span<const ByteView> parts) {
    for (const ByteView part : parts)
        update(part);
}

void Hmac::finish(std::span<std::uint8_t, 32> out) {
    // It goes back to the state after the key, for the next message.
    hmac_sha256_digest(state_of(state_.data()), out.size(), out.data());
}

void HmacKey::mac_into(std::span<const ByteView> parts, std::span<std::uint8_t, 32> out) const {
    Hmac running = hmac();
    running.update_all(parts);
    running.finish(out);
}

bool verify_mac(const Mac32& expected, ByteView tag) {
    KITH_ASSERT(tag.size() >= 16 && tag.size() <= expected.size());
    return constant_time_equal(expected.view().first(tag.size()), tag);
}

Hkdf::Hkdf(ByteView salt, std::span<const ByteView> ikm) : prk_(extract(salt, ikm).expose()) {}

Hkdf::Hkdf(ByteView salt, ByteView ikm) : Hkdf(salt, std::span<const ByteView>(&ikm, 1)) {}

Result<> Hkdf::expand(std::span<const ByteView> info, MutableByteView out) const {
    Hmac running = prk_.hmac();
    return expand_with(running, info, out);
}

void kdf_parts_into(
    Label label, ByteView salt, std::span<const ByteView> ikm, ByteView ctx, MutableByteView out) {
    KITH_ASSERT(!out.empty() && out.size() <= hkdf_max);
    // In one piece, because it is absorbed again for each block of output.
    const ByteView name = label_bytes(label, LabelUse::Derive);
    const auto length = be_bytes<std::uint16_t>(static_cast<std::uint16_t>(out.size()));
    std::array<std::uint8_t, 64> head{};
    KITH_ASSERT(name.size() + length.size() <= head.size());
    const auto end = std::ranges::copy(length, std::ranges::copy(name, head.begin()).out).out;
    const ByteView begin = ByteView(head).first(static_cast<std::size_t>(end - head.begin()));
    const std::array<ByteView, 2> info{begin, ctx};
    Hmac prk(extract(salt, ikm).expose());
    const auto expanded = expand_with(prk, std::span(info).first(ctx.empty() ? 1 : 2), out);
    KITH_ASSERT(expanded.has_value());
}

void kdf_into(Label label, ByteView salt, ByteView ikm, ByteView ctx, MutableByteView out) {
    kdf_parts_into(label, salt, std::span<const ByteView>(&ikm, 1), ctx, out);
}

}  // namespace kith::crypto
