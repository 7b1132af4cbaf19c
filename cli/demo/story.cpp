// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/demo/story.h"

#include "cli/clock.h"
#include "core/api/method.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::cli::demo {
namespace {

using api::failure;
using api::MessageState;
using api::Problem;

// How long Alice waits while Bob is gone, to see that nothing is called delivered.
constexpr std::uint64_t gone_ms = 1500;
constexpr Duration friends_told = milliseconds(1500);
// How long a copy may take: the link to Bob has to be given up first.
constexpr std::uint64_t stored_ms = 15000;
constexpr std::uint64_t wait_slice_ms = 500;

std::string clipped(const std::string& text, std::size_t length) {
    return text.size() <= length ? text : text.substr(0, length) + "…";
}

class Story {
  public:
    Story(const std::string& directory, const Tell& tell)
        : tell_(tell),
          vera_("Vera", directory + "/vera", true),
          alice_("Alice", directory + "/alice"),
          bob_("Bob", directory + "/bob") {}

    api::Outcome<> play() {
        KITH_CHECK(found_network());
        KITH_CHECK(join(alice_));
        KITH_CHECK(join(bob_));
        KITH_CHECK(come_online());
        KITH_CHECK(find_mailboxes());
        KITH_CHECK(meet());
        KITH_CHECK(verify());
        KITH_CHECK(talk());
        KITH_CHECK(talk_to_one_who_is_gone());
        return compare_histories();
    }

  private:
    api::Outcome<> found_network() {
        KITH_CHECK(vera_.start());
        KITH_TRY(const api::Identity identity, vera_.set_up("new"));
        tell_("Vera", "makes a private network: kith init --name Vera");
        tell_("", "her address: " + clipped(identity.address, 24));
        return {};
    }

    api::Outcome<std::string> invitation(Actor& host) {
        KITH_TRY(const api::Invite invite, host.call(api::InviteCreate{}));
        if (!invite.link) return failure(Problem::Internal, "the invitation has no link");
        return *invite.link;
    }

    static api::Outcome<> until_accepted(Actor& actor, const std::string& who) {
        return actor.until("contact with " + who, [&actor, &who]() -> api::Outcome<bool> {
            KITH_TRY(const auto contact, actor.call(api::ContactShow{who}));
            return contact.state == api::ContactState::Accepted;
        });
    }

    // `guest` accepts a link of `host`; both are then in each other's contacts.
    api::Outcome<> accept(Actor& guest, Actor& host, const std::string& link) {
        KITH_TRY(const auto host_identity, host.call(api::IdentityShow{}));
        KITH_TRY(const auto guest_identity, guest.call(api::IdentityShow{}));
        api::InviteAccept accept;
        accept.link = link;
        KITH_CHECK(guest.call(accept));
        KITH_CHECK(until_accepted(guest, host_identity.id));
        return host.until("contact with " + guest.name(), [&]() -> api::Outcome<bool> {
            const auto contact = host.call(api::ContactShow{guest_identity.id});
            if (contact) return contact->state == api::ContactState::Accepted;
            if (contact.error().is(Problem::NoContact)) return false;  // has not arrived yet
            return tl::unexpected(contact.error());
        });
    }

    api::Outcome<> join(Actor& guest) {
        KITH_TRY(const std::string link, invitation(vera_));
        tell_("Vera", fmt::format("invites {}: kith invite", guest.name()));
        KITH_CHECK(guest.start());
        KITH_CHECK(guest.set_up(link));
        KITH_CHECK(accept(guest, vera_, link));
        tell_(guest.name(), fmt::format("joins: kith join '{}'", clipped(link, 24)));
        return {};
    }

    api::Outcome<> come_online() {
        std::uint64_t nodes = 0;
        for (Actor* actor : {&vera_, &alice_, &bob_}) {
            KITH_CHECK(actor->until("to be online", [&]() -> api::Outcome<bool> {
                KITH_TRY(const auto network, actor->call(api::NetStatus{}));
                nodes = network.nodes;
                return network.state == api::NetworkState::Online;
            }));
        }
        tell_("",
              fmt::format("all three are online: a record was stored and read back through "
                          "another node ({} others)",
                          nodes));
        return {};
    }

    api::Outcome<> find_mailboxes() {
        for (Actor* actor : {&alice_, &bob_}) {
            KITH_CHECK(actor->until("a mailbox", [&]() -> api::Outcome<bool> {
                KITH_TRY(const auto mailboxes, actor->call(api::MailboxList{}));
                return std::ranges::any_of(mailboxes, [](const api::Mailbox& mailbox) {
                    return mailbox.state == api::MailboxState::Ok;
                });
            }));
        }
        tell_("Vera", "is always there, so she keeps the others' mail: kithd --mailbox");
        return {};
    }

    api::Outcome<> meet() {
        KITH_TRY(const std::string link, invitation(alice_));
        KITH_CHECK(accept(bob_, alice_, link));
        tell_("Alice", "invites Bob, who accepts; each finds the other through the DHT");
        return {};
    }

