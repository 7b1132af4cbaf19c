// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/watches.h"

#include <algorithm>

namespace kith::dht {

// Shared by the subscription and the child that asks.
struct Watches::Watch {
    Watch(const asio::any_io_executor& executor,
          directory::Slots where,
          directory::Accept check,
          directory::OnRecord on_record)
        : slots(where), accept(std::move(check)), handler(std::move(on_record)), ended(executor) {}

    directory::Slots slots;
    directory::Accept accept;
    directory::OnRecord handler;
    SteadyTime until{};
    AsyncEvent ended;
};

directory::Subscription Watches::add(directory::Slots slots,
                                     directory::Accept accept,
                                     SteadyTime deadline,
                                     directory::OnRecord handler) {
    struct Entry final : directory::Subscription::Entry {
        explicit Entry(std::shared_ptr<Watch> of) : watch(std::move(of)) {}

        ~Entry() override { watch->ended.set(); }

        std::shared_ptr<Watch> watch;
    };

    const auto running =
        std::ranges::count_if(watches_, [](const auto& watch) { return !watch->ended.is_set(); });
    if (static_cast<std::size_t>(running) >= most) return {};
    const auto watch =
        std::make_shared<Watch>(scope_.executor(), slots, std::move(accept), std::move(handler));
    watch->until = std::min(deadline, clock_.now() + longest);
    watches_.push_back(watch);
    scope_.spawn(run(watch));
    return directory::Subscription(std::make_unique<Entry>(watch));
}

void Watches::stop() {
    for (const auto& watch : watches_) {
        watch->ended.set();
    }
}

Task<> Watches::run(std::shared_ptr<Watch> watch) {
    // From look-up to look-up; within one, the other slot's answer is not waited for.
    directory::BestRecord best(watch->accept);
    Duration pause = first_pause;
    while (!watch->ended.is_set() && clock_.now() < watch->until) {
        const SteadyTime deadline = std::min(watch->until, clock_.now() + last_pause);
        const auto found = co_await lookup_(watch->slots, watch->accept, deadline);
        if (watch->ended.is_set()) break;
        if (found && best.offer(0, *found)) watch->handler(*found);
        co_await sleep_for(clock_, pause, watch->ended);
        pause = std::min(last_pause, pause * 2);
    }
    watch->ended.set();
    std::erase(watches_, watch);
}

}  // namespace kith::dht
