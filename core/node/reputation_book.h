// SPDX-License-Identifier: GPL-3.0-or-later
// What this device has seen of each account, and the limits that follow: one record each, in memory
// once it was asked for.
//
// Acts of our user are written in the batch of the act: change memory and join the step in the same
// turn of the strand, and the row goes with that batch. What machines noticed is written behind,
// every half minute and at stop, so a crash loses at most that and never an act. A message costs a
// look into a table in memory: no read of the store after the first, no row of its own.
//
// Whether somebody is a contact is the word of the contact book: a record that was not asked for
// since follows it when it is loaded.
//
// Time is wall time as far as it is believed: a step forward of more than 30 days fades nothing
// until contacts agree with it. Strand only. Specification: docs/spec/reputation.md#storage.
#pragma once

#include "core/base/clock.h"
#include "core/node/contact_book.h"
#include "core/reputation/record.h"
#include "core/store/reputation_table.h"

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace kith::node {

class ReputationBook {
  public:
    /// Records of people who are no contacts and not blocked. Beyond: what machines notice of new
    /// ones is not written down; the daily sweep makes room, least evidence first.
    static constexpr std::size_t max_unknown = 65'536;
    static constexpr Duration write_behind = seconds(30);
    /// A step of the wall clock beyond this is not believed at once.
    static constexpr Duration believed_step = days(30);

    ReputationBook(store::Store& store, const ContactBook& contacts, const Clock& clock);

    ReputationBook(const ReputationBook&) = delete;
    ReputationBook& operator=(const ReputationBook&) = delete;
    ~ReputationBook() = default;

    /// Before anything else, and again after a failed commit.
    Result<> load();

    /// What the clocks of contacts say about ours: asked while a step is not believed.
    using PeersOffset = std::function<std::optional<Duration>()>;

    void on_doubt(PeersOffset offset) { peers_offset_ = std::move(offset); }

    /// The wall clock as far as it is believed: what every call on a record is to be given.
    Timestamp now();

    // --- Asking ---------------------------------------------------------------------------------

    /// A copy of the record; of somebody unknown a new one. For views.
    Result<reputation::Record> record(const crypto::AccountKey& account);
    /// Tier and limits now.
    Result<reputation::Standing> standing(const crypto::AccountKey& account);

    // --- Acts of our user: in the turn in which their step joins ---------------------------------

    Result<> accepted(const crypto::AccountKey& account);
    Result<> declined(const crypto::AccountKey& account);
    Result<> reported(const crypto::AccountKey& account);
    /// Takes back restriction, block, and one report.
    Result<> forgiven(const crypto::AccountKey& account);
    Result<> blocked(const crypto::AccountKey& account);
    Result<> removed(const crypto::AccountKey& account);
    Result<> set_bulk(const crypto::AccountKey& account, bool bulk);
    /// We wrote a text; `reply`: the peer had written last.
    Result<> wrote(const crypto::AccountKey& account, bool reply);
    /// So many of its messages were read just now.
    Result<> read(const crypto::AccountKey& account, std::uint64_t count);

    /// Any other act: changes the record; its row is written with the open batch.
    using Change = std::function<void(reputation::Record&, Timestamp now)>;
    Result<> act(const crypto::AccountKey& account, const Change& change);

    // --- What machines notice: written behind ----------------------------------------------------

    /// Books an event of somebody who has a record, or gets one.
    void observe(const crypto::AccountKey& account, reputation::Event event);

    /// Judges one message and books it if it is taken (Record::admit()).
    Result<reputation::Admission> admit(const crypto::AccountKey& account, std::uint64_t unread);

    // --- Writing ---------------------------------------------------------------------------------

    /// Puts what was not written yet; the caller joins `changes` in this turn. At stop and each
    /// write_behind.
    void flush(store::Changes& changes);

    bool dirty() const { return !dirty_.empty(); }

    /// The rows of these keys are to go: they leave memory too. Gives those that may be erased; of
    /// the others memory says more than the row.
    std::vector<Bytes> forget(std::vector<Bytes> keys);

  private:
    struct Entry {
        Bytes key;
        reputation::Record record;
        bool stored = false;  // there is a row
        bool dirty = false;   // memory says more than the row
        bool urgent = false;  // and our user did it: the next batch has it
    };

    /// nullptr: nothing was ever seen.
    Result<Entry*> find(const crypto::AccountKey& account);
    Result<Entry*> open(const crypto::AccountKey& account);
    void follow_contact(const crypto::AccountKey& account, Entry& entry);
    void mark(const crypto::AccountKey& account, Entry& entry, bool urgent);
    void write(store::Changes& changes, Entry& entry);
    void write_urgent(store::Changes& changes);
    void make_room();
    void drop();

    store::ReputationTable table_;
    const ContactBook& contacts_;
    const Clock& clock_;
    PeersOffset peers_offset_;
    std::unordered_map<crypto::AccountKey, Entry> entries_;
    std::vector<crypto::AccountKey> dirty_;
    bool urgent_ = false;
    std::size_t rows_ = 0;

    Timestamp believed_{};  // wall time at steady_, as far as it is believed
    SteadyTime steady_{};
    bool doubting_ = false;

    store::Subscription on_close_;
    store::Subscription on_failure_;
};

}  // namespace kith::node
