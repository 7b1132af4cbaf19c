// SPDX-License-Identifier: GPL-3.0-or-later
// New sessions of a contact's device that come by mail: a few a day are opened, what is beyond
// waits at the host, and what was made by others in its name uses none of them up.
#include "core/message/envelope.h"
#include "core/message/inner.h"
#include "core/message/message_id.h"
#include "core/message/payload.h"
#include "core/node/receiver.h"
#include "core/session/session.h"
#include "core/store/prekey_table.h"
#include "tests/sim/node/mailbox_guest.h"
#include "tests/sim/node/mailbox_owner.h"

namespace kith::test {
namespace {

class MailboxBegun : public MailboxOwner {
  protected:
    MailboxBegun() {
        keep_mail_at(vera);
        bob_id = bob.id();
        bobs_key.emplace(mailbox::deposit_key(told(bob).deposit_seed));
        bob.switch_off();
        guest.call();
    }

    /// A text of Bob's device in a session of its own, for Alice.
    Bytes begun_with(const std::string& text, bool genuine) {
        const Timestamp now = world.clock.wall();
        const auto from = std::move(*store::AccountTable(bob.store).load().value());
        const auto to = std::move(*store::AccountTable(alice.store).load().value());
        const auto keys = store::PrekeyTable(alice.store).load().value();
        const auto& signed_prekey = keys.signed_prekeys.rbegin()->second;
        const session::ResponderPublic peer{session::Party::of(to.account.key, to.device),
                                            {signed_prekey.id, signed_prekey.pair.public_key()},
                                            std::nullopt};
        auto session = session::Session::initiate(
            session::OwnParty::of(from.account.key, from.device), peer, world.random, now);
        message::Payload payload;
        payload.id = message::make_message_id(now, world.random);
        payload.my_list = identity::ListMark::of(from.list);
        payload.content = message::Text{text};
        payload.seq = ++said_;
        auto sealed = session.value().seal(
            message::encode_payload(payload).value(), from.list.signed_list(), world.random, now);
        if (!genuine) sealed.value().d.back() ^= 1;
        return message::encode_inner_init({}, sealed.value().d);
    }

    /// In an envelope of its own.
    void leave(const Bytes& inner) {
        const auto to = std::move(*store::AccountTable(alice.store).load().value());
        const auto keys = store::PrekeyTable(alice.store).load().value();
        const auto& [id, envelope_key] = *keys.envelope.rbegin();
        const auto device = session::Party::of(to.account.key, to.device).device;
        const auto envelope = message::seal_envelope(
            {device, id, envelope_key.pair.public_key()}, inner, world.random);
        const auto answer =
            guest.ask<wire::HostReceipt>(guest.deposit(*bobs_key, envelope.value()));
        ASSERT_TRUE(std::holds_alternative<wire::HostReceipt>(answer));
        world.run(seconds(5));
    }

    /// As if it had been so long ago that rows like these are gone.
    void forget(store::Table table) {
        store::Changes changes;
        ASSERT_TRUE(
            alice.store.scan({.table = table, .keys_only = true}, [&](ByteView key, ByteView) {
                changes.erase(table, key);
                return true;
            }));
        world.get(alice.store.commit(std::move(changes)));
    }

    std::size_t heard() { return alice.heard_from(bob).size(); }

    std::string bob_id;
    std::optional<crypto::DepositKeyPair> bobs_key;

    Guest guest{world, vera, Endpoint::v4(198, 51, 100, 3, 4000), 77};

  private:
    std::uint64_t said_ = 0;
};

TEST_F(MailboxBegun, WhatIsBeyondADaysShareWaitsAtTheHostAndIsNotLost) {
    constexpr std::size_t a_day = node::Receiver::opened_a_day;
    for (std::size_t i = 0; i < a_day + 1; ++i)
        leave(begun_with(std::to_string(i), true));
    EXPECT_EQ(heard(), a_day);
    EXPECT_EQ(held(vera), 1U) << "not deleted: it was not read";
    EXPECT_TRUE(world.run_until([&] { return heard() == a_day + 1; }, hours(12)));
    EXPECT_TRUE(world.run_until([&] { return held(vera) == 0; }, minutes(5)));
}

TEST_F(MailboxBegun, WhatOthersMakeInANameUsesNoneOfItsShare) {
    for (std::size_t i = 0; i < std::size_t{2} * node::Receiver::opened_a_day; ++i)
        leave(begun_with("not of Bob", false));
    EXPECT_EQ(held(vera), 0U) << "junk is deleted";
    leave(begun_with("of Bob", true));
    EXPECT_EQ(alice.heard_from(bob), std::vector<std::string>{"of Bob"});
}

TEST_F(MailboxBegun, OneMessageBeginsOneSession) {
    const Bytes inner = begun_with("once", true);
    leave(inner);
    EXPECT_EQ(alice.heard_from(bob), std::vector<std::string>{"once"});
    alice.switch_off();
    forget(store::Table::Seen);
    forget(store::Table::Session);
    alice.switch_on();
    world.run(minutes(1));
    const std::size_t sessions = alice.store.count(store::Table::Session);
    leave(inner);
    EXPECT_EQ(alice.store.count(store::Table::Session), sessions);
    EXPECT_EQ(heard(), 1U);
}

TEST_F(MailboxBegun, WhoIsBlockedIsNotHeardByMailEither) {
    alice.switch_off();
    bob.switch_on();
    bob.send(alice, "before it was known");
    ASSERT_TRUE(world.run_until([&] { return held(vera) == 1; }, minutes(2)));
    bob.switch_off();
    world.cut(alice, vera);
    alice.switch_on();
    (void)world.get(alice.node().block_contact(bob_id));
    world.heal(alice, vera);
    EXPECT_TRUE(world.run_until([&] { return held(vera) == 0; }, minutes(10)));
    EXPECT_EQ(heard(), 0U);
}

}  // namespace
}  // namespace kith::test
