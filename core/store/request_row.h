// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of contact requests; where they lie stands in request_table.h. Decoders check every bound;
// rows are versioned. Pure. Specification: docs/spec/requests.md#rows.
#pragma once

#include "core/base/result.h"
#include "core/identity/device_list.h"
#include "core/reputation/epoch_policy.h"
#include "core/reputation/introduction.h"
#include "core/reputation/stranger_desk.h"

#include <vector>

namespace kith::store {

/// State of the desk, without its requests.
struct DeskState {
    Bytes secret;  ///< of reputation::DeskSecret, 32 bytes; wiped by the caller
    Bytes state;   ///< StrangerDesk::encode_state()

    /// Secret; the caller wipes it.
    Bytes encode() const;
    /// Corrupt, UnsupportedVersion.
    static Result<DeskState> decode(ByteView row);

    friend bool operator==(const DeskState&, const DeskState&) = default;
};

/// A request at the desk and what is needed to take its sender up.
struct DeskEntry {
    /// Longest stored form: the request, a device list and ids.
    static constexpr std::size_t encoded_max = std::size_t{6} * 1024;

    reputation::DeskRequest request;  ///< its id is that of the INIT, InitDigest
    crypto::MessageId message;        ///< what the receipt names
    crypto::DeviceId device;          ///< which holds the session
    Bytes inner;                      ///< InnerId of the bytes that came last, 32
    identity::SignedDeviceList list;  ///< of the sender, verified when it came

    Bytes encode() const;
    /// Corrupt, UnsupportedVersion.
    static Result<DeskEntry> decode(ByteView row);

    friend bool operator==(const DeskEntry&, const DeskEntry&) = default;
};

/// What beacons under one reach secret asked of strangers.
struct AskedWork {
    crypto::ReachSecret reach;
    reputation::EpochPolicies policies;
    /// Beacons that our mailboxes publish while we are away: these epochs, both included.
    std::uint64_t ahead_first = 0;
    std::uint64_t ahead_last = 0;
    std::uint16_t ahead_effort = 0;

    Bytes encode() const;
    /// Corrupt, UnsupportedVersion.
    static Result<AskedWork> decode(ByteView row);

    friend bool operator==(const AskedWork&, const AskedWork&) = default;
};

/// A contact request of ours to somebody who does not know us.
struct OwnRequest {
    static constexpr std::size_t inits_max = reputation::ticket_inits;
    static constexpr std::size_t encoded_max = std::size_t{600} * 1024;

    /// Part of the disk format.
    enum class Stage : std::uint8_t {
        Working = 1,  ///< its ticket is being made
        Out = 2,      ///< it may go, or has gone
        GivenUp = 3,
    };

    /// The INIT for one device. Its bytes are the same in every try.
    struct Part {
        crypto::DeviceId device;
        Bytes init;

        friend bool operator==(const Part&, const Part&) = default;
    };

    crypto::AccountKey account;
    crypto::MessageId message;
    Stage stage = Stage::Working;
    Timestamp started{};       ///< the first try
    Timestamp tried{};         ///< the last one
    std::uint8_t tries = 1;    ///< 1..request_tries
    std::uint16_t effort = 0;  ///< that this try pays, in rCPU
    std::vector<Part> parts;
    std::uint64_t epoch = 0;
    crypto::BeaconKey beacon;  ///< D_e
    std::uint32_t difficulty = 1;
    reputation::Solver::Progress progress;

    Bytes encode() const;
    /// Corrupt, UnsupportedVersion.
    static Result<OwnRequest> decode(ByteView row);

    friend bool operator==(const OwnRequest&, const OwnRequest&) = default;
};

/// A contact of ours introduces us to somebody.
struct HeldIntroduction {
    /// Beyond: further ones are not kept.
    static constexpr std::size_t most = 64;

    crypto::AccountKey account;  ///< to whom
    crypto::AccountKey voucher;
    Bytes introduction;  ///< what it has signed
    Timestamp received{};

    Bytes encode() const;
    /// Corrupt, UnsupportedVersion.
    static Result<HeldIntroduction> decode(ByteView row);

    friend bool operator==(const HeldIntroduction&, const HeldIntroduction&) = default;
};

/// An introduction that was shown to us and has cost its voucher: further tries with it do not.
struct ChargedIntroduction {
    reputation::IntroductionId id;
    std::uint64_t expires = 0;  ///< Unix seconds

    Bytes encode() const;
    /// Corrupt, UnsupportedVersion.
    static Result<ChargedIntroduction> decode(ByteView row);

    friend bool operator==(const ChargedIntroduction&, const ChargedIntroduction&) = default;
};

}  // namespace kith::store
