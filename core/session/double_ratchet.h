// SPDX-License-Identifier: GPL-3.0-or-later
// The Double Ratchet with header encryption: one key for each message, a fresh Diffie-Hellman key
// with each change of direction.
//
//   wire = ver(1) = 1 || hn 24 || eh 64 || body      body = pad(payload, P) sealed, P + 16
//
// Guarantees: a message that is refused leaves the state as it was, byte for byte. All new state is
// made beside the old one and taken over at the end. 2,000 messages may be skipped at once, 2,001
// are refused before anything is derived. Specification: docs/spec/session.md#double-ratchet.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/agree.h"
#include "core/crypto/keys.h"
#include "core/session/handshake.h"
#include "core/session/header_key.h"
#include "core/session/skipped_keys.h"
#include "core/session/suite.h"

#include <array>
#include <cstdint>
#include <optional>

namespace kith::session {

using crypto::ChainKey;
using crypto::RatchetKeyPair;
using crypto::RootKey;

/// Padded sizes P. In INIT form they leave room in the envelope for list, keys and ticket.
enum class WireForm : std::uint8_t { Ratchet, Init };

inline constexpr std::array<std::size_t, 4> ratchet_blocks{768, 3840, 16128, 65280};
inline constexpr std::array<std::size_t, 4> init_blocks{768, 2560, 14336, 60928};
/// What a message is longer than its block.
inline constexpr std::size_t wire_overhead = 105;

/// Longest payload of a form.
constexpr std::size_t max_payload(WireForm form) {
    return (form == WireForm::Ratchet ? ratchet_blocks : init_blocks).back() - 1;
}

/// All that changes with messages but the skipped keys.
struct RatchetState {
    /// One direction.
    struct Chain {
        ChainKey key;
        HeaderKey header;
    };

    Suite suite = Suite::Classic;
    Transcript ad;                   ///< TH, in the AD of every message
    RootKey root;                    ///< RK
    RatchetKeyPair own;              ///< DHs
    std::optional<RatchetKey> peer;  ///< DHr
    std::optional<Chain> send;       ///< CKs, HKs
    std::optional<Chain> receive;    ///< CKr, HKr
    HeaderKey next_send;             ///< NHKs
    HeaderKey next_receive;          ///< NHKr
    std::uint32_t sent = 0;          ///< Ns
    std::uint32_t received = 0;      ///< Nr
    std::uint32_t previous = 0;      ///< PN
    std::uint32_t chain = 0;         ///< recv_chain: DH steps made as a receiver
};

class DoubleRatchet {
  public:
    struct Opened {
        Bytes payload;
        SkippedChange skipped;
        bool stepped = false;  ///< the peer used a new ratchet key
    };

    /// The initiator's first state. BadKey: the peer's signed prekey.
    static Result<DoubleRatchet> initiator(const Agreement& agreement,
                                           const crypto::SignedPrekey& peer,
                                           RatchetKeyPair first);

    /// The responder's first state; it can send after it has opened a message.
    static DoubleRatchet responder(const Agreement& agreement, const crypto::SignedPrekeyPair& own);

    /// A stored state; its skipped keys follow row by row.
    explicit DoubleRatchet(RatchetState state) : state_(std::move(state)) {}

    bool can_send() const { return state_.send.has_value(); }

    /// One wire message. NotFound ("no_send_chain"): a responder that has received nothing.
    /// TooLarge: more than max_payload(form), or 2^31 messages in one chain.
    Result<Bytes> seal(ByteView payload, WireForm form, Random& random);

    /// The payload; the message's key is forgotten. Errors, with an unchanged state: Malformed
    /// ("size", "bad_header", "counter", "bad_pad"), UnsupportedVersion, DecryptFailed
    /// ("no_header_key", "open_failed"), Replayed ("duplicate": read before, or its key dropped),
    /// TooLarge ("skip_limit"), BadKey.
    Result<Opened> open(ByteView wire, WireForm form, Random& random, Timestamp now);

    const RatchetState& state() const { return state_; }

    const SkippedKeys& skipped() const { return skipped_; }

    SkippedKeys& skipped() { return skipped_; }

  private:
    struct Wire;

    Result<Opened> open_current(const Wire& wire, const Header& header, Timestamp now);
    Result<Opened> open_next(const Wire& wire, const Header& header, Random& random, Timestamp now);
    Result<Opened> open_skipped(const Wire& wire, SkippedId id);

    RatchetState state_;
    SkippedKeys skipped_;
};

}  // namespace kith::session
