// SPDX-License-Identifier: GPL-3.0-or-later
// A session: what this device and one device of a peer share. It is born by a handshake, wraps the
// ratchet, and knows when it needs care. Not copyable. One thread.
//
// Requires, for both directions: the caller stores the session's new state before the bytes leave
// (seal) or before the text is shown and receipted (open). A second use of the same state after a
// crash is harmless only because of that order. Specification: docs/spec/session.md#session.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/session/double_ratchet.h"
#include "core/session/handshake.h"
#include "core/session/init.h"
#include "core/session/inner_mac.h"

#include <cstdint>
#include <memory>

namespace kith::session {

/// Part of the disk format.
enum class Role : std::uint8_t { Initiator = 1, Responder = 2 };

/// What a session needs.
enum class Healing : std::uint8_t {
    None,
    SendEmpty,  ///< much was received and nothing sent: an empty message turns the ratchet
    Renew,      ///< the peer has not turned it for too long: begin a new session
};

/// Received without sending, before an empty message is due.
inline constexpr std::uint32_t heal_after_messages = 50;
inline constexpr Duration heal_after = hours(24);
/// Sent, or waited, without a new ratchet key of the peer, before a new session is due.
inline constexpr std::uint32_t renew_after_messages = 2000;
inline constexpr Duration renew_after = days(30);

/// k of an inner message that holds a ratchet message. Part of the format.
inline constexpr std::uint8_t ratchet_kind = 2;

/// What seal() gives to the inner message.
struct Sealed {
    WireForm form = WireForm::Ratchet;
    /// `d`: an INIT until the responder has answered, then a ratchet message.
    Bytes d;
    /// Zero for an INIT.
    InnerTag mac{};
};

class Session {
  public:
    using Opened = DoubleRatchet::Opened;
    struct Accepted;

    /// All but the ratchet and the secrets; part of the saved form.
    struct Facts {
        SessionId id;
        crypto::DeviceId peer;
        Role role = Role::Initiator;
        /// The peer has shown that it has the session.
        bool acknowledged = false;
        Timestamp created{};
        InitKeys init;
        /// When the peer last used a new ratchet key; at first, when the session was made.
        Timestamp last_step{};
        /// Opened since the last seal, and when the first of them was.
        std::uint32_t unanswered = 0;
        Timestamp unanswered_since{};
    };

    /// Begins a session with a device whose keys were verified. BadKey, Refused: as
    /// agree_as_initiator().
    static Result<Session> initiate(const OwnParty& own,
                                    const ResponderPublic& peer,
                                    Random& random,
                                    Timestamp now);

    /// Takes an INIT up: agrees, and opens its message. Nothing exists unless that opens. The
    /// caller has checked suite, device list and init_id, and deletes the one-time prekey in the
    /// commit that stores the session. Errors: as agree_as_responder() and DoubleRatchet::open().
    static Result<Accepted> accept(const OwnParty& own,
                                   const ResponderPrivate& keys,
                                   const Party& peer,
                                   const Init& init,
                                   Random& random,
                                   Timestamp now);

    /// A stored session.
    Session(Facts facts,
            crypto::ExportKey exporter,
            DoubleRatchet ratchet,
            const crypto::DeviceId& own);

    const Facts& facts() const { return facts_; }

    const SessionId& id() const { return facts_.id; }

    /// TH: binds proofs made inside the session to it.
    const Transcript& transcript() const { return ratchet_.state().ad; }

    /// Longest payload that can be sent now; the INIT form takes less.
    std::size_t max_payload() const { return session::max_payload(form()); }

    /// Seals a payload. `own_list` goes into an INIT and is not looked at otherwise. Errors: as
    /// DoubleRatchet::seal().
    Result<Sealed> seal(ByteView payload,
                        const identity::SignedDeviceList& own_list,
                        Random& random,
                        Timestamp now);

    /// Opens a ratchet message, or the one inside a further INIT of this session. Errors, with an
    /// unchanged session: as DoubleRatchet::open().
    Result<Opened> open(ByteView wire, WireForm form, Random& random, Timestamp now);

    const InnerMac& mac() const { return *mac_; }

    Healing healing(Timestamp now) const;

    const DoubleRatchet& ratchet() const { return ratchet_; }

    SkippedKeys& skipped() { return ratchet_.skipped(); }

    /// EXP: other keys of the session are derived from it.
    const crypto::ExportKey& exporter() const { return exporter_; }

  private:
    WireForm form() const { return facts_.acknowledged ? WireForm::Ratchet : WireForm::Init; }

    void note_opened(const Opened& opened, Timestamp now);

    crypto::DeviceId own_;
    Facts facts_;
    crypto::ExportKey exporter_;
    DoubleRatchet ratchet_;
    std::unique_ptr<InnerMac> mac_;
};

/// A session that a peer began, with the first message of it.
struct Session::Accepted {
    Session session;
    Opened first;
};

}  // namespace kith::session
