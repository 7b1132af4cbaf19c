// SPDX-License-Identifier: GPL-3.0-or-later
// Messages, as the control API asks for them.
#include "core/message/message_id.h"
#include "core/node/node.h"
#include "core/node/services.h"
#include "core/text/name.h"

#include <algorithm>
#include <limits>

namespace kith::node {
namespace {

constexpr std::size_t page_max = 500;

bool means_self(std::string_view who) {
    return text::name_key(who) == "me";
}

Result<crypto::AccountKey> chat_of(const Node::Services& services, const std::string& who) {
    const auto& self = services.running->profile->account();
    if (means_self(who)) return self;
    KITH_TRY(const auto* const contact, std::as_const(services.contacts).resolve(who));
    return contact->account;
}

Result<> may_send(const Node::Services& services, const identity::Contact& contact) {
    if (contact.blocked()) return fail(Code::Refused, "you have blocked this contact");
    if (contact.trust == identity::Trust::KeyChanged) {
        return fail(Code::BadKey, "the account key of this contact has changed");
    }
    if (contact.state() == identity::ContactState::PendingIn) {
        return fail(Code::Refused, "accept this contact first");
    }
    if (contact.state() == identity::ContactState::Declined ||
        contact.state() == identity::ContactState::Removed) {
        return fail(Code::Refused, "this is not a contact any more");
    }
    if (services.outbox.waiting_for(contact.account) >= limits::outbox_messages ||
        services.outbox.bytes_for(contact.account) >= limits::outbox_bytes) {
        return fail(Code::QuotaExceeded, "too many messages wait for this contact");
    }
    return success();
}

/// The chat that a text to `who` belongs to: our own account, or a contact's that may be written
/// to.
Result<crypto::AccountKey> chat_to_write(Node::Services& services,
                                         const std::string& who,
                                         Transaction& step) {
    if (means_self(who)) return services.running->profile->account();
    KITH_TRY(const auto* const contact, services.contacts.resolve(who));
    KITH_CHECK(may_send(services, *contact));
    const crypto::AccountKey chat = contact->account;
    KITH_TRY(const bool reply, services.log.newest_is_theirs(chat));
    KITH_CHECK(services.reputation.wrote(chat, reply));
    step.after.emplace_back([&services, chat] { services.credit_freed(chat); });
    return chat;
}

/// A message that has joined a batch, and how it looks once that is synced.
struct Said {
    MessageView view;
    store::BatchTicket ticket;
};

Result<Said> say(Node::Services& services, SendOptions options) {
    KITH_CHECK(services.need_identity());
    KITH_CHECK(services.commits.ready());
    if (options.text.empty()) return fail(Code::InvalidArgument, "there is no text");
    if (options.text.size() > limits::text) {
        return fail(Code::TooLarge, "a text has at most 60000 bytes");
    }
    const auto& self = services.running->profile->account();
    if (options.id) {
        KITH_TRY(const auto known, services.log.find(self, *options.id));
        if (known) {
            KITH_TRY(auto view, services.view(*known));
            // It may have joined a moment ago: the answer waits for that batch as the first does.
            return Said{std::move(view), services.ports.store.join({})};
        }
    }
    const Timestamp now = services.ports.clock.wall();
    LogEntry entry;
    entry.id = options.id.value_or(message::make_message_id(now, services.ports.random));
    entry.direction = Direction::Out;
    entry.time = entry.received = now;
    entry.text = options.text;
    entry.reply = options.reply;
    Transaction step;
    KITH_TRY(const crypto::AccountKey chat, chat_to_write(services, options.who, step));
    KITH_TRY(entry.sequence, services.log.next_sequence(chat));
    KITH_TRY(const std::uint64_t order, services.log.append(step.changes, chat, self, entry));
    step.events.push_back(MessagesRef{chat, order, order});
    MessageView out;
    if (chat == self) {
        const Run run{order, order, now};
        services.deliveries.put(
            step.changes, chat, Outcome::Delivered, services.running->profile->device_id(), run);
        out.state = MessageState::Delivered;
    } else {
        OutboxItem item;
        item.id = entry.id;
        item.chat = chat;
        item.order = order;
        item.sequence = entry.sequence;
        item.type = entry.type;
        item.made = now;
        const message::Content content(message::Text{std::move(options.text)});
        services.running->sender.say_shown(step, *services.contacts.find(chat), item, content);
    }
    out.id = entry.id;
    out.chat = chat;
    out.from = self;
    out.name = services.running->profile->name();
    out.direction = Direction::Out;
    out.time = now;
    out.text = std::move(entry.text);
    out.reply = entry.reply;
    out.order = order;
    return Said{std::move(out), services.commits.join(std::move(step))};
}

}  // namespace

Task<Result<MessageView>> Node::send(SendOptions options) {
    struct Answer {
        explicit Answer(const asio::any_io_executor& executor) : told(executor) {}

        AsyncEvent told;
        Result<MessageView> sent = fail(Code::Cancelled);
    };

    const auto answer = std::make_shared<Answer>(services_->ports.executor);
    send(std::move(options), [answer](Result<MessageView> sent) {
        answer->sent = std::move(sent);
        answer->told.set();
    });
    co_await answer->told.wait();
    co_return std::move(answer->sent);
}

void Node::send(SendOptions options, OnSent told) {
    auto& services = *services_;
    // Behind those that wait, even when there is room now: they came first.
    const bool first = services.unsaid.empty();
    if (first && !services.ports.store.is_full())
        return send_now(std::move(options), std::move(told));
    services.unsaid.push_back({std::move(options), std::move(told)});
    if (first) services.scope.spawn(send_with_room());
}

void Node::send_now(SendOptions options, OnSent told) {
    auto said = say(*services_, std::move(options));
    if (!said) return told(tl::unexpected(std::move(said).error()));
    services_->ports.store.when_synced(
        said->ticket,
        [view = std::move(said->view), told = std::move(told)](const Result<>& synced) mutable {
            if (!synced) return told(fail(synced.error().code, synced.error().context));
            told(std::move(view));
        });
}

Task<> Node::send_with_room() {
    auto& unsaid = services_->unsaid;
    while (!unsaid.empty()) {
        // A store that takes nothing any more says so to each of them below.
        static_cast<void>(co_await services_->ports.store.room());
        auto& [options, told] = unsaid.front();
        send_now(std::move(options), std::move(told));
        unsaid.pop_front();
    }
}

Task<Result<ReceiptView>> Node::wait(crypto::MessageId id, MessageState state, Duration timeout) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    const auto place = services.place_of(id);
    if (!place) co_return tl::unexpected(place.error());
    const auto reached = [&services, &place, state]() -> Result<std::optional<ReceiptView>> {
        KITH_TRY(const auto message, services.view(*place));
        const auto rank = [](MessageState of) {
            switch (of) {
                case MessageState::Queued:
                    return 0;
                case MessageState::Sent:
                    return 1;
                case MessageState::Stored:
                    return 2;
                case MessageState::Delivered:
                    return 3;
                case MessageState::Read:
                    return 4;
                default:
                    return 5;  // nothing more will come
            }
        };
        if (rank(message.state) < rank(state)) return std::optional<ReceiptView>();
        return std::optional(
            ReceiptView{message.id, message.chat, message.state, {}, services.ports.clock.wall()});
    };
    const SteadyTime deadline = services.ports.clock.now() + timeout;
    Waiter waiter(services.ports.executor, id);
    waiter.state = state;
    services.waiters.push_back(&waiter);
    const auto self = std::prev(services.waiters.end());
    const Alarm alarm = services.ports.clock.call_at(deadline, [&waiter] { waiter.done.set(); });
    Result<ReceiptView> out = fail(Code::Timeout, "not yet");
    for (;;) {
        auto now = reached();
        if (!now) out = tl::unexpected(now.error());
        if (now && *now) out = **now;
        if (!now || *now || services.stopping || services.ports.clock.now() >= deadline) break;
        co_await waiter.done.wait();
        waiter.done.reset();
        // `sent` is true only while its link lives: what was seen counts.
        if (waiter.receipt && state == MessageState::Sent) {
            out = *waiter.receipt;
            break;
        }
    }
    services.waiters.erase(self);
    co_return out;
}

