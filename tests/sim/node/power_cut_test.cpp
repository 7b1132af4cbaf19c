// SPDX-License-Identifier: GPL-3.0-or-later
// The mailbox host loses its power at each of its syncs in turn: all that was not synced is gone,
// and what is sent later never was. What a receipt was given for is still there afterwards, is
// shown once, and no state says more than is true. 300 points with KITH_SOAK, every fifteenth
// without.
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

namespace kith::test {
namespace {

using node::MailboxState;
using node::MessageState;

// In five histories: a point is a sync of one of them.
constexpr std::size_t histories = 5;
constexpr std::size_t syncs_of_history = 60;

std::size_t stride() {
    return std::getenv("KITH_SOAK") ? 1 : 15;
}

/// Alice and Bob, who are never there together, and Vera, who begins to keep their mail and whose
/// power fails once.
class PowerCut {
  public:
    explicit PowerCut(std::uint64_t seed)
        : world_(seed),
          vera_(world_.person("Vera")),
          alice_(world_.person("Alice")),
          bob_(world_.person("Bob")) {
        vera_.found();
        alice_.join(vera_);
        bob_.join(vera_);
        bob_.befriend(alice_);
        vera_.switch_off();
        vera_.settings.mailbox.serve = mailbox::Serve::Network;
        vera_.settings.offer_mailbox_at_once = true;
    }

    /// At the n-th sync of the host from its start on.
    void cut_at(std::size_t n, bool landed) {
        vera_.store.cut_power_at(n, landed, [this] {
            world_.network.power_off(vera_.address());
            cut_ = true;
        });
    }

    bool was_cut() const { return lost_power_; }

    std::size_t host_syncs() const { return vera_.store.syncs() - syncs_before_; }

    void play() {
        syncs_before_ = vera_.store.syncs();
        vera_.switch_on();
        run_until([this] { return kept(alice_) && kept(bob_); }, minutes(10));
        run(seconds(40));
        bob_.switch_off();
        Person* here = &alice_;
        Person* away = &bob_;
        for (int turn = 0; turn < 6; ++turn) {
            spend(*here, *away);
            here->switch_off();
            away->switch_on();
            std::swap(here, away);
        }
        // In peace, until both have heard that all has arrived.
        std::size_t content = 0;
        for (int turn = 0; turn < 12 && content < 2; ++turn) {
            const bool all = run_until([&] { return has_all(*here, *away); }, minutes(3));
            content = all ? content + 1 : 0;
            // What was owed when it started has left by then.
            run(seconds(75));
            check_heard(*here, *away);
            here->switch_off();
            away->switch_on();
            std::swap(here, away);
        }
        check_heard(*here, *away);
        EXPECT_EQ(content, 2U) << "not all delivered";
    }

  private:
    struct Said {
        std::vector<std::string> texts;
        std::vector<crypto::MessageId> ids;
        /// So many were kept by the host, or delivered, when the sender left.
        std::size_t promised = 0;
        std::vector<std::string> called_delivered;
    };

    static bool kept(Person& owner) {
        const auto hosts = owner.node().mailboxes();
        return hosts && std::ranges::any_of(*hosts, [](const auto& host) {
                   return host.state == MailboxState::Ok;
               });
    }

    // The power comes back some seconds later.
    void look_after_host() {
        if (!std::exchange(cut_, false)) return;
        lost_power_ = true;
        vera_.switch_off();
        vera_.store.reboot();
        world_.run(seconds(3));
        world_.network.power_on(vera_.address());
        vera_.switch_on();
    }

    bool run_until(const std::function<bool()>& holds, Duration at_most) {
        const SteadyTime end = world_.clock.now() + at_most;
        for (;;) {
            const bool held = world_.run_until([&] { return cut_ || holds(); },
                                               std::max(end - world_.clock.now(), Duration(1)));
            if (!cut_) return held;
            look_after_host();
        }
    }

    void run(Duration time) {
        const SteadyTime end = world_.clock.now() + time;
        run_until([&] { return world_.clock.now() >= end; }, time);
    }

    void say(Person& from, Person& to, Said& said) {
        said.texts.push_back(from.id().substr(0, 12) + std::to_string(said.texts.size()));
        said.ids.push_back(from.send(to, said.texts.back()));
    }

    // One is there, alone: reads what waits, and writes.
    void spend(Person& here, Person& away) {
        run(seconds(20));
        check_heard(here, away);
        Said& said = said_[&here];
        for (int i = 0; i < 3; ++i) {
            say(here, away, said);
            run(seconds(2));
        }
        for (int i = 0; i < 3; ++i)
            say(here, away, said);
        run(seconds(75));
        // What the host has signed for, in the order in which it was said.
        said.promised = 0;
        said.called_delivered.clear();
        for (std::size_t i = 0; i < said.ids.size(); ++i) {
            const auto state = here.state_of(said.ids[i]);
            const bool safe = state == MessageState::Stored || state == MessageState::Delivered;
            if (safe && said.promised == i) ++said.promised;
            if (state == MessageState::Delivered) said.called_delivered.push_back(said.texts[i]);
        }
    }

    // What was promised is here by now, though its sender is not; all in order and once.
    void check_heard(Person& here, Person& away) {
        const Said& said = said_[&away];
        const auto heard = here.heard_from(away);
        ASSERT_LE(heard.size(), said.texts.size());
        EXPECT_TRUE(std::equal(heard.begin(), heard.end(), said.texts.begin()));
        EXPECT_GE(heard.size(), said.promised);
        EXPECT_GE(heard.size(), said.called_delivered.size());
    }

    bool has_all(Person& here, Person& away) {
        return here.heard_from(away) == said_[&away].texts &&
               std::ranges::all_of(said_[&here].ids, [&](const auto& id) {
                   return here.state_of(id) == MessageState::Delivered;
               });
    }

    World world_;
    Person& vera_;
    Person& alice_;
    Person& bob_;
    std::map<const Person*, Said> said_;
    std::size_t syncs_before_ = 0;
    bool cut_ = false;
    bool lost_power_ = false;
};

TEST(PowerCutOfAHost, NothingThatHasAReceiptIsLostAtAnySync) {
    std::size_t cuts = 0;
    for (std::size_t point = 0; point < histories * syncs_of_history; point += stride()) {
        const std::uint64_t seed = seed_or(7) + point / syncs_of_history;
        const std::size_t sync = point % syncs_of_history + 1;
        SCOPED_TRACE("seed " + std::to_string(seed) + ", sync " + std::to_string(sync));
        PowerCut history(seed);
        history.cut_at(sync, (seed + sync) % 2 == 0);
        history.play();
        EXPECT_TRUE(history.was_cut()) << "only " << history.host_syncs() << " syncs";
        ++cuts;
        if (testing::Test::HasFailure()) break;
    }
    std::printf("%zu power cuts\n", cuts);
}

}  // namespace
}  // namespace kith::test
