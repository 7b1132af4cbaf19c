// SPDX-License-Identifier: GPL-3.0-or-later
// All sessions with one device of a peer: one active, at most two old ones for what is still on its
// way. The door of the session library: it seals on the active session, finds the session that a
// message is for, and applies the rules of session_rules.h. Not copyable. One thread.
//
// How an INIT is taken up:
//   1. find(init.keys): a further INIT of a session we have          -> open_init()
//   2. else the private prekeys, the device list, init_id not seen   -> Session::accept()
//   3. the first payload is decoded and says whether it is a reset   -> admit()
// Each result tells what must be stored in the same commit. Specification: docs/spec/session.md.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/session/reset_policy.h"
#include "core/session/session.h"
#include "core/session/session_rules.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kith::session {

class SessionSet {
  public:
    /// What to store together with encode(): rows of skipped keys, and sessions whose rows all go.
    struct Change {
        SessionId session;
        SkippedChange skipped;
        std::vector<SessionId> erased;
    };

    struct Opened {
        Bytes payload;
        Change change;
    };

    struct Admitted {
        Admission admission = Admission::Active;
        Change change;
    };

    SessionSet(const crypto::DeviceId& own, const crypto::DeviceId& peer);

    const crypto::DeviceId& peer() const { return peer_; }

    /// nullptr: none, a session must be initiated.
    const Session* active() const;
    const Session* find(const SessionId& id) const;
    const Session* find(const InitKeys& init) const;

    /// Makes our own new session the active one. The one before becomes old.
    Change begin(Session session, Timestamp now);

    /// Seals on the active session. NotFound: there is none. Else as Session::seal().
    Result<Sealed> seal(ByteView payload,
                        const identity::SignedDeviceList& own_list,
                        Random& random,
                        Timestamp now);

    /// Opens a ratchet message. `kind` is k of the inner message.
    /// BadSignature ("bad_mac"): of none of these sessions; drop it. Replayed: repeat the receipt.
    /// Any other error: the sender holds the session but we cannot read it, a cause for a reset.
    Result<Opened> open(
        std::uint8_t kind, const InnerTag& mac, ByteView d, Random& random, Timestamp now);

    /// Opens a further INIT of a session we have. NotFound: we have none of these keys.
    Result<Opened> open_init(const Init& init, Random& random, Timestamp now);

    /// Takes a session that the peer began. RateLimited: Admission::Hold; nothing changes, the
    /// user is warned. `lost` is what its reset says.
    Result<Admitted> admit(Session::Accepted accepted,
                           bool carries_reset,
                           const std::optional<SessionId>& lost,
                           Timestamp now);

    /// The mac of a group or control message that we send. NotFound: no active session.
    Result<InnerTag> tag(std::uint8_t kind, ByteView d) const;

    /// The mac of a group or control message that came. BadSignature ("bad_mac").
    Result<> verify(std::uint8_t kind, ByteView d, const InnerTag& mac) const;

    /// Of the active session; Renew too when it was never answered.
    Healing healing(Timestamp now) const;

    /// Drops old sessions and skipped keys whose time is over. Call once an hour.
    std::vector<Change> expire(Timestamp now);

    const ResetPolicy& resets() const { return resets_; }

    ResetPolicy& resets() { return resets_; }

    /// How far each session has been read, for the reset that replaces them.
    struct Progress {
        SessionId session;
        std::uint32_t chain = 0;
        std::uint32_t read = 0;
    };

    std::vector<Progress> progress() const;

    std::size_t skipped_count() const;

    /// The row of a skipped key that a change named. Secret. Requires: it exists.
    Bytes skipped_row(const SessionId& session, SkippedId id) const;

    /// Puts a stored row back. NotFound: no such session. Corrupt.
    Result<> restore_skipped(const SessionId& session, SkippedId id, ByteView row);

    /// Versioned; secret: the caller seals and wipes the bytes. Without skipped keys.
    Bytes encode() const;
    /// UnsupportedVersion, Corrupt.
    static Result<SessionSet> decode(ByteView row,
                                     const crypto::DeviceId& own,
                                     const crypto::DeviceId& peer);

  private:
    struct Old {
        Session session;
        Timestamp since{};
        std::uint32_t messages = 0;  // opened on the active session since then
    };

    template <class Self, class Matches>
    static auto find_in(Self& self, const Matches& matches) -> decltype(&*self.active_);
    const Session* holder_of(std::uint8_t kind, const InnerTag& mac, ByteView d) const;
    Session* mutable_session(const Session* session);
    Result<Opened> open_on(
        Session& session, ByteView wire, WireForm form, Random& random, Timestamp now);
    void retire_active(Timestamp now, Change& change);
    void keep_old(Session session, Timestamp now, Change& change);
    void note_winner(Change& change);

    crypto::DeviceId own_;
    crypto::DeviceId peer_;
    std::optional<Session> active_;
    std::vector<Old> old_;  // oldest first
    // Sessions that the peer said it lost, newest last: an INIT of theirs that is still on its way
    // must not win.
    std::vector<SessionId> retired_;
    Replacements replacements_;
    ResetPolicy resets_;
};

}  // namespace kith::session