Task<Result<>> Node::cancel(crypto::MessageId id) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    const auto place = services.place_of(id);
    if (!place) co_return tl::unexpected(place.error());
    Transaction step;
    bool found = false;
    for (const auto& [device, lane] : services.outbox.lanes()) {
        const auto* const entry = lane->account() == place->chat ? lane->find(id) : nullptr;
        if (!entry) continue;
        if (entry->sent) {
            co_return fail(Code::Refused, "it may have left this device already");
        }
        const Run run{place->order, place->order, services.ports.clock.wall()};
        services.deliveries.put(step.changes, place->chat, Outcome::Failed, device, run);
        step.events.push_back(ReceiptsRef{place->chat, device, Outcome::Failed, run});
        services.outbox.remove(step.changes, *lane, id);
        found = true;
    }
    if (!found) co_return fail(Code::Refused, "it does not wait here any more");
    // Its number was given out: the other side must not miss what was never meant to come.
    const auto entry = services.log.read(*place);
    const auto* const contact = services.contacts.find(place->chat);
    if (entry && contact && contact->accepted()) {
        services.running->sender.say(step, *contact, message::Empty{}, entry->sequence);
    }
    co_return co_await services.commits.commit(std::move(step));
}

Task<Result<MessageView>> Node::retry(crypto::MessageId id) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    const auto place = services.place_of(id);
    if (!place) co_return tl::unexpected(place.error());
    const auto before = services.view(*place);
    if (!before) co_return tl::unexpected(before.error());
    const auto* const contact = services.contacts.find(place->chat);
    const bool ended =
        before->state == MessageState::Failed || before->state == MessageState::Expired;
    if (!ended) {
        services.running->courier.wake(place->chat, true);
        co_return *before;
    }
    if (!contact) co_return fail(Code::NotFound, "the contact is gone");
    KITH_CO_CHECK(may_send(services, *contact));
    const auto entry = services.log.read(*place);
    if (!entry) co_return tl::unexpected(entry.error());
    const auto outcomes = services.deliveries.load(place->chat, place->order, place->order);
    if (!outcomes) co_return tl::unexpected(outcomes.error());
    Transaction step;
    for (const auto& [order, outcome] : *outcomes) {
        KITH_CO_CHECK(services.deliveries.take_back(
            step.changes, place->chat, outcome.outcome, outcome.device, order));
    }
    OutboxItem item;
    item.id = id;
    item.chat = place->chat;
    item.order = place->order;
    item.sequence = entry->sequence;
    item.type = entry->type;
    item.made = services.ports.clock.wall();
    const message::Content content(message::Text{entry->text});
    services.running->sender.say_shown(step, *contact, item, content);
    KITH_CO_CHECK(co_await services.commits.commit(std::move(step)));
    co_return services.view(*place);
}

