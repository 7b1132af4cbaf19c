// SPDX-License-Identifier: GPL-3.0-or-later
// One type for each purpose: a key, id or hash that means something else does not compile. Widths
// are part of the wire formats. Public keys are plain values and say nothing about validity: sign.h
// and agree.h check them at each use. Specification: docs/spec/crypto.md#keys.
#pragma once

#include "core/base/bytes.h"
#include "core/crypto/secret.h"

namespace kith::crypto {

// --- Curves -------------------------------------------------------------------------------------
// The tag of a public key says what it is for, on which curve it lies, and whether its secret half
// is a root key, which lives in guarded memory.

struct Ed25519 {};

struct X25519 {};

template <class Curve, bool Root>
struct KeyTag {
    using curve = Curve;
    static constexpr bool root = Root;
};

template <class Key>
inline constexpr bool is_ed25519 = false;
template <class Tag>
requires std::is_same_v<typename Tag::curve, Ed25519>
inline constexpr bool is_ed25519<PublicBytes<32, Tag>> = true;

template <class Key>
inline constexpr bool is_x25519 = false;
template <class Tag>
requires std::is_same_v<typename Tag::curve, X25519>
inline constexpr bool is_x25519<PublicBytes<32, Tag>> = true;

template <class Key>
concept SigningPublic = is_ed25519<Key>;
template <class Key>
concept AgreementPublic = is_x25519<Key>;

/// Where the N bytes of a secret half live, by the tag of its public key.
template <class Key, std::size_t N, class SecretTag>
struct SecretHalf;

template <class Tag, std::size_t N, class SecretTag>
struct SecretHalf<PublicBytes<32, Tag>, N, SecretTag> {
    using type = std::conditional_t<Tag::root, RootSecret<N, SecretTag>, SecretBytes<N, SecretTag>>;
};

// --- Ed25519 public keys ------------------------------------------------------------------------

struct AccountKeyTag : KeyTag<Ed25519, true> {};

struct DeviceSigningKeyTag : KeyTag<Ed25519, true> {};

struct MailboxKeyTag : KeyTag<Ed25519, true> {};

struct BlindedAccountKeyTag : KeyTag<Ed25519, false> {};

struct BeaconKeyTag : KeyTag<Ed25519, false> {};

struct LeaseKeyTag : KeyTag<Ed25519, false> {};

struct DepositKeyTag : KeyTag<Ed25519, false> {};

struct SenderChainKeyTag : KeyTag<Ed25519, false> {};

using AccountKey = PublicBytes<32, AccountKeyTag>;                ///< AK: signs device lists
using DeviceSigningKey = PublicBytes<32, DeviceSigningKeyTag>;    ///< DSK: prekeys, links, events
using MailboxKey = PublicBytes<32, MailboxKeyTag>;                ///< MSK: a mailbox host
using BlindedAccountKey = PublicBytes<32, BlindedAccountKeyTag>;  ///< A_e: AK, blinded for a day
using BeaconKey = PublicBytes<32, BeaconKeyTag>;                  ///< D_e: signs beacons for a day
using LeaseKey = PublicBytes<32, LeaseKeyTag>;                    ///< LK: owns one mailbox lease
using DepositKey = PublicBytes<32, DepositKeyTag>;                ///< D: may deposit
using SenderChainKey = PublicBytes<32, SenderChainKeyTag>;        ///< signs group messages

// --- X25519 public keys -------------------------------------------------------------------------

struct DeviceDhKeyTag : KeyTag<X25519, true> {};

struct EnvelopeKeyTag : KeyTag<X25519, false> {};

struct SignedPrekeyTag : KeyTag<X25519, false> {};

struct OneTimePrekeyTag : KeyTag<X25519, false> {};

struct EphemeralKeyTag : KeyTag<X25519, false> {};

struct RatchetKeyTag : KeyTag<X25519, false> {};

struct EncapsulatedKeyTag : KeyTag<X25519, false> {};

struct LinkingDeviceKeyTag : KeyTag<X25519, false> {};

struct LinkingAdminKeyTag : KeyTag<X25519, false> {};

using DeviceDhKey = PublicBytes<32, DeviceDhKeyTag>;          ///< DXK: DH1, DH2 of the handshake
using EnvelopeKey = PublicBytes<32, EnvelopeKeyTag>;          ///< ENV: seals mailbox envelopes
using SignedPrekey = PublicBytes<32, SignedPrekeyTag>;        ///< SPK: handshake, first ratchet key
using OneTimePrekey = PublicBytes<32, OneTimePrekeyTag>;      ///< OPK: DH4 of the handshake
using EphemeralKey = PublicBytes<32, EphemeralKeyTag>;        ///< EK: the initiator's, per attempt
using RatchetKey = PublicBytes<32, RatchetKeyTag>;            ///< DHs, DHr of the double ratchet
using EncapsulatedKey = PublicBytes<32, EncapsulatedKeyTag>;  ///< enc of HPKE
using LinkingDeviceKey = PublicBytes<32, LinkingDeviceKeyTag>;  ///< E_N: a device being linked
using LinkingAdminKey = PublicBytes<32, LinkingAdminKeyTag>;    ///< E_A: the admin linking it

// --- Ids and hashes -----------------------------------------------------------------------------

using DeviceId = PublicBytes<16, struct DeviceIdTag>;    ///< did
using BoxId = PublicBytes<16, struct BoxIdTag>;          ///< mailbox host
using LinkingId = PublicBytes<16, struct LinkingIdTag>;  ///< lid
using LeaseId = PublicBytes<16, struct LeaseIdTag>;
using SessionId = PublicBytes<16, struct SessionIdTag>;  ///< sid
using MessageId = PublicBytes<16, struct MessageIdTag>;  ///< msg_id, one on every path
using InviteId = PublicBytes<8, struct InviteIdTag>;     ///< inv
using CallId = PublicBytes<8, struct CallIdTag>;  ///< cid: first half of a did, box id or lid
using GroupId = PublicBytes<32, struct GroupIdTag>;

using Hash32 = PublicBytes<32, struct Hash32Tag>;  ///< a hash without a type of its own
using Hash64 = PublicBytes<64, struct Hash64Tag>;  ///< SHA-512
using Mac32 = PublicBytes<32, struct Mac32Tag>;    ///< HMAC-SHA256; compare with verify_mac only
using Transcript = PublicBytes<32, struct TranscriptTag>;  ///< TH of a handshake
using InnerId = PublicBytes<32, struct InnerIdTag>;        ///< iid: exact-duplicate key
using DeviceListHash = PublicBytes<32, struct DeviceListHashTag>;
using DeviceListHash16 = PublicBytes<16, struct DeviceListHash16Tag>;  ///< its first half
using EnvelopeHash = PublicBytes<32, struct EnvelopeHashTag>;
using ChannelBinding = PublicBytes<32, struct ChannelBindingTag>;  ///< x: TLS exporter of a link

using Signature = PublicBytes<64, struct SignatureTag>;
using AeadNonce = PublicBytes<24, struct AeadNonceTag>;  ///< XChaCha20: may be random
using Salt16 = PublicBytes<16, struct Salt16Tag>;        ///< of Argon2id

/// s: 16 bytes of the address that change without changing identity; zero for a public address. A
/// capability that people paste, hence a plain value; still never logged.
using ReachSecret = PublicBytes<16, struct ReachSecretTag>;

// --- Symmetric secrets --------------------------------------------------------------------------

using MasterKey = RootSecret<32, struct MasterKeyTag>;           ///< MK: seals everything at rest
using NetworkSecret = SecretBytes<32, struct NetworkSecretTag>;  ///< P; a constant if public
using LinkNetworkKey = SecretBytes<32, struct LinkNetworkTag>;   ///< KDF1("link-net", P)
using DatagramKey = SecretBytes<32, struct DatagramKeyTag>;      ///< KDF1("dht-net", P)
using BeaconSeed = SecretBytes<32, struct BeaconSeedTag>;        ///< shared by an account's devices
using BeaconCipherKey = SecretBytes<32, struct BeaconCipherTag>;  ///< K_e
using BundleKey = SecretBytes<32, struct BundleKeyTag>;           ///< K_b
using InviteAuth = SecretBytes<16, struct InviteAuthTag>;         ///< auth of an invite link
using InviteKey = SecretBytes<32, struct InviteKeyTag>;           ///< KI = KDF1("invite", auth)

using SharedSecret = SecretBytes<32, struct SharedSecretTag>;  ///< result of agree()
using RootKey = SecretBytes<32, struct RootKeyTag>;            ///< RK
using ChainKey = SecretBytes<32, struct ChainKeyTag>;          ///< CKs, CKr
using MessageKey = SecretBytes<32, struct MessageKeyTag>;      ///< mk: one message
using HeaderKey = SecretBytes<32, struct HeaderKeyTag>;        ///< HKs, HKr, NHKs, NHKr
using BodyKey = SecretBytes<32, struct BodyKeyTag>;            ///< bk: seals one body
using ExportKey = SecretBytes<32, struct ExportKeyTag>;        ///< EXP
using InnerMacKey = SecretBytes<32, struct InnerMacKeyTag>;

using PassphraseKey = SecretBytes<32, struct PassphraseKeyTag>;  ///< KEK: from Argon2id or a file
using WrapKey = SecretBytes<32, struct WrapKeyTag>;              ///< wk: seals MK in the keystore
using RowKey = SecretBytes<32, struct RowKeyTag>;                ///< seals the rows of one table
using IndexKey = SecretBytes<32, struct IndexKeyTag>;            ///< hides ids in row keys
using ErasureKey = SecretBytes<32, struct ErasureKeyTag>;        ///< VK_g, and what seals it

using Seed32 = SecretBytes<32, struct Seed32Tag>;  ///< an Ed25519 seed on its way to a key pair

}  // namespace kith::crypto
