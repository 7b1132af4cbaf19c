// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/contact_book.h"

#include "tests/unit/node/store_fixture.h"

namespace kith::node {
namespace {

using identity::ContactState;

class ContactBookTest : public StoreFixture {
  protected:
    ContactBookTest() { EXPECT_TRUE(book.load()); }

    identity::Contact& add(std::uint8_t number, std::string self_name, ContactState state) {
        identity::Contact& contact = **book.open(account(number), Timestamp());
        contact.self_name = std::move(self_name);
        contact.standing.state = state;
        return contact;
    }

    std::string tag(std::uint8_t number, std::size_t length = 4) {
        return identity::key_tag(account(number), length);
    }

    /// The first byte of the account that is meant.
    Result<int> meant(const std::string& who) {
        KITH_TRY(const identity::Contact* const contact, book.resolve(who));
        return contact->account.data()[0];
    }

    Code refused(const std::string& who) {
        const auto answer = meant(who);
        EXPECT_FALSE(answer) << who;
        return answer ? Code::Internal : answer.error().code;
    }

    ContactBook book{store};
};

TEST_F(ContactBookTest, FindsByNameInAnyCaseButNotByItsBeginning) {
    add(1, "Bob", ContactState::Accepted);
    EXPECT_EQ(meant("bOB"), 1);
    EXPECT_EQ(meant(account_id(account(1))), 1);
    EXPECT_EQ(refused("Bo"), Code::NotFound);
    EXPECT_EQ(refused(""), Code::NotFound);
}

TEST_F(ContactBookTest, FindsByWhatIsShownWithTheTag) {
    add(1, "Bob", ContactState::Accepted);
    add(2, "Bob", ContactState::Accepted);
    add(3, "", ContactState::PendingOut);
    EXPECT_EQ(refused("Bob"), Code::InvalidArgument);
    EXPECT_EQ(meant("Bob⟨" + tag(2) + "⟩"), 2);
    EXPECT_EQ(meant("bob⟨" + tag(1, 8) + "⟩"), 1);
    EXPECT_EQ(meant("?⟨" + tag(3) + "⟩"), 3);
    EXPECT_EQ(meant(tag(3)), 3);
    EXPECT_EQ(refused("Rob⟨" + tag(2) + "⟩"), Code::NotFound);
    EXPECT_EQ(refused("Bob⟨" + tag(3) + "⟩"), Code::NotFound);
    EXPECT_EQ(refused(tag(3, 3)), Code::NotFound) << "too short to tell";
    EXPECT_EQ(refused("⟨⟩"), Code::NotFound);
}

TEST_F(ContactBookTest, ATagCountsOnlyWhereNobodyHasThatName) {
    add(1, tag(2), ContactState::Accepted);
    add(2, "Bob", ContactState::Accepted);
    EXPECT_EQ(meant(tag(2)), 1);
    EXPECT_EQ(meant("⟨" + tag(2) + "⟩"), 2);
}

TEST_F(ContactBookTest, AStrangerWithTheSameNameChangesNothing) {
    add(1, "Bob", ContactState::Accepted);
    add(2, "Bob", ContactState::PendingIn);
    add(3, "Bob", ContactState::Removed);
    EXPECT_EQ(meant("Bob"), 1);
    EXPECT_EQ(meant("Bob⟨" + tag(2) + "⟩"), 2);
    EXPECT_EQ(refused("Bob⟨" + tag(3) + "⟩"), Code::NotFound);
}

TEST_F(ContactBookTest, ANameThatTheUserGaveCountsFirst) {
    add(1, "Bob", ContactState::Accepted);
    add(2, "Robert", ContactState::Accepted).local_name = "Bob";
    EXPECT_EQ(meant("Bob"), 2);
    EXPECT_EQ(refused("Robert"), Code::NotFound);
}

}  // namespace
}  // namespace kith::node
