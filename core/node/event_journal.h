// SPDX-License-Identifier: GPL-3.0-or-later
// The EventLog on the store: one row for each batch that changed something, written by a close hook
// into that same batch.
//
//   Table::Event     key u64 first cursor of the row      value EventRow
//   Table::Consumer  key the name                          value cursor, when last seen
//
// Cursors are given out when a batch closes and become visible when it is synced. After a failed
// commit those numbers are given again, to other events: nobody has seen them.
#pragma once

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/node/event_log.h"
#include "core/node/event_row.h"
#include "core/store/store.h"

#include <functional>
#include <map>
#include <set>

namespace kith::node {

/// Makes the events of references. Implemented by the node, which knows messages and contacts.
class EventSource {
  public:
    EventSource() = default;
    EventSource(const EventSource&) = delete;
    EventSource& operator=(const EventSource&) = delete;
    virtual ~EventSource() = default;

    /// The event at `offset` of the reference; nullopt when what it names is gone.
    virtual Result<std::optional<EventBody>> materialise(const EventRef& ref,
                                                         std::uint64_t offset) = 0;
};

class JournalSubscription;

class EventJournal final : public EventLog {
  public:
    /// Events kept at most, and for how long; older rows go, whoever has not read them.
    static constexpr std::uint64_t max_events = 1'000'000;
    static constexpr Duration max_age = days(30);
    /// Named consumers. Beyond: QuotaExceeded.
    static constexpr std::size_t max_consumers = 64;

    EventJournal(store::Store& store, const Clock& clock, EventSource& source);
    ~EventJournal() override;

    /// Reads where the journal stands. Before anything else.
    Result<> open();

    /// Adds to the row of the open batch. Requires: changes joined that batch in this same turn.
    void add(EventRef ref);
    /// Gives an event without a cursor to those who follow now: presence, network, `sent`.
    void announce(const EventBody& body);

    Cursor head() const { return {visible_}; }

    Result<std::unique_ptr<Subscription>> subscribe(SubscribeOptions options,
                                                    std::function<void()> on_ready) override;
    [[nodiscard]] Task<Result<>> ack(std::string as, Cursor cursor) override;
    std::vector<ConsumerView> consumers() const override;
    [[nodiscard]] Task<Result<>> forget(std::string as) override;

  private:
    friend class JournalSubscription;

    struct Consumer {
        std::uint64_t cursor = 0;
        Timestamp seen;
    };

    struct Page {
        std::uint64_t first = 0;
        EventRow row;
    };

    void close_batch(store::Changes& changes);
    void prune(store::Changes& changes);
    void forget_pending();
    Result<> find_oldest();
    /// The row that holds `cursor`, or the first behind it; nullopt beyond the visible end.
    Result<std::optional<Page>> page_at(std::uint64_t cursor) const;
    static Bytes consumer_row(const Consumer& consumer);

    store::Store& store_;
    const Clock& clock_;
    EventSource& source_;
    std::vector<EventRef> pending_;
    std::uint64_t next_ = 1;     // the next cursor to give
    std::uint64_t visible_ = 0;  // the last one synced
    std::uint64_t oldest_ = 1;   // first cursor of the oldest row
    std::map<std::string, Consumer> consumers_;
    std::set<JournalSubscription*> followers_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    store::Subscription on_close_;
    store::Subscription on_failure_;
};

}  // namespace kith::node
