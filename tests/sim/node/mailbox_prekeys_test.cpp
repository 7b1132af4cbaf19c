// SPDX-License-Identifier: GPL-3.0-or-later
// One-time prekeys that a host hands out for Alice while she is away: each once, and new ones in
// time.
#include "core/node/prekey_stock.h"
#include "core/session/own_prekeys.h"
#include "core/store/mailbox_row.h"
#include "core/store/prekey_table.h"
#include "tests/sim/node/mailbox_owner.h"

namespace kith::test {
namespace {

class MailboxPrekeys : public MailboxOwner {
  protected:
    MailboxPrekeys() { keep_mail_at(vera); }

    // Rows at the host, the oldest first.
    std::vector<Bytes> keys_at(Person& host) {
        std::vector<Bytes> out;
        const Bytes prefix{store::mailbox_row::prekey_rows};
        const auto read =
            host.store.scan({.table = store::Table::Mailbox, .prefix = prefix, .keys_only = true},
                            [&](ByteView key, ByteView) {
                                out.push_back(to_bytes(key));
                                return true;
                            });
        return read ? out : std::vector<Bytes>();
    }

    void take_away(Person& host, std::size_t left) {
        host.switch_off();
        store::Changes changes;
        auto keys = keys_at(host);
        for (std::size_t i = left; i < keys.size(); ++i)
            changes.erase(store::Table::Mailbox, keys[i]);
        world.get(host.store.commit(std::move(changes)));
        host.switch_on();
    }

    std::size_t private_keys() {
        const auto stored = store::PrekeyTable(alice.store).load();
        return stored ? stored->one_time.size() : 0;
    }

    bool asked(const std::string& who) {
        const auto contact = alice.node().contact(who);
        return contact && contact->state == node::ContactState::PendingIn;
    }
};

TEST_F(MailboxPrekeys, AreHandedOutOnceAndGoneWhenTheyWereUsed) {
    ASSERT_EQ(keys_at(vera).size(), session::one_time_stock);
    ASSERT_EQ(private_keys(), session::one_time_stock);
    const auto address = alice.node().identity()->address;
    alice.switch_off();
    std::vector<std::string> strangers;
    for (const char* const name : {"Carol", "Dave"}) {
        Person& stranger = world.person(name);
        stranger.join(vera);
        strangers.push_back(stranger.id());
        const std::size_t before = keys_at(vera).size();
        (void)world.get(stranger.node().add_contact(identity::to_string(address),
                                                    "a word to somebody who is away"));
        ASSERT_TRUE(world.run_until([&] { return held(vera) == strangers.size(); }, minutes(2)));
        EXPECT_EQ(keys_at(vera).size(), before - 1);
    }
    alice.switch_on();
    EXPECT_TRUE(world.run_until([&] { return asked(strangers.front()) && asked(strangers.back()); },
                                minutes(5)));
    EXPECT_EQ(private_keys(), session::one_time_stock - 2) << "forward-secret from now on";
}

TEST_F(MailboxPrekeys, AreMadeAnewWhenFewAreLeft) {
    take_away(vera, session::one_time_refill_below);
    world.run(hours(13));
    EXPECT_EQ(keys_at(vera).size(), session::one_time_refill_below) << "these are enough";
    take_away(vera, session::one_time_refill_below - 1);
    EXPECT_TRUE(
        world.run_until([&] { return keys_at(vera).size() == session::one_time_stock; }, hours(7)));
}

TEST_F(MailboxPrekeys, AreReplacedBeforeTheirTimeIsOver) {
    const auto first = keys_at(vera);
    world.run(days(16));
    auto second = keys_at(vera);
    // Who has been there for days keeps mail of others as well.
    const auto lease = to_bytes(ByteView(first.front()).first(1 + crypto::LeaseId::size_bytes));
    std::erase_if(
        second, [&](const Bytes& row) { return !equal(ByteView(row).first(lease.size()), lease); });
    ASSERT_EQ(second.size(), session::one_time_stock);
    EXPECT_GT(second.front(), first.back());
    world.run(days(16));
    EXPECT_LE(private_keys(), 2 * session::one_time_stock) << "what is over is deleted";
}

TEST_F(MailboxPrekeys, LeaveOnlyWhenTheirPrivateHalvesAreOnTheDisk) {
    take_away(vera, 0);
    alice.store.hold();
    (void)world.run_until([&] { return !keys_at(vera).empty(); }, hours(14));
    EXPECT_TRUE(keys_at(vera).empty());
    alice.store.release();
    EXPECT_TRUE(world.run_until([&] { return keys_at(vera).size() == session::one_time_stock; },
                                hours(14)));
}

TEST_F(MailboxPrekeys, LeaveEnoughForThoseWhoCall) {
    for (std::size_t i = 0; i < 2 * node::PrekeyStock::max_one_time / session::one_time_stock;
         ++i) {
        (void)world.get(alice.node().new_reach());
        world.run(minutes(1));
    }
    EXPECT_EQ(private_keys(), node::PrekeyStock::max_one_time - node::PrekeyStock::kept_for_links);
}

TEST_F(MailboxPrekeys, AreMadeAnewForANewAddress) {
    const auto first = keys_at(vera);
    (void)world.get(alice.node().new_reach());
    EXPECT_TRUE(world.run_until(
        [&] { return !keys_at(vera).empty() && keys_at(vera).front() > first.back(); },
        minutes(1)));
}

}  // namespace
}  // namespace kith::test
