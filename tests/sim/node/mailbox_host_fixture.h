// SPDX-License-Identifier: GPL-3.0-or-later
// A node that is a mailbox host, an owner with a lease there and a depositor.
#pragma once

#include "core/store/account_table.h"
#include "core/store/mailbox_table.h"
#include "tests/sim/node/mailbox_guest.h"

#include <gtest/gtest.h>

namespace kith::test {

/// The answer; throws when it was refused.
template <class Answer>
const Answer& good(const std::variant<Answer, wire::RefuseCode>& answer) {
    if (const auto* const code = std::get_if<wire::RefuseCode>(&answer)) {
        throw std::runtime_error("refused: " + std::to_string(static_cast<int>(*code)));
    }
    return std::get<Answer>(answer);
}

/// The code of the refusal; 0 when it was none.
template <class Answer>
wire::RefuseCode refused(const std::variant<Answer, wire::RefuseCode>& answer) {
    return std::holds_alternative<wire::RefuseCode>(answer) ? std::get<wire::RefuseCode>(answer)
                                                            : wire::RefuseCode{0};
}

class MailboxHostTest : public testing::Test {
  protected:
    MailboxHostTest() : host(world.person("Host")) {
        host.found();
        world.run(seconds(1));
        grant(bob_key);
    }

    // As if a contact had wished for it.
    void grant(const crypto::LeaseKeyPair& key) {
        host.switch_off();
        const auto msk = *store::AccountTable(host.store).mailbox_key();
        const store::MailboxTable rows(host.store);
        mailbox::Box box(*msk, rows, {}, {});
        ASSERT_TRUE(box.load());
        store::Changes changes;
        rows.put(changes, box.grant(key.public_key(), mailbox::LeaseClass::Contact));
        world.get(host.store.commit(std::move(changes)));
        host.switch_on();
    }

    std::unique_ptr<Guest> guest(std::uint8_t number) {
        auto out = std::make_unique<Guest>(
            world, host, Endpoint::v4(198, 51, number, 3, 4000), 100 + number);
        EXPECT_TRUE(out->call());
        return out;
    }

    // With a lease and a capability for `alice_key`.
    std::unique_ptr<Guest> owner() {
        auto out = guest(1);
        good(out->ask<wire::Lease>(out->lease_request(bob_key)));
        wire::CapSet set;
        set.lease = out->lease_of(bob_key);
        set.revision = 1;
        wire::CapabilityGrant grant;
        grant.key = alice_key.public_key().array();
        grant.expires = unix_seconds(world.clock.wall() + days(30));
        set.add.push_back(grant);
        EXPECT_EQ(good(out->ask<wire::Lease>(set)).revision, 1U);
        return out;
    }

    World world{1};
    SeededRandom random{9};
    crypto::LeaseKeyPair bob_key = crypto::LeaseKeyPair::generate(random);
    crypto::DepositKeyPair alice_key = crypto::DepositKeyPair::generate(random);
    Person& host;
};

}  // namespace kith::test