Result<std::vector<MessageView>> Node::history(HistoryQuery query) const {
    const auto& services = *services_;
    KITH_CHECK(services.need_identity());
    KITH_TRY(const auto chat, chat_of(services, query.who));
    std::uint64_t first = 1;
    std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    if (query.before) {
        KITH_TRY(const auto place, services.place_of(*query.before));
        last = place.order - 1;
    }
    if (query.after) {
        KITH_TRY(const auto place, services.place_of(*query.after));
        first = place.order + 1;
    }
    const std::size_t limit = std::min(query.limit, page_max);
    const bool forward = query.after.has_value() && !query.before;
    KITH_TRY(auto lines,
             services.log.page(chat,
                               first,
                               last,
                               limit,
                               forward ? store::Direction::Forward : store::Direction::Backward));
    if (!forward) std::ranges::reverse(lines);
    std::vector<MessageView> out;
    if (lines.empty()) return out;
    KITH_TRY(const auto outcomes,
             services.deliveries.load(chat, lines.front().order, lines.back().order));
    for (const auto& line : lines) {
        if (query.since && line.entry.received < *query.since) continue;
        out.push_back(services.view(chat, line.order, line.entry, outcomes));
    }
    return out;
}

Result<std::vector<MessageView>> Node::unread(std::size_t limit) const {
    const auto& services = *services_;
    KITH_CHECK(services.need_identity());
    limit = std::min(limit, page_max);
    std::vector<MessageView> out;
    Result<> read;
    services.contacts.for_each([&](const identity::Contact& contact) {
        const auto count = services.log.unread(contact.account);
        if (!read || !count || *count == 0) return;
        const auto mark = services.log.read_mark(contact.account);
        if (!mark) return;
        auto lines = services.log.page(contact.account,
                                       *mark + 1,
                                       std::numeric_limits<std::uint64_t>::max(),
                                       limit,
                                       store::Direction::Backward);
        if (!lines) {
            read = tl::unexpected(lines.error());
            return;
        }
        for (const auto& line : *lines) {
            if (line.entry.direction != Direction::In) continue;
            out.push_back(services.view(contact.account, line.order, line.entry, {}));
        }
    });
    KITH_CHECK(read);
    std::ranges::stable_sort(
        out, [](const MessageView& a, const MessageView& b) { return a.received > b.received; });
    if (out.size() > limit) out.resize(limit);
    return out;
}

Task<Result<>> Node::mark_read(std::string who, crypto::MessageId up_to) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    const auto chat = chat_of(services, who);
    if (!chat) co_return tl::unexpected(chat.error());
    const auto place = services.place_of(up_to);
    if (!place) co_return tl::unexpected(place.error());
    if (place->chat != *chat) co_return fail(Code::NotFound, "no such message in this chat");
    Transaction step;
    const auto before = services.log.unread(*chat);
    if (!before) co_return tl::unexpected(before.error());
    KITH_CO_CHECK(services.log.mark_read(step.changes, *chat, place->order));
    if (step.changes.empty()) co_return success();
    const auto after = services.log.unread(*chat);
    KITH_CO_CHECK(services.reputation.read(*chat, *before - after.value_or(*before)));
    step.after.push_back([&services, account = *chat] { services.credit_freed(account); });
    co_return co_await services.commits.commit(std::move(step));
}

}  // namespace kith::node
