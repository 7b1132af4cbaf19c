// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/envelope.h"

#include "core/base/refusal.h"
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/crypto/label.h"
#include "core/crypto/padding.h"

#include <algorithm>

namespace kith::message {
namespace {

constexpr std::uint8_t envelope_version = 1;
constexpr std::size_t env_id_at = 1;
constexpr std::size_t bucket_at = 5;
constexpr std::size_t aad_size = 6;
constexpr std::size_t sealed_at = aad_size + crypto::EncapsulatedKey::size_bytes;

static_assert(sealed_at + crypto::aead_overhead == envelope_overhead);

Bytes info_of(const crypto::DeviceId& device, std::uint32_t env_id) {
    const ByteView label = crypto::label_bytes(crypto::Label::EnvInfo, crypto::LabelUse::Inside);
    return concat(label, device, be_bytes<std::uint32_t>(env_id));
}

/// Size, version and bucket agree.
Result<> check_shape(ByteView envelope) {
    const auto size = std::ranges::find(envelope_sizes, envelope.size());
    if (size == envelope_sizes.end()) return refuse(Code::Malformed, "size", "of an envelope");
    if (envelope[0] != envelope_version) {
        return refuse(Code::UnsupportedVersion, "version", "of an envelope");
    }
    if (envelope[bucket_at] != size - envelope_sizes.begin()) {
        return refuse(Code::Malformed, "bad_bucket", "does not match the length");
    }
    return success();
}

}  // namespace

Result<std::uint8_t> bucket_for(std::size_t inner_size) {
    const auto size = std::ranges::find_if(
        envelope_sizes, [&](std::size_t total) { return inner_size < total - envelope_overhead; });
    if (size == envelope_sizes.end()) return fail(Code::TooLarge, "inner message");
    return static_cast<std::uint8_t>(size - envelope_sizes.begin());
}

Result<Bytes> seal_envelope(const EnvelopeRecipient& recipient, ByteView inner, Random& random) {
    return seal_envelope(recipient, inner, crypto::HpkeEphemeralPair::generate(random));
}

Result<Bytes> seal_envelope(const EnvelopeRecipient& recipient,
                            ByteView inner,
                            const crypto::HpkeEphemeralPair& ephemeral) {
    KITH_TRY(const std::uint8_t bucket, bucket_for(inner.size()));
    KITH_TRY(
        crypto::HpkeContext context,
        crypto::hpke_sender(recipient.key, info_of(recipient.device, recipient.env_id), ephemeral));
    Bytes out(envelope_sizes[bucket]);
    const MutableByteView view = out;
    view[0] = envelope_version;
    std::ranges::copy(be_bytes<std::uint32_t>(recipient.env_id), view.begin() + env_id_at);
    view[bucket_at] = bucket;
    std::ranges::copy(ephemeral.public_key().view(), view.begin() + aad_size);
    const MutableByteView sealed = view.subspan(sealed_at);
    const MutableByteView block = sealed.first(sealed.size() - crypto::aead_overhead);
    std::ranges::copy(inner, block.begin());
    crypto::pad_in_place(block, inner.size());
    context.seal_into(view.first(aad_size), block, sealed);
    return out;
}

Result<Bytes> open_envelope(ByteView envelope,
                            const crypto::DeviceId& own,
                            const FindEnvelopeKey& find_key) {
    KITH_CHECK(check_shape(envelope));
    const auto env_id = read_be<std::uint32_t>(envelope.subspan(env_id_at));
    const crypto::EnvelopeKeyPair* key = find_key(env_id);
    if (key == nullptr) return refuse(Code::NotFound, "no_key", "envelope key of this id");
    const auto enc = crypto::EncapsulatedKey::copy_of(envelope.subspan(aad_size));
    auto context = crypto::hpke_recipient(*key, info_of(own, env_id), enc);
    if (!context) return refuse(Code::BadKey, "bad_x25519", "enc of an envelope");
    Bytes block(envelope.size() - envelope_overhead);
    if (!context->open_into(envelope.first(aad_size), envelope.subspan(sealed_at), block)) {
        return refuse(Code::DecryptFailed, "open_failed", "envelope");
    }
    const auto size = crypto::unpadded_size(block);
    if (!size) return refuse(Code::Malformed, "bad_pad", "of an envelope");
    block.resize(*size);
    return block;
}

crypto::EnvelopeHash envelope_hash(ByteView envelope) {
    return crypto::hash_as<crypto::EnvelopeHash>(crypto::Label::Env, envelope);
}

}  // namespace kith::message
