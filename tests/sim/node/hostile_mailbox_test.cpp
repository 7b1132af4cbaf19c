// SPDX-License-Identifier: GPL-3.0-or-later
// A hostile mailbox host beside an honest one, between people who are never there together: nothing
// is called delivered that was not read, nothing is shown twice, all comes through the honest one
// within a minute, and who does harm is left.
#include "tests/sim/node/world.h"
#include "tests/support/hostile/hostile_transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace kith::test {
namespace {

using node::MailboxState;
using node::MessageState;

std::uint64_t seed_of(Hostility what) {
    return seed_or(40 + static_cast<std::uint64_t>(what));
}

std::string way_of(const Person& sender, const crypto::MessageId& id) {
    const node::TraceView trace = *sender.node().trace(id);
    std::string out;
    for (const auto& step : trace.steps) {
        out += "\n" + std::to_string(unix_seconds(step.time)) + " " + step.step + " " +
               step.target + " " + step.result;
    }
    return out;
}

class HostileMailbox : public testing::TestWithParam<Hostility> {
  protected:
    HostileMailbox() {
        hal.through = [this](transport::Transport& inner) {
            return std::make_unique<HostileTransport>(inner, host);
        };
        serve(vera);
        serve(hal);
        vera.found();
        hal.join(vera);
        alice.join(vera);
        alice.befriend(hal);
        bob.join(vera);
        bob.befriend(hal);
        bob.befriend(alice);
        const bool ready =
            world.run_until([&] { return ok(alice) == 2 && ok(bob) == 2; }, hours(1));
        if (!ready) throw std::runtime_error("nobody keeps their mail");
        world.run(minutes(2));
        host.turn(GetParam());
        bob.switch_off();
    }

    static void serve(Person& person) {
        person.switch_off();
        person.settings.mailbox.serve = mailbox::Serve::Network;
        person.settings.offer_mailbox_at_once = true;
        person.switch_on();
    }

    static std::size_t ok(Person& owner) {
        const auto hosts = *owner.node().mailboxes();
        return static_cast<std::size_t>(
            std::ranges::count(hosts, MailboxState::Ok, [](const auto& one) { return one.state; }));
    }

    const node::MailboxView& hal_of(Person& owner) {
        views = *owner.node().mailboxes();
        return *std::ranges::find(views, "Hal", &node::MailboxView::name);
    }

    bool leaves_hal(Person& owner) {
        const auto state = hal_of(owner).state;
        return state == MailboxState::Draining || state == MailboxState::Offered;
    }

    // One is there alone: hears within a minute what the other has left, and leaves two messages.
    void visit(Person& here, Person& away) {
        const auto& expected = said[&away];
        const bool heard = world.run_until(
            [&] { return here.heard_from(away).size() >= expected.size(); }, minutes(1));
        EXPECT_TRUE(heard) << here.heard_from(away).size() << " of " << expected.size();
        world.run(seconds(50));
        auto came = here.heard_from(away);
        auto meant = expected;
        if (GetParam() == Hostility::Reorder) {
            // The order among what one host hands out at once is that host's.
            std::ranges::sort(came);
            std::ranges::sort(meant);
        }
        EXPECT_EQ(came, meant) << "all of it, in order, once";
        if (!left.contains(&here) && leaves_hal(here)) {
            left[&here] = said[&away].size();
            acts[&here] = hal_of(here).acts;
            proven[&here] = !hal_of(here).evidence.empty();
        }
        auto& texts = said[&here];
        auto& ids = sent[&here];
        for (int i = 0; i < 2; ++i) {
            texts.push_back(here.id().substr(0, 9) + std::to_string(texts.size()));
            ids.push_back(here.send(away, texts.back()));
        }
        world.run(minutes(2));
        // What is called delivered has been read: the other one's history is asked when it is on.
        claimed.clear();
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto state = here.state_of(ids[i]);
            EXPECT_NE(state, MessageState::Queued) << texts[i] << way_of(here, ids[i]);
            if (state == MessageState::Delivered) claimed.insert(texts[i]);
        }
        here.switch_off();
        away.switch_on();
        const auto read = away.heard_from(here);
        for (const auto& text : claimed)
            EXPECT_NE(std::ranges::find(read, text), read.end()) << "called delivered: " << text;
    }

    void spend(int days_long) {
        for (int turn = 0; turn < 6 * days_long; ++turn) {
            Person& here = turn % 2 == 0 ? alice : bob;
            Person& away = turn % 2 == 0 ? bob : alice;
            visit(here, away);
            world.run(hours(4));
        }
    }

    SeededRandom dice{seed_of(GetParam())};
    HostileHost host{Hostility::None, dice};
    World world{seed_of(GetParam())};
    Person& vera = world.person("Vera");
    Person& hal = world.person("Hal");
    Person& alice = world.person("Alice");
    Person& bob = world.person("Bob");
    std::map<Person*, std::vector<std::string>> said;
    std::map<Person*, std::vector<crypto::MessageId>> sent;
    std::set<std::string> claimed;
    /// Messages that had been left for a person when it left Hal.
    std::map<Person*, std::size_t> left;
    std::map<Person*, std::vector<node::MailboxActView>> acts;
    std::map<Person*, bool> proven;
    std::vector<node::MailboxView> views;
};

std::string name_of(const testing::TestParamInfo<Hostility>& info) {
    std::string name(to_string(info.param));
    std::ranges::replace(name, '-', '_');
    return name;
}

TEST_P(HostileMailbox, NothingIsLostAndNothingIsBelieved) {
    spend(std::getenv("KITH_SOAK") ? 10 : 2);
    std::string seen;
    for (const auto& [person, list] : acts) {
        for (const auto& act : list)
            seen += " " + act.act + " " + std::to_string(act.count);
        seen += " after " + std::to_string(left[person]) + " messages;";
    }
    std::printf("%s:%s\n", std::string(to_string(GetParam())).c_str(), seen.c_str());
    using enum Hostility;
    const std::set<Hostility> harmless{None, Reorder, FalseGone, BadReceipt};
    if (harmless.contains(GetParam())) {
        EXPECT_TRUE(left.empty());
        return;
    }
    ASSERT_EQ(left.size(), 2U) << "both leave it";
    if (GetParam() == Replay) return;
    for (const auto& [person, list] : acts) {
        // Three proven losses; a note tells of several copies at once. Or two wrong proofs.
        EXPECT_LE(left[person], 10U);
        const auto wrong = std::ranges::find(list, "audit-wrong", &node::MailboxActView::act);
        if (wrong != list.end() && wrong->count >= 2) continue;
        const auto lost = std::ranges::find(list, "loss", &node::MailboxActView::act);
        ASSERT_NE(lost, list.end());
        EXPECT_GE(lost->count, 3U);
        EXPECT_TRUE(proven[person]);
    }
}

INSTANTIATE_TEST_SUITE_P(Acts,
                         HostileMailbox,
                         testing::Values(Hostility::None,
                                         Hostility::Drop,
                                         Hostility::Withhold,
                                         Hostility::Replay,
                                         Hostility::Reorder,
                                         Hostility::Flip,
                                         Hostility::Swap,
                                         Hostility::LieInStat,
                                         Hostility::LieInAudit,
                                         Hostility::FalseGone,
                                         Hostility::BadReceipt),
                         name_of);

}  // namespace
}  // namespace kith::test
