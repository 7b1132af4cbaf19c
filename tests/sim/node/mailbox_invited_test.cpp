// SPDX-License-Identifier: GPL-3.0-or-later
// Alice invites Carol and goes away: what Carol says first waits at Alice's host, with the
// invitation's own capability and so without work, as long as the invitation is good.
#include "core/node/contact_flow.h"
#include "tests/sim/node/mailbox_owner.h"

namespace kith::test {
namespace {

class MailboxInvited : public MailboxOwner {
  protected:
    MailboxInvited() { keep_mail_at(vera); }

    /// Alice's invitation, known to her host; she is away then.
    node::InviteView invite(const node::InviteOptions& options = {}) {
        auto made = world.get(alice.node().create_invite(options));
        world.run(seconds(5));
        return made;
    }

    void enter(Person& person, const std::string& link) {
        node::CreateOptions options;
        options.name = "Carol";
        options.network = node::CreateOptions::Network::Invite;
        options.invite = link;
        world.get(person.node().create_identity(options));
        world.get(person.node().accept_invite(link, {}));
    }

    node::ServedLeaseView lease() {
        const auto serving = vera.node().mailbox_serving();
        const auto found = std::ranges::find(
            serving.leases, std::optional(alice_account), &node::ServedLeaseView::account);
        if (found == serving.leases.end()) throw std::runtime_error("no lease");
        return *found;
    }

    bool waits() {
        return world.run_until([&] { return lease().envelopes > 0; }, minutes(2));
    }

    bool contacts(Person& person) {
        return world.run_until(
            [&] {
                const auto alices = person.node().contact(alice.id());
                return alices && alices->state == node::ContactState::Accepted;
            },
            minutes(5));
    }

    std::size_t invitations_at_host() {
        std::size_t count = 0;
        const auto read =
            store::MailboxTable(vera.store).capabilities([&](const mailbox::CapabilityRow& row) {
                count += row.kind == mailbox::CapabilityKind::Invite ? 1 : 0;
            });
        return read ? count : 0;
    }

    crypto::AccountKey alice_account = account_of(alice);
    Person& carol = world.person("Carol");
};

TEST_F(MailboxInvited, LeavesTheFirstMessageWithoutWork) {
    const auto made = invite();
    EXPECT_EQ(invitations_at_host(), 1U);
    alice.switch_off();
    enter(carol, made.link);
    ASSERT_TRUE(waits());
    EXPECT_EQ(lease().strangers, 0U);
    alice.switch_on();
    EXPECT_TRUE(contacts(carol));
    EXPECT_TRUE(world.run_until([&] { return invitations_at_host() == 0; }, minutes(1)))
        << "an invitation that was used is no capability any more";
}

TEST_F(MailboxInvited, WhatWasRevokedIsPaidForWithWork) {
    const auto made = invite();
    world.get(alice.node().revoke_invite(made.id));
    ASSERT_TRUE(world.run_until([&] { return invitations_at_host() == 0; }, minutes(1)));
    alice.switch_off();
    enter(carol, made.link);
    ASSERT_TRUE(waits());
    EXPECT_EQ(lease().strangers, lease().envelopes);
}

TEST_F(MailboxInvited, AHostKnowsTheNewestInvitationsOnly) {
    for (std::size_t i = 0; i < node::ContactFlow::max_invites_told + 2; ++i) {
        node::InviteOptions options;
        options.expires = hours(1 + static_cast<int>(i));
        (void)world.get(alice.node().create_invite(options));
    }
    world.run(minutes(1));
    EXPECT_EQ(invitations_at_host(), node::ContactFlow::max_invites_told);
    world.run(days(2));
    EXPECT_EQ(invitations_at_host(), 0U) << "all have expired";
}

}  // namespace
}  // namespace kith::test
