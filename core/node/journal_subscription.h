// SPDX-License-Identifier: GPL-3.0-or-later
// One follower of the journal: reads rows as it is asked, never ahead of its window.
#pragma once

#include "core/node/event_journal.h"

#include <deque>

namespace kith::node {

class JournalSubscription final : public Subscription {
  public:
    /// Events without a cursor that wait for a slow follower; the oldest are dropped.
    static constexpr std::size_t max_ephemeral = 256;

    JournalSubscription(EventJournal& journal,
                        SubscribeOptions options,
                        std::uint64_t next,
                        std::function<void()> on_ready);
    ~JournalSubscription() override;

    Result<std::vector<Event>> take(std::size_t count) override;
    void acknowledged(Cursor cursor) override;

    Cursor position() const override { return {next_ - 1}; }

    std::uint64_t behind() const override { return journal_.visible_ + 1 - next_; }

    /// There is more to take.
    void wake();
    void announce(const EventBody& body);

  private:
    bool wants(std::string_view type) const;
    bool window_open() const;
    Result<bool> load();

    EventJournal& journal_;
    SubscribeOptions options_;
    std::function<void()> on_ready_;
    std::uint64_t next_;              // cursor to give next
    std::uint64_t acknowledged_;      // cursors up to here are done with
    std::deque<std::uint64_t> open_;  // given and not acknowledged
    std::deque<EventBody> ephemeral_;
    // The row that next_ is in, where its current reference begins.
    std::optional<EventJournal::Page> page_;
    std::size_t ref_ = 0;
    std::uint64_t ref_first_ = 0;
};

}  // namespace kith::node