    api::Outcome<> verify() {
        KITH_TRY(const auto of_alice, alice_.call(api::VerifyShow{"Bob"}));
        KITH_TRY(const auto of_bob, bob_.call(api::VerifyShow{"Alice"}));
        if (of_alice.safety_number != of_bob.safety_number) {
            return failure(Problem::BadSignature, "the safety numbers differ");
        }
        KITH_CHECK(alice_.call(api::VerifyConfirm{of_alice.id, true}));
        KITH_CHECK(bob_.call(api::VerifyConfirm{of_bob.id, true}));
        tell_("Alice", "compares the safety number with Bob: kith verify bob");
        tell_("Bob", "sees the same: " + clipped(of_bob.safety_number, 23));
        return {};
    }

    // Waits in slices, so that an interruption is noticed.
    static api::Outcome<> until_delivered(Actor& sender, const std::string& id) {
        return sender.until("a receipt", [&sender, &id]() -> api::Outcome<bool> {
            api::MessageWait wait;
            wait.id = id;
            wait.timeout_ms = wait_slice_ms;
            const auto receipt = sender.call(wait);
            if (receipt) return receipt->state == MessageState::Delivered;
            if (receipt.error().is(Problem::Timeout)) return false;
            return tl::unexpected(receipt.error());
        });
    }

    static api::Outcome<api::Message> send(Actor& sender,
                                           const std::string& to,
                                           const std::string& text) {
        api::MessageSend message;
        message.to = to;
        message.text = text;
        return sender.call(message);
    }

    static api::Outcome<> expect(Actor& reader, const api::Message& sent) {
        KITH_TRY(const api::Message heard, reader.hear());
        if (heard.id == sent.id && heard.text == sent.text) return {};
        return failure(Problem::Internal, reader.name() + " received something else");
    }

    api::Outcome<> say(Actor& sender, Actor& reader, const std::string& text) {
        const SteadyTime begin = steady_now();
        KITH_TRY(const api::Message sent, send(sender, reader.name(), text));
        KITH_CHECK(expect(reader, sent));
        KITH_CHECK(until_delivered(sender, sent.id));
        tell_(sender.name(), fmt::format("> {}   ✓✓ {}", text, to_words(steady_now() - begin)));
        return {};
    }

    api::Outcome<> talk() {
        KITH_CHECK(say(alice_, bob_, "привет, Bob! is this private? 👋"));
        KITH_CHECK(say(bob_, alice_, "end to end. two ticks mean: it is on my disk"));
        return say(alice_, bob_, "and if you are away?");
    }

    api::Outcome<> talk_to_one_who_is_gone() {
        // New friends tell each other within a second who keeps their mail.
        const SteadyTime told = steady_now() + friends_told;
        KITH_CHECK(alice_.until("a while",
                                [told]() -> api::Outcome<bool> { return steady_now() >= told; }));
        bob_.kill();
        tell_("Bob", "is gone: kill -9");
        const std::string text = "this waits for you";
        KITH_TRY(const api::Message sent, send(alice_, "Bob", text));
        api::MessageWait stored;
        stored.id = sent.id;
        stored.state = MessageState::Stored;
        stored.timeout_ms = stored_ms;
        const auto kept = alice_.call(stored);
        if (!kept && !kept.error().is(Problem::Timeout)) return tl::unexpected(kept.error());
        tell_("Alice",
              fmt::format("> {}   {}",
                          text,
                          kept ? "✓ kept by Vera, who cannot read it" : "… queued on her disk"));
        // Nothing but Bob's own receipt makes it more than that.
        api::MessageWait wait;
        wait.id = sent.id;
        wait.timeout_ms = gone_ms;
        const auto early = alice_.call(wait);
        if (early || !early.error().is(Problem::Timeout)) {
            return failure(Problem::Internal, "a message to one who is gone must wait");
        }
        KITH_CHECK(bob_.start());
        tell_("Bob", "is back: kith daemon start");
        KITH_CHECK(until_delivered(alice_, sent.id));
        tell_("Alice", fmt::format("> {}   ✓✓ delivered", text));
        return say(bob_, alice_, "it did: nothing lost, nothing twice");
    }

    static api::Outcome<std::vector<std::pair<std::string, std::string>>> texts(
        Actor& actor, const std::string& chat) {
        api::MessageHistory query;
        query.chat = chat;
        KITH_TRY(const auto messages, actor.call(query));
        std::vector<std::pair<std::string, std::string>> list;
        list.reserve(messages.size());
        for (const api::Message& message : messages)
            list.emplace_back(message.id, message.text);
        return list;
    }

    api::Outcome<> compare_histories() {
        KITH_TRY(const auto of_alice, texts(alice_, "Bob"));
        KITH_TRY(const auto of_bob, texts(bob_, "Alice"));
        if (of_alice.empty() || of_alice != of_bob) {
            return failure(Problem::Internal, "the two histories differ");
        }
        tell_("", fmt::format("both histories are equal: {} messages", of_alice.size()));
        return {};
    }

    const Tell& tell_;
    Actor vera_;
    Actor alice_;
    Actor bob_;
};

}  // namespace

api::Outcome<> play(const std::string& directory, const Tell& tell) {
    return Story(directory, tell).play();
}

}  // namespace kith::cli::demo
