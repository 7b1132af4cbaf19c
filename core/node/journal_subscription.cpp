// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/journal_subscription.h"

#include <algorithm>

namespace kith::node {

JournalSubscription::JournalSubscription(EventJournal& journal,
                                         SubscribeOptions options,
                                         std::uint64_t next,
                                         std::function<void()> on_ready)
    : journal_(journal),
      options_(std::move(options)),
      on_ready_(std::move(on_ready)),
      next_(next),
      acknowledged_(next - 1) {
    journal_.followers_.insert(this);
}

JournalSubscription::~JournalSubscription() {
    journal_.followers_.erase(this);
}

bool JournalSubscription::wants(std::string_view type) const {
    return options_.types.empty() ||
           std::ranges::find(options_.types, type) != options_.types.end();
}

bool JournalSubscription::window_open() const {
    return options_.window == 0 || open_.size() < options_.window;
}

void JournalSubscription::wake() {
    if (on_ready_ && (window_open() || !ephemeral_.empty())) on_ready_();
}

void JournalSubscription::announce(const EventBody& body) {
    if (!wants(type_of(body))) return;
    if (ephemeral_.size() >= max_ephemeral) ephemeral_.pop_front();
    ephemeral_.push_back(body);
    if (on_ready_) on_ready_();
}

Result<bool> JournalSubscription::load() {
    if (page_ && ref_ < page_->row.refs.size()) return true;
    KITH_TRY(page_, journal_.page_at(next_));
    if (!page_) return false;
    ref_ = 0;
    ref_first_ = page_->first;
    next_ = std::max(next_, page_->first);
    while (ref_ < page_->row.refs.size() && ref_first_ + count_of(page_->row.refs[ref_]) <= next_) {
        ref_first_ += count_of(page_->row.refs[ref_++]);
    }
    return ref_ < page_->row.refs.size();
}

Result<std::vector<Event>> JournalSubscription::take(std::size_t count) {
    std::vector<Event> out;
    while (out.size() < count && !ephemeral_.empty()) {
        out.push_back({std::nullopt, std::move(ephemeral_.front())});
        ephemeral_.pop_front();
    }
    while (out.size() < count && window_open() && next_ <= journal_.visible_) {
        KITH_TRY(const bool loaded, load());
        if (!loaded) break;
        const EventRef& ref = page_->row.refs[ref_];
        const std::uint64_t cursor = next_++;
        KITH_TRY(auto body, journal_.source_.materialise(ref, cursor - ref_first_));
        if (next_ >= ref_first_ + count_of(ref)) ref_first_ += count_of(page_->row.refs[ref_++]);
        if (!body || !wants(type_of(*body))) continue;
        if (options_.window > 0) open_.push_back(cursor);
        out.push_back({Cursor{cursor}, *std::move(body)});
    }
    return out;
}

void JournalSubscription::acknowledged(Cursor cursor) {
    acknowledged_ = std::max(acknowledged_, cursor.value);
    const bool was_closed = !window_open();
    while (!open_.empty() && open_.front() <= acknowledged_)
        open_.pop_front();
    if (was_closed && window_open()) wake();
}

}  // namespace kith::node
