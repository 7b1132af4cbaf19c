// SPDX-License-Identifier: GPL-3.0-or-later
// What one device has seen of one peer: evidence that fades, and what the user decided.
//
//   r   good evidence, at most 40, half-life 45 d       s   bad evidence, at most 200, 60 d
//   S_raw = (r + A) / (r + s + A + B)                   A, B = 1, 4; of a mailbox host 2, 1
//   S     = max(S_raw, 0.60) for a contact that the user has not reported, else S_raw
//
// Evidence is kept by kind of event, and r and s are its sums, so that an explanation is exact for
// ever. Fading is lazy: a question computes it, an event writes it down. Wall time; a step back
// counts as no time at all. The caller holds back a step forward that it does not believe.
//
// Never shared, never asked for, never exported. Specification: docs/spec/reputation.md#record.
#pragma once

#include "core/base/bytes.h"
#include "core/base/gcra.h"
#include "core/base/result.h"
#include "core/reputation/event.h"
#include "core/reputation/tier.h"

#include <cstdint>
#include <vector>

namespace kith::reputation {

/// How somebody who is no contact came to us. Part of the disk format.
enum class Entry : std::uint8_t { None = 0, Invited = 1, Introduced = 2 };

/// What is left of all events of one kind.
struct Contribution {
    Event event = Event::Reply;
    double left = 0;          ///< today; of bad events negative
    double sum = 0;           ///< without fading; of bad events negative
    std::uint32_t count = 0;  ///< events counted; stops at the largest number
    std::uint64_t last = 0;   ///< Unix seconds of the last one counted
    std::uint8_t recent = 0;  ///< events counted in the window of `last`; 0 without a window

    friend bool operator==(const Contribution&, const Contribution&) = default;
};

/// Whether a message may come in.
struct Admission {
    enum class Answer : std::uint8_t {
        Take,
        WaitRate,    ///< BUSY(rate): `wait` says how long
        WaitUnread,  ///< BUSY(credit): until the user has read some
        Drop,        ///< silently
    };

    Answer answer = Answer::Take;
    Duration wait{};
};

/// Value type, about 150 bytes and 40 for each kind of event.
class Record {
  public:
    /// Ceilings of good and bad evidence: the best score of a person is 41/45.
    static constexpr double good_max = 40;
    static constexpr double bad_max = 200;
    /// What no automatic judgement takes from a contact.
    static constexpr double contact_floor = 0.60;
    /// Longest stored form, before sealing. A person of whom everything was seen has about 350.
    static constexpr std::size_t encoded_max = 512;

    explicit Record(Context context, Timestamp now) : context_(context), updated_(now) {}

    // --- What happened --------------------------------------------------------------------------

    /// Counts an event with the weight and the bounds of its rule.
    /// Requires: it belongs to the context, and is neither Accepted nor Reported: see below.
    void observe(Event event, Timestamp now);

    /// We wrote to this peer: the one thing that widens its unread credit.
    void wrote(Timestamp now);

    /// The user takes the peer as a contact. Lifts a restriction.
    void accept(Timestamp now);
    /// The user reports a message: half of the good evidence is gone, and a contact is restricted,
    /// anybody else blocked.
    void report(Timestamp now);
    /// The user takes back one report, restriction and block. What is left of the report goes.
    void forgive(Timestamp now);
    void block(Timestamp now);
    /// No contact any more; what was seen stays.
    void remove(Timestamp now);

    /// Frees a contact of rate and unread limits, for one's own machines.
    void set_bulk(bool bulk) { bulk_ = bulk; }

    /// The peer holds an invitation, or a valid introduction. Without meaning for a contact.
    void set_entry(Entry entry) { entry_ = entry; }

    /// An event with a weight of its own; observe() with its rule's. `capped`: limited by the daily
    /// allowance of good evidence. Requires: weight >= 0, and the event belongs to the context.
    void add(Event event, double weight, bool capped, Timestamp now);

    // --- What follows ---------------------------------------------------------------------------

    /// Tier and limits at `now`. Requires: a Person or a Member.
    Standing standing(Timestamp now) const;

    /// S_raw, 0..1.
    double raw(Timestamp now) const;
    /// S_raw as if no event of this kind had happened.
    double raw_without(Event event, Timestamp now) const;
    /// S, 0..1.
    double score(Timestamp now) const;

    /// Judges `count` messages that come together, and books them if they are taken.
    /// @param unread  messages of this peer that our device stores and the user has not read
    /// Requires: a Person or a Member; 0 < count <= 100,000.
    Admission admit(std::uint64_t unread, unsigned count, Timestamp now);

    // --- Vouching: docs/spec/reputation.md#introductions
    // ------------------------------------------

    /// (vr + 1) / (vr + vs + 2): how its introductions went, 0..1.
    double vouch_score(Timestamp now) const;
    /// Takes one introduction from the budget of a contact: three at once, one each three days.
    /// False: not a contact, restricted, blocked, bad introductions, or none left.
    bool take_vouch(Timestamp now);
    /// Somebody it introduced was accepted, or reported. Costs vouching only, never delivery.
    void vouched(bool well, Timestamp now);

    // --- State ----------------------------------------------------------------------------------

    Context context() const { return context_; }

    bool is_contact() const { return contact_; }

    bool is_restricted() const { return restricted_; }

    bool is_blocked() const { return blocked_; }

    bool is_bulk() const { return bulk_; }

    Entry entry() const { return entry_; }

    /// r and s.
    double good(Timestamp now) const;
    double bad(Timestamp now) const;
    /// How much good evidence still counts today.
    double allowance(Timestamp now) const;
    /// u: messages that we wrote to this peer, half-life 7 d.
    double written(Timestamp now) const;

    /// Ascending by event, faded to `now`.
    std::vector<Contribution> contributions(Timestamp now) const;
    /// nullptr: none of this kind. `left` is as of the last event, not of now.
    const Contribution* find(Event event) const;

    /// Until when no request of this peer is taken: 30 d after the last one was declined or
    /// ignored. nullopt: at once.
    std::optional<Timestamp> request_refused_until(Timestamp now) const;

    /// Says nothing that a new record would not say: the row may go.
    bool is_forgettable(Timestamp now) const;

    /// For the store, versioned.
    Bytes encode() const;
    /// Corrupt: not made by encode(). UnsupportedVersion: of a newer kith.
    static Result<Record> decode(ByteView row);

    friend bool operator==(const Record&, const Record&) = default;

  private:
    friend class RecordCodec;

    struct Prior {
        double good = 1;
        double bad = 4;
        double allowance_a_day = 1;
    };

    Prior prior() const;
    double days_since_update(Timestamp now) const;
    void settle(Timestamp now);
    Contribution& contribution(Event event);
    void book(Contribution& entry, double weight);
    Tier tier_of(double score) const;
    double ratio(double good, double bad) const;
    double score_of(double raw) const;

    Context context_;
    bool contact_ = false;
    bool restricted_ = false;
    bool blocked_ = false;
    bool bulk_ = false;
    Entry entry_ = Entry::None;
    Timestamp updated_;                   // everything below is as of this time
    std::vector<Contribution> evidence_;  // ascending by event
    double allowance_ = 2;                // pos_tok
    double vouch_good_ = 0;               // vr
    double vouch_bad_ = 0;                // vs
    double vouches_ = 3;                  // vtok
    double written_ = 0;                  // u
    Gcra<Timestamp> limiter_;
};

}  // namespace kith::reputation
