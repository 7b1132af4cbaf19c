// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/hpke.h"

#include "core/base/assert.h"
#include "core/crypto/aead.h"
#include "core/crypto/kdf.h"

#include <limits>

namespace kith::crypto {
namespace {

// RFC 9180 4.1 and 5.1: KEM 0x0020, KDF 0x0001, AEAD 0x0003.
constexpr std::array<std::uint8_t, 5> kem_suite{'K', 'E', 'M', 0x00, 0x20};
constexpr std::array<std::uint8_t, 10> hpke_suite{
    'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, 0x03};

using LabeledIkm = std::array<ByteView, 4>;

/// The input of LabeledExtract, RFC 9180 4.
LabeledIkm labeled_ikm(ByteView suite, std::string_view label, ByteView ikm) {
    return {as_bytes("HPKE-v1"), suite, as_bytes(label), ikm};
}

/// LabeledExtract where the result is a public hash and the salt is empty.
Mac32 labeled_hash(std::string_view label, ByteView ikm) {
    const LabeledIkm parts = labeled_ikm(hpke_suite, label, ikm);
    Mac32 out;
    HmacKey(ByteView{}).mac_into(parts, std::span<std::uint8_t, 32>(out.data(), 32));
    return out;
}

void labeled_expand(
    const Hkdf& prk, ByteView suite, std::string_view label, ByteView info, MutableByteView out) {
    KITH_ASSERT(out.size() <= hkdf_max);
    const auto length = be_bytes<std::uint16_t>(static_cast<std::uint16_t>(out.size()));
    const std::array<ByteView, 5> parts{length, as_bytes("HPKE-v1"), suite, as_bytes(label), info};
    const auto expanded = prk.expand(parts, out);
    KITH_ASSERT(expanded.has_value());
}

using KemSecret = SecretBytes<32, struct KemSecretTag>;

/// ExtractAndExpand of DHKEM, RFC 9180 4.1.
KemSecret kem_secret(const SharedSecret& dh,
                     const EncapsulatedKey& enc,
                     const EnvelopeKey& recipient) {
    const Hkdf prk(ByteView{}, labeled_ikm(kem_suite, "eae_prk", dh.expose()));
    const Bytes context = concat(enc, recipient);
    return KemSecret::made_by([&](MutableByteView out) {
        labeled_expand(prk, kem_suite, "shared_secret", context, out);
    });
}

}  // namespace

/// KeySchedule of base mode, RFC 9180 5.1: no pre-shared key.
struct HpkeSchedule {
    static HpkeContext make(const KemSecret& shared, ByteView info) {
        constexpr std::array<std::uint8_t, 1> mode_base{0x00};
        const Bytes context =
            concat(mode_base, labeled_hash("psk_id_hash", {}), labeled_hash("info_hash", info));
        const Hkdf prk(shared.expose(), labeled_ikm(hpke_suite, "secret", {}));
        const auto fill = [&](std::string_view label) {
            return [&, label](MutableByteView out) {
                labeled_expand(prk, hpke_suite, label, context, out);
            };
        };
        HpkeContext::Nonce nonce{};
        fill("base_nonce")(nonce);
        return {HpkeContext::Key::made_by(fill("key")),
                nonce,
                HpkeContext::Exporter::made_by(fill("exp"))};
    }
};

HpkeContext::Nonce HpkeContext::next_nonce() const {
    KITH_ASSERT(sequence_ < std::numeric_limits<std::uint64_t>::max());
    Nonce nonce = base_nonce_;
    const auto number = be_bytes<std::uint64_t>(sequence_);
    for (std::size_t i = 0; i < number.size(); ++i)
        nonce[nonce.size() - number.size() + i] ^= number[i];
    return nonce;
}

void HpkeContext::seal_into(ByteView aad, ByteView plain, MutableByteView out) {
    ietf_seal_into(key_.expose(), next_nonce(), aad, plain, out);
    ++sequence_;
}

Result<> HpkeContext::open_into(ByteView aad, ByteView sealed, MutableByteView out) {
    KITH_CHECK(ietf_open_into(key_.expose(), next_nonce(), aad, sealed, out));
    ++sequence_;
    return success();
}

void HpkeContext::export_into(ByteView context, MutableByteView out) const {
    labeled_expand(Hkdf::from_prk(exporter_.expose()), hpke_suite, "sec", context, out);
}

Result<HpkeContext> hpke_sender(const EnvelopeKey& recipient,
                                ByteView info,
                                const HpkeEphemeralPair& ephemeral) {
    KITH_TRY(const SharedSecret dh, agree(ephemeral, recipient));
    return HpkeSchedule::make(kem_secret(dh, ephemeral.public_key(), recipient), info);
}

Result<HpkeContext> hpke_recipient(const EnvelopeKeyPair& own,
                                   ByteView info,
                                   const EncapsulatedKey& enc) {
    KITH_TRY(const SharedSecret dh, agree(own, enc));
    return HpkeSchedule::make(kem_secret(dh, enc, own.public_key()), info);
}

}  // namespace kith::crypto
