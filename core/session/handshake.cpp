// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/handshake.h"

#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"

#include <algorithm>
#include <array>

namespace kith::session {
namespace {

using crypto::Label;
using crypto::SharedSecret;

/// u32 id || key.
template <class Key>
std::array<std::uint8_t, 36> numbered_bytes(const Numbered<Key>& key) {
    std::array<std::uint8_t, 36> out{};
    std::ranges::copy(be_bytes<std::uint32_t>(key.id), out.begin());
    std::ranges::copy(key.key.view(), out.begin() + 4);
    return out;
}

std::array<std::uint8_t, 2> suite_bytes(Suite suite) {
    return be_bytes<std::uint16_t>(static_cast<std::uint16_t>(suite));
}

void add_party(crypto::LabelHash& hash, const Party& party) {
    hash.add(party.account).add(party.device).add(party.signing).add(party.dh);
}

/// The Diffie-Hellman results in their order; `fourth` is absent without a one-time prekey.
Agreement derive(Suite suite,
                 const Transcript& transcript,
                 const SharedSecret& first,
                 const SharedSecret& second,
                 const SharedSecret& third,
                 const std::optional<SharedSecret>& fourth) {
    static constexpr auto prefix = [] {
        std::array<std::uint8_t, 32> out{};
        out.fill(0xFF);
        return out;
    }();
    static constexpr std::array<std::uint8_t, 32> zeros{};
    const std::array<ByteView, 6> ikm{prefix,
                                      first.expose(),
                                      second.expose(),
                                      third.expose(),
                                      fourth ? ByteView(fourth->expose()) : ByteView(zeros),
                                      zeros};
    using Output = crypto::SecretBytes<128, struct X3dhTag>;
    const auto out = Output::made_by([&](MutableByteView okm) {
        crypto::kdf_parts_into(Label::X3dh, transcript, ikm, suite_bytes(suite), okm);
    });
    return {suite,
            transcript,
            out.part<crypto::RootKey>(0),
            out.part<crypto::HeaderKey>(32),
            out.part<crypto::HeaderKey>(64),
            out.part<crypto::ExportKey>(96)};
}

}  // namespace

Party Party::of(const crypto::AccountKey& account, const identity::ListedDevice& device) {
    return {account, device.id, device.signing, device.dh};
}

Party Party::of(const crypto::AccountKey& account, const identity::Device& own) {
    return {account, own.id(account), own.signing.public_key(), own.dh.public_key()};
}

Transcript HandshakePublic::transcript() const {
    crypto::LabelHash hash(Label::X3dhTh);
    hash.add(suite_bytes(suite));
    add_party(hash, initiator);
    add_party(hash, responder);
    hash.add(ephemeral);
    hash.add(numbered_bytes(signed_prekey));
    if (one_time) {
        hash.add(numbered_bytes(*one_time));
    } else {
        hash.add({});
    }
    hash.add({});  // the X-Wing key and ciphertext of suite 2
    return Transcript::copy_of(hash.finish());
}

SessionId session_id(const Transcript& transcript) {
    return crypto::hash_as<SessionId>(Label::Sid, transcript);
}

InitId init_id(const Transcript& transcript) {
    return crypto::hash_as<InitId>(Label::Init, transcript);
}

Result<Agreement> agree_as_initiator(const OwnParty& own,
                                     const crypto::EphemeralKeyPair& ephemeral,
                                     const ResponderPublic& peer) {
    if (own.party.device == peer.party.device) {
        return fail(Code::Refused, "a session with this device itself");
    }
    const auto& signed_prekey = peer.signed_prekey.key;
    KITH_TRY(const SharedSecret dh1, crypto::agree(own.dh, signed_prekey));
    KITH_TRY(const SharedSecret dh2, crypto::agree(ephemeral, peer.party.dh));
    KITH_TRY(const SharedSecret dh3, crypto::agree(ephemeral, signed_prekey));
    std::optional<SharedSecret> dh4;
    if (peer.one_time) {
        KITH_TRY(dh4, crypto::agree(ephemeral, peer.one_time->key));
    }
    const HandshakePublic all{Suite::Classic,
                              own.party,
                              peer.party,
                              ephemeral.public_key(),
                              peer.signed_prekey,
                              peer.one_time};
    return derive(Suite::Classic, all.transcript(), dh1, dh2, dh3, dh4);
}

Result<Agreement> agree_as_responder(const OwnParty& own,
                                     const ResponderPrivate& keys,
                                     const Party& peer,
                                     const crypto::EphemeralKey& ephemeral) {
    if (own.party.device == peer.device) {
        return fail(Code::Refused, "a session with this device itself");
    }
    KITH_TRY(const SharedSecret dh1, crypto::agree(keys.signed_prekey, peer.dh));
    KITH_TRY(const SharedSecret dh2, crypto::agree(own.dh, ephemeral));
    KITH_TRY(const SharedSecret dh3, crypto::agree(keys.signed_prekey, ephemeral));
    std::optional<SharedSecret> dh4;
    if (keys.one_time != nullptr) {
        KITH_TRY(dh4, crypto::agree(*keys.one_time, ephemeral));
    }
    const Transcript transcript = responder_public(own.party, keys, peer, ephemeral).transcript();
    return derive(Suite::Classic, transcript, dh1, dh2, dh3, dh4);
}

HandshakePublic responder_public(const Party& own,
                                 const ResponderPrivate& keys,
                                 const Party& peer,
                                 const crypto::EphemeralKey& ephemeral) {
    HandshakePublic out{Suite::Classic,
                        peer,
                        own,
                        ephemeral,
                        {keys.signed_id, keys.signed_prekey.public_key()},
                        std::nullopt};
    if (keys.one_time != nullptr) {
        out.one_time = NumberedOneTimePrekey{keys.one_time_id, keys.one_time->public_key()};
    }
    return out;
}

}  // namespace kith::session
