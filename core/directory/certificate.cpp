// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/certificate.h"

#include "core/crypto/blind.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"

#include <algorithm>

namespace kith::directory {

namespace {

Bytes certificate_body(Epoch epoch,
                       std::uint32_t reissue,
                       const crypto::BeaconKey& signer,
                       const Commitment& commitment) {
    return concat(be_bytes<std::uint64_t>(epoch.value()),
                  be_bytes<std::uint32_t>(reissue),
                  signer,
                  commitment);
}

}  // namespace

Commitment commit(const CommitmentNonce& nonce, const ListVersion& list) {
    return crypto::hash_as<Commitment>(
        crypto::Label::Dlc, nonce, be_bytes<std::uint64_t>(list.seq), list.hash);
}

Bytes Certificate::encode() const {
    return concat(
        be_bytes<std::uint64_t>(epoch.value()), be_bytes<std::uint32_t>(reissue), nonce, signature);
}

Result<Certificate> Certificate::decode(ByteView record) {
    if (record.size() != size) return fail(Code::Malformed, "size of a beacon certificate");
    return Certificate{Epoch(read_be<std::uint64_t>(record)),
                       read_be<std::uint32_t>(record.subspan(8)),
                       CommitmentNonce::copy_of(record.subspan(12)),
                       crypto::Signature::copy_of(record.subspan(28))};
}

std::vector<Certificate> issue_certificates(const crypto::AccountKeyPair& account,
                                            const crypto::ReachSecret& reach,
                                            const crypto::BeaconSeed& seed,
                                            const ListVersion& list,
                                            Epoch first,
                                            std::size_t count,
                                            std::span<const Certificate> previous,
                                            Random& random) {
    std::vector<Certificate> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Epoch epoch(first.value() + i);
        const auto old = std::ranges::find(previous, epoch, &Certificate::epoch);
        const auto blinded = crypto::BlindedPair::derive(account, reach, epoch.value());
        const auto signer = beacon_pair(seed, reach, epoch);
        Certificate made;
        made.epoch = epoch;
        made.reissue = old == previous.end() ? 0 : old->reissue + 1;
        made.nonce = crypto::draw_public<CommitmentNonce>(random);
        made.signature = blinded.sign(
            crypto::Label::BcnCert,
            certificate_body(epoch, made.reissue, signer.public_key(), commit(made.nonce, list)),
            random);
        out.push_back(made);
    }
    return out;
}

Result<> verify_certificate(const Certificate& certificate,
                            const crypto::BlindedAccountKey& account,
                            const crypto::BeaconKey& signer,
                            const ListVersion& list) {
    return verify_certificate(certificate.epoch,
                              certificate.reissue,
                              signer,
                              commit(certificate.nonce, list),
                              account,
                              certificate.signature);
}

Result<> verify_certificate(Epoch epoch,
                            std::uint32_t reissue,
                            const crypto::BeaconKey& signer,
                            const Commitment& commitment,
                            const crypto::BlindedAccountKey& account,
                            const crypto::Signature& signature) {
    return crypto::verify(crypto::Label::BcnCert,
                          account,
                          certificate_body(epoch, reissue, signer, commitment),
                          signature);
}

}  // namespace kith::directory
