// SPDX-License-Identifier: GPL-3.0-or-later
// Session set-up in the shape of X3DH: A agrees on secrets with B from B's published keys alone, so
// B may be away. A is the initiator, B the responder, whoever sends first.
//
//   DH1 = X25519(DXK_A, SPK_B)  DH2 = X25519(EK_A, DXK_B)  DH3 = X25519(EK_A, SPK_B)
//   DH4 = X25519(EK_A, OPK_B) or 0^32                      SSQ = 0^32 in suite 1
//   TH  = HL("x3dh-th", u16 suite, AK_A, did_A, DSK_A, DXK_A, AK_B, did_B, DSK_B, DXK_B, EK_A,
//            u32 spk_id || SPK_B, u32 opk_id || OPK_B or "", "")
//   RK0 || HKA || NHKB || EXP = KDF("x3dh", TH, 0xFF^32 || DH1 || DH2 || DH3 || DH4 || SSQ,
//                                   u16 suite, 128)
//   sid = HL("sid", TH)[:16]    init_id = HL("init", TH)
//
// The order A, B in TH stops reflection; both accounts and devices in it stop unknown key-share and
// misbinding. Nothing is signed, so a conversation proves nothing to others.
// Specification: docs/spec/session.md#handshake.
#pragma once

#include "core/base/result.h"
#include "core/crypto/agree.h"
#include "core/crypto/keys.h"
#include "core/identity/device.h"
#include "core/identity/device_list.h"
#include "core/session/suite.h"

#include <cstdint>
#include <optional>

namespace kith::session {

using crypto::SessionId;
using crypto::Transcript;

/// HL("init", TH): kept until the signed prekey it used is deleted, so that no INIT works twice.
using InitId = PublicBytes<32, struct InitIdTag>;

/// One device as the handshake names it; all four from the same verified device list.
struct Party {
    crypto::AccountKey account;
    crypto::DeviceId device;
    crypto::DeviceSigningKey signing;
    crypto::DeviceDhKey dh;

    static Party of(const crypto::AccountKey& account, const identity::ListedDevice& device);
    static Party of(const crypto::AccountKey& account, const identity::Device& own);

    friend bool operator==(const Party&, const Party&) = default;
};

/// This device. Borrows the private key: lives on the stack of one call.
struct OwnParty {
    Party party;
    const crypto::DeviceDhPair& dh;

    static OwnParty of(const crypto::AccountKey& account, const identity::Device& own) {
        return {Party::of(account, own), own.dh};
    }
};

/// A public prekey with the id its owner gave it.
template <class Key>
struct Numbered {
    std::uint32_t id = 0;
    Key key;

    friend bool operator==(const Numbered&, const Numbered&) = default;
};

using NumberedSignedPrekey = Numbered<crypto::SignedPrekey>;
using NumberedOneTimePrekey = Numbered<crypto::OneTimePrekey>;

/// Everything public about one handshake, by role.
struct HandshakePublic {
    Suite suite = Suite::Classic;
    Party initiator;
    Party responder;
    crypto::EphemeralKey ephemeral;
    NumberedSignedPrekey signed_prekey;
    std::optional<NumberedOneTimePrekey> one_time;

    /// TH.
    Transcript transcript() const;
};

SessionId session_id(const Transcript& transcript);
InitId init_id(const Transcript& transcript);

/// What both sides have after the handshake.
struct Agreement {
    Suite suite = Suite::Classic;
    Transcript transcript;
    crypto::RootKey root;                ///< RK0
    crypto::HeaderKey initiator_header;  ///< HKA
    crypto::HeaderKey responder_header;  ///< NHKB
    crypto::ExportKey exporter;          ///< EXP
};

/// B's keys as A found them, verified (prekeys.h).
struct ResponderPublic {
    Party party;
    NumberedSignedPrekey signed_prekey;
    std::optional<NumberedOneTimePrekey> one_time;
};

/// B's private keys that an INIT names. Borrows them: lives on the stack of one call.
struct ResponderPrivate {
    std::uint32_t signed_id = 0;
    const crypto::SignedPrekeyPair& signed_prekey;
    std::uint32_t one_time_id = 0;
    const crypto::OneTimePrekeyPair* one_time = nullptr;  ///< nullptr: the INIT names none
};

/// What B knows of the handshake before any secret is touched: its transcript gives the init_id
/// that is checked against replay.
HandshakePublic responder_public(const Party& own,
                                 const ResponderPrivate& keys,
                                 const Party& peer,
                                 const crypto::EphemeralKey& ephemeral);

/// A's side; the ephemeral pair is used once. BadKey: a key of B is not valid. Refused: B is A.
Result<Agreement> agree_as_initiator(const OwnParty& own,
                                     const crypto::EphemeralKeyPair& ephemeral,
                                     const ResponderPublic& peer);

/// B's side. BadKey: a key of A is not valid. Refused: A is B.
Result<Agreement> agree_as_responder(const OwnParty& own,
                                     const ResponderPrivate& keys,
                                     const Party& peer,
                                     const crypto::EphemeralKey& ephemeral);

}  // namespace kith::session
