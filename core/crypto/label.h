// SPDX-License-Identifier: GPL-3.0-or-later
// Every label of the protocol. A label separates one use of a primitive from all others; it is used
// by one function for one purpose, and call sites name the enumerator, never a string. The
// enumerator is the label in PascalCase: "bcn-enc" is BcnEnc.
//
// The strings are part of the wire and disk formats: never change or reuse one. A new label is
// added here first. Specification: docs/spec/crypto.md#labels.
#pragma once

#include "core/base/bytes.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace kith::crypto {

enum class Label : std::uint8_t {
    // hash()
    PublicNetwork,
    Did,
    Box,
    Inner,
    Dl,
    Loc,
    BcnId,
    Dlc,
    X3dhTh,
    Sid,
    Init,
    Env,
    Att,
    Lease,
    Netid,
    Sn,
    Lid,
    SasC,
    DevTh,
    DlinkChk,
    InviteChk,
    KsCheck,
    GevId,
    Gheads,
    GmAd,
    Gck,
    OfferLoc,
    OfferId,
    Pow,
    PowInit,
    PowBody,
    PowLease,
    DeskTie,
    // kdf(), keyed by P
    LinkNet,
    DhtNet,
    // kdf(), keyed by beacon_seed
    LeaseSk,
    BcnSk,
    // kdf(), keyed by AK || s
    BcnEnc,
    BundleEnc,
    // kdf(), keyed by Diffie-Hellman outputs
    X3dh,
    DrRk,
    DevDh,
    // kdf(), keyed by symmetric secrets of sessions, groups, invites
    DrMsg,
    InnerMac,
    GmKey,
    Sas,
    Invite,
    InvDep,
    // kdf(), keyed by what protects data at rest
    Kek,
    Table,
    Index,
    Erase,
    EraseRow,
    // sign(), by AK, a_e, d_e
    Devlist,
    BcnCert,
    Beacon,
    // sign(), by DSK; Link by MSK as well
    Devself,
    EnvKey,
    Spk,
    Opk,
    Xwk,
    Link,
    Gev,
    Skdm,
    Vouch,
    // sign(), by MSK
    LeaseOk,
    Receipt,
    Offer,
    // sign(), by LK, D, group sender chain
    Own,
    Deposit,
    Probe,
    Gm,
    // label bytes inside another construction
    Blind,
    Bnonce,
    Fp,
    PowArg,
    Bundle,
    OpkSeal,
    DrHdr,
    EnvInfo,
};

/// The one function that may use a label.
enum class LabelUse : std::uint8_t { Hash, Derive, Sign, Inside };

struct LabelEntry {
    Label label;
    LabelUse use;
    std::string_view bytes;  ///< with prefix and terminating zero

    /// The bare label: "bcn-enc".
    std::string_view name() const;
};

/// All labels, in the order of the enum.
std::span<const LabelEntry> label_table();

const LabelEntry& label_entry(Label label);

/// "kith1/" || label || 0x00; of a Sign label "kith1/sig/" || label || 0x00. Static storage.
/// Requires: the label belongs to `use`; anything else is a bug and aborts.
ByteView label_bytes(Label label, LabelUse use);

}  // namespace kith::crypto
