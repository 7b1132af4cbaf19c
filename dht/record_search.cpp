// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/record_search.h"

namespace kith::dht {

void RecordSearch::start(const std::shared_ptr<RecordSearch>& search,
                         DhtNode& node,
                         const directory::Slots& slots) {
    search->unanswered_ = static_cast<int>(slots.size());
    for (std::size_t index = 0; index < slots.size(); ++index) {
        node.get(
            slots[index],
            [search, index](const Bytes& data) { return search->take(index, data); },
            [search](bool) { search->slot_done(); });
    }
}

bool RecordSearch::take(std::size_t index, const Bytes& data) {
    if (closed_) return false;
    if (!best_.offer(index, data)) return true;
    heard_.set();
    if (returned_) better_(*best_.record());
    return true;
}

void RecordSearch::slot_done() {
    if (--unanswered_ == 0) heard_.set();
}

Task<std::optional<Bytes>> RecordSearch::first(Clock& clock, SteadyTime deadline) {
    const Alarm alarm = clock.call_at(deadline, [this] { heard_.set(); });
    co_await heard_.wait();
    returned_ = true;
    if (closed_) co_return std::nullopt;
    if (!best_.record() || !better_ || unanswered_ == 0) {
        close();
    } else {
        closing_ = clock.call_after(better_for, [this] { closed_ = true; });
    }
    co_return best_.record();
}

void RecordSearch::close() {
    closed_ = true;
    heard_.set();
}

}  // namespace kith::dht
