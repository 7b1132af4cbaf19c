// SPDX-License-Identifier: GPL-3.0-or-later
// Which session counts when a new one appears, as pure decisions. Both ends must come to the same
// answer from what each has seen, in any order of delivery.
//
//   both initiated             the smaller sid wins on both sides; nothing is sent again
//   the INIT carries a reset   it replaces
//   otherwise                  it replaces a session that is older than 60 s
//
// Whoever begins a session although it has or had one says so with a reset, so an INIT without one
// that meets a session of our own making was sent before its sender knew of ours.
// Specification: docs/spec/session.md#which-session.
#pragma once

#include "core/base/time.h"
#include "core/session/session.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace kith::session {

/// Sessions kept beside the active one, to read what is still on its way.
inline constexpr std::size_t old_sessions = 2;
/// How long, and for how many messages of the active one.
inline constexpr Duration old_session_age = days(7);
inline constexpr std::uint32_t old_session_messages = 50;
/// A younger session is not replaced without a reset.
inline constexpr Duration replace_after = seconds(60);
/// An INIT may be on its way for as long as a mailbox keeps it.
inline constexpr Duration crossing_window = days(15);
/// Replacements by one device in 24 h. Beyond: held, and the user is warned.
inline constexpr std::size_t replacements_a_day = 3;
/// An initiated session that was never answered is given up.
inline constexpr Duration unanswered_age = days(30);

enum class Admission : std::uint8_t {
    Active,  ///< becomes the active session; the one before becomes old
    Old,     ///< is read, never sent on
    Hold,    ///< too many replacements: not taken
};

/// What is known about an incoming session when its first message has opened.
struct Incoming {
    SessionId id;
    bool carries_reset = false;
};

/// When this device's sessions were replaced by the peer, newest last.
using Replacements = std::vector<Timestamp>;

/// `active` is nullptr if there is none. `retired`: the peer said that it lost this very session.
Admission admit(const Session::Facts* active,
                const Incoming& incoming,
                bool retired,
                const Replacements& replacements,
                Timestamp now);

/// Whether an admission as Active counts as a replacement.
bool is_replacement(const Session::Facts* active, const Incoming& incoming, Timestamp now);

}  // namespace kith::session
