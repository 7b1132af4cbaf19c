// SPDX-License-Identifier: GPL-3.0-or-later
// The `dep` field of a message: where its sender last left envelopes for this device. The receiver
// compares it with what its hosts served, and so notices a host that promised and lost.
//
//   dep = entries, 16 bytes each: box_id[:4] || eh[:8] || u32 stored_at;  at most 24, of the last 8
//   deposits
//
// An entry accuses nobody: only the host's own receipt, which is then asked for in-session, does.
// So a lying sender cannot slander a host, and a lying host cannot deny.
// Specification: docs/spec/mailbox.md#judgement.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/mailbox/capability.h"
#include "core/mailbox/receipt.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace kith::mailbox {

inline constexpr std::size_t note_entry_size = 16;
inline constexpr std::size_t note_entries = 24;
inline constexpr std::size_t note_deposits = 8;

/// Larger envelopes are deleted at all hosts once one of them served them, so nothing follows from
/// a host that did not: they are neither noted nor judged.
inline constexpr std::size_t judged_envelope_size = 4096;
/// How much of an envelope's term must be left at the pick-up that did not bring it: more than any
/// two clocks differ that are not told to be wrong.
inline constexpr Duration judgement_margin = hours(24);
/// How long the notes of a sender are ignored that showed a receipt which proves nothing.
inline constexpr Duration note_distrust = days(7);
/// The same for a sender that shows no receipt at all: it may have left so much since that it has
/// forgotten this one.
inline constexpr Duration note_forgotten = hours(1);
/// How long a host may serve late before it counts against it.
inline constexpr Duration late_after = hours(24);

using BoxMark = std::array<std::uint8_t, 4>;
using EnvelopeMark = std::array<std::uint8_t, 8>;

BoxMark mark_of(const crypto::BoxId& box);
EnvelopeMark mark_of(const crypto::EnvelopeHash& hash);
EnvelopeMark mark_of(const EnvelopeTag& tag);

/// The newest marks of a row of envelopes. Value type, at most 64 KiB.
class MarkMemory {
  public:
    static constexpr std::size_t most = 1024;

    void add(const EnvelopeMark& mark);

    bool contains(const EnvelopeMark& mark) const { return known_.contains(mark); }

  private:
    std::set<EnvelopeMark> known_;
    std::deque<EnvelopeMark> order_;
};

struct NoteEntry {
    BoxMark box{};
    EnvelopeMark envelope{};
    std::uint32_t stored_at = 0;  ///< unix seconds, low 32 bits

    friend bool operator==(const NoteEntry&, const NoteEntry&) = default;
};

/// Requires: at most note_entries.
Bytes encode_note(std::span<const NoteEntry> entries);
/// Malformed: not a multiple of 16 bytes, or more than 384.
Result<std::vector<NoteEntry>> decode_note(ByteView bytes);

/// One copy, as the sender remembers it.
struct NotedCopy {
    Receipt receipt;
    std::size_t envelope_size = 0;
    std::uint64_t deposit = 0;  ///< rising number of the message's deposit: copies of one share it
};

/// The note for the next message: copies of the last eight deposits that are to be judged, newest
/// first, as many as fit.
std::vector<NoteEntry> make_note(std::span<const NotedCopy> copies);

/// What the owner knows when it judges one entry.
struct NoteFacts {
    bool own_host = false;    ///< the mark is that of one of the owner's hosts
    bool served = false;      ///< that host has served this envelope
    bool deleted = false;     ///< the owner asked that host to delete it
    bool distrusted = false;  ///< the sender's notes are ignored at present
    /// Complete pick-ups from that host that began after the note had come. The sender had the
    /// receipt when it wrote, so each of them had to bring the envelope, whatever clocks say.
    std::uint64_t pickups_since = 0;
    /// When the newest of them was complete.
    Timestamp complete_pickup{};
    /// This device knows what was served since then: it was restored, or is new, before.
    Timestamp memory_since{};
};

/// Complete pick-ups that surely began after `then`: the first one may have been under way.
inline std::uint64_t pickups_begun_since(std::uint64_t complete_then, std::uint64_t complete_now) {
    return complete_now > complete_then ? complete_now - complete_then - 1 : 0;
}

enum class NoteVerdict {
    Nothing,        ///< in order, or not to be judged
    Later,          ///< the host has had no chance yet
    AskForReceipt,  ///< ask the sender in-session: {box, eh[:8]}
};

NoteVerdict judge_entry(const NoteEntry& entry, const NoteFacts& facts);

/// What follows from the sender's answer. `shown` nullopt: it has none.
enum class ClaimVerdict {
    InOrder,        ///< the receipt is real, and the envelope was served, deleted or over its term
    ProvenLoss,     ///< the receipt is the host's: one step of the loss detector
    NothingProven,  ///< no receipt of this host: ignore this sender's notes for a while
};

/// `host`: the key under which the owner has its lease. The facts are those of now: mail that came
/// since the question was asked proves nothing.
ClaimVerdict judge_claim(const NoteEntry& entry,
                         const NoteFacts& facts,
                         const std::optional<Receipt>& shown,
                         const crypto::MailboxKey& host);

}  // namespace kith::mailbox
