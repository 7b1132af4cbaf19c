// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/label.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>

namespace kith::crypto {
namespace {

constexpr std::string_view prefix = "kith1/";
constexpr std::string_view sign_prefix = "kith1/sig/";

/// The literal with its terminating zero, which is part of the label.
template <std::size_t N>
constexpr LabelEntry entry(Label label, LabelUse use, const char (&literal)[N]) {
    return {label, use, std::string_view(literal, N)};
}

constexpr std::array table{
    entry(Label::PublicNetwork, LabelUse::Hash, "kith1/public network"),
    entry(Label::Did, LabelUse::Hash, "kith1/did"),
    entry(Label::Box, LabelUse::Hash, "kith1/box"),
    entry(Label::Inner, LabelUse::Hash, "kith1/inner"),
    entry(Label::Dl, LabelUse::Hash, "kith1/dl"),
    entry(Label::Loc, LabelUse::Hash, "kith1/loc"),
    entry(Label::BcnId, LabelUse::Hash, "kith1/bcn-id"),
    entry(Label::Dlc, LabelUse::Hash, "kith1/dlc"),
    entry(Label::X3dhTh, LabelUse::Hash, "kith1/x3dh-th"),
    entry(Label::Sid, LabelUse::Hash, "kith1/sid"),
    entry(Label::Init, LabelUse::Hash, "kith1/init"),
    entry(Label::Env, LabelUse::Hash, "kith1/env"),
    entry(Label::Att, LabelUse::Hash, "kith1/att"),
    entry(Label::Lease, LabelUse::Hash, "kith1/lease"),
    entry(Label::Netid, LabelUse::Hash, "kith1/netid"),
    entry(Label::Sn, LabelUse::Hash, "kith1/sn"),
    entry(Label::Lid, LabelUse::Hash, "kith1/lid"),
    entry(Label::SasC, LabelUse::Hash, "kith1/sas-c"),
    entry(Label::DevTh, LabelUse::Hash, "kith1/dev-th"),
    entry(Label::DlinkChk, LabelUse::Hash, "kith1/dlink-chk"),
    entry(Label::InviteChk, LabelUse::Hash, "kith1/invite-chk"),
    entry(Label::KsCheck, LabelUse::Hash, "kith1/ks-check"),
    entry(Label::GevId, LabelUse::Hash, "kith1/gev-id"),
    entry(Label::Gheads, LabelUse::Hash, "kith1/gheads"),
    entry(Label::GmAd, LabelUse::Hash, "kith1/gm-ad"),
    entry(Label::Gck, LabelUse::Hash, "kith1/gck"),
    entry(Label::OfferLoc, LabelUse::Hash, "kith1/offer-loc"),
    entry(Label::OfferId, LabelUse::Hash, "kith1/offer-id"),
    entry(Label::Pow, LabelUse::Hash, "kith1/pow"),
    entry(Label::PowInit, LabelUse::Hash, "kith1/pow-init"),
    entry(Label::PowBody, LabelUse::Hash, "kith1/pow-body"),
    entry(Label::PowLease, LabelUse::Hash, "kith1/pow-lease"),
    entry(Label::DeskTie, LabelUse::Hash, "kith1/desk-tie"),
    entry(Label::LinkNet, LabelUse::Derive, "kith1/link-net"),
    entry(Label::DhtNet, LabelUse::Derive, "kith1/dht-net"),
    entry(Label::LeaseSk, LabelUse::Derive, "kith1/lease-sk"),
    entry(Label::BcnSk, LabelUse::Derive, "kith1/bcn-sk"),
    entry(Label::BcnEnc, LabelUse::Derive, "kith1/bcn-enc"),
    entry(Label::BundleEnc, LabelUse::Derive, "kith1/bundle-enc"),
    entry(Label::X3dh, LabelUse::Derive, "kith1/x3dh"),
    entry(Label::DrRk, LabelUse::Derive, "kith1/dr-rk"),
    entry(Label::DevDh, LabelUse::Derive, "kith1/dev-dh"),
    entry(Label::DrMsg, LabelUse::Derive, "kith1/dr-msg"),
    entry(Label::InnerMac, LabelUse::Derive, "kith1/inner-mac"),
    entry(Label::GmKey, LabelUse::Derive, "kith1/gm-key"),
    entry(Label::Sas, LabelUse::Derive, "kith1/sas"),
    entry(Label::Invite, LabelUse::Derive, "kith1/invite"),
    entry(Label::InvDep, LabelUse::Derive, "kith1/inv-dep"),
    entry(Label::Kek, LabelUse::Derive, "kith1/kek"),
    entry(Label::Table, LabelUse::Derive, "kith1/table"),
    entry(Label::Index, LabelUse::Derive, "kith1/index"),
    entry(Label::Erase, LabelUse::Derive, "kith1/erase"),
    entry(Label::EraseRow, LabelUse::Derive, "kith1/erase-row"),
    entry(Label::Devlist, LabelUse::Sign, "kith1/sig/devlist"),
    entry(Label::BcnCert, LabelUse::Sign, "kith1/sig/bcn-cert"),
    entry(Label::Beacon, LabelUse::Sign, "kith1/sig/beacon"),
    entry(Label::Devself, LabelUse::Sign, "kith1/sig/devself"),
    entry(Label::EnvKey, LabelUse::Sign, "kith1/sig/env-key"),
    entry(Label::Spk, LabelUse::Sign, "kith1/sig/spk"),
    entry(Label::Opk, LabelUse::Sign, "kith1/sig/opk"),
    entry(Label::Xwk, LabelUse::Sign, "kith1/sig/xwk"),
    entry(Label::Link, LabelUse::Sign, "kith1/sig/link"),
    entry(Label::Gev, LabelUse::Sign, "kith1/sig/gev"),
    entry(Label::Skdm, LabelUse::Sign, "kith1/sig/skdm"),
    entry(Label::Vouch, LabelUse::Sign, "kith1/sig/vouch"),
    entry(Label::LeaseOk, LabelUse::Sign, "kith1/sig/lease-ok"),
    entry(Label::Receipt, LabelUse::Sign, "kith1/sig/receipt"),
    entry(Label::Offer, LabelUse::Sign, "kith1/sig/offer"),
    entry(Label::Own, LabelUse::Sign, "kith1/sig/own"),
    entry(Label::Deposit, LabelUse::Sign, "kith1/sig/deposit"),
    entry(Label::Probe, LabelUse::Sign, "kith1/sig/probe"),
    entry(Label::Gm, LabelUse::Sign, "kith1/sig/gm"),
    entry(Label::Blind, LabelUse::Inside, "kith1/blind"),
    entry(Label::Bnonce, LabelUse::Inside, "kith1/bnonce"),
    entry(Label::Fp, LabelUse::Inside, "kith1/fp"),
    entry(Label::PowArg, LabelUse::Inside, "kith1/pow-arg"),
    entry(Label::Bundle, LabelUse::Inside, "kith1/bundle"),
    entry(Label::OpkSeal, LabelUse::Inside, "kith1/opk-seal"),
    entry(Label::DrHdr, LabelUse::Inside, "kith1/dr-hdr"),
    entry(Label::EnvInfo, LabelUse::Inside, "kith1/env-info"),
};

constexpr bool in_enum_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].label) != i) return false;
    }
    return static_cast<std::size_t>(Label::EnvInfo) + 1 == table.size();
}

static_assert(in_enum_order(), "label_entry() indexes the table by the enumerator");

}  // namespace

std::string_view LabelEntry::name() const {
    const std::size_t start = use == LabelUse::Sign ? sign_prefix.size() : prefix.size();
    return bytes.substr(start, bytes.size() - start - 1);
}

std::span<const LabelEntry> label_table() {
    return table;
}

const LabelEntry& label_entry(Label label) {
    return table[static_cast<std::size_t>(label)];
}

ByteView label_bytes(Label label, LabelUse use) {
    const LabelEntry& found = label_entry(label);
    KITH_ASSERT(found.use == use);
    return as_bytes(found.bytes);
}

}  // namespace kith::crypto
