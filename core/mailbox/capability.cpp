// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/capability.h"

#include "core/crypto/kdf.h"

namespace kith::mailbox {

namespace {

Bytes deposit_body(const LinkToBox& where,
                   const crypto::EnvelopeHash& envelope,
                   std::uint32_t ttl) {
    return concat(where.link, where.box, envelope, be_bytes<std::uint32_t>(ttl));
}

Bytes probe_start(const LinkToBox& where, wire::FrameType type) {
    Bytes body = concat(where.link, where.box);
    body.push_back(static_cast<std::uint8_t>(type));
    return body;
}

Bytes probe_body(const LinkToBox& where, const wire::Stat& stat) {
    Bytes body = probe_start(where, wire::FrameType::Stat);
    for (const auto& tag : stat.envelopes)
        append(body, tag);
    return body;
}

Bytes probe_body(const LinkToBox& where, const wire::Audit& audit) {
    Bytes body = probe_start(where, wire::FrameType::Audit);
    append(body, audit.envelope);
    append(body, audit.nonce);
    return body;
}

}  // namespace

crypto::DepositKeyPair invite_deposit_key(const crypto::InviteAuth& auth,
                                          const crypto::InviteId& invite) {
    return deposit_key(crypto::kdf<crypto::Seed32>(
        crypto::Label::InvDep, crypto::zero_salt, auth.expose(), invite));
}

crypto::Signature sign_deposit(const crypto::DepositKeyPair& key,
                               const LinkToBox& where,
                               const crypto::EnvelopeHash& envelope,
                               std::uint32_t ttl) {
    return crypto::sign(crypto::Label::Deposit, key, deposit_body(where, envelope, ttl));
}

Result<> verify_deposit(const crypto::DepositKey& key,
                        const LinkToBox& where,
                        const crypto::EnvelopeHash& envelope,
                        std::uint32_t ttl,
                        const crypto::Signature& signature) {
    return crypto::verify(
        crypto::Label::Deposit, key, deposit_body(where, envelope, ttl), signature);
}

void sign_probe(const crypto::DepositKeyPair& key, const LinkToBox& where, wire::Stat& stat) {
    stat.key = key.public_key().array();
    stat.sig = crypto::sign(crypto::Label::Probe, key, probe_body(where, stat)).array();
}

void sign_probe(const crypto::DepositKeyPair& key, const LinkToBox& where, wire::Audit& audit) {
    audit.key = key.public_key().array();
    audit.sig = crypto::sign(crypto::Label::Probe, key, probe_body(where, audit)).array();
}

Result<> verify_probe(const LinkToBox& where, const wire::Stat& stat) {
    if (!stat.key || !stat.sig) return fail(Code::BadSignature, "a probe without signature");
    return crypto::verify(crypto::Label::Probe,
                          crypto::DepositKey(*stat.key),
                          probe_body(where, stat),
                          crypto::Signature(*stat.sig));
}

Result<> verify_probe(const LinkToBox& where, const wire::Audit& audit) {
    return crypto::verify(crypto::Label::Probe,
                          crypto::DepositKey(audit.key),
                          probe_body(where, audit),
                          crypto::Signature(audit.sig));
}

crypto::Mac32 audit_answer(const std::array<std::uint8_t, 16>& nonce, ByteView envelope) {
    return crypto::mac(nonce, envelope);
}

bool renewal_due_for_capability(Timestamp expires, Timestamp now) {
    return expires - now <= capability_overlap;
}

}  // namespace kith::mailbox
