// SPDX-License-Identifier: GPL-3.0-or-later
// message.*
#include "daemon/api_failures.h"
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"

#include <algorithm>

namespace kith::daemon {
namespace {

using api::failure;
using api::Nothing;
using api::Outcome;
using api::Problem;

constexpr std::uint64_t page_limit = 500;
constexpr std::uint64_t default_page = 50;
// A script that waits longer asks again.
constexpr std::uint64_t longest_wait_ms = 24ULL * 3600 * 1000;

api::Message message(ApiContext& context, const node::Node& node, const node::MessageView& view) {
    if (view.direction == node::Direction::Out) return to_api(view, nullptr);
    const NameTag tag = context.tags.of(node, view.from, context.clock.now());
    return to_api(view, &tag);
}

Outcome<std::optional<crypto::MessageId>> parse_optional(const std::optional<std::string>& text) {
    if (!text) return std::optional<crypto::MessageId>();
    KITH_TRY(const crypto::MessageId id, parse_message(*text));
    return std::optional<crypto::MessageId>(id);
}

Outcome<node::SendOptions> options_from(api::MessageSend call) {
    if (call.expire_ms) return failure(Problem::Usage, "expiring messages are not there yet");
    node::SendOptions options;
    KITH_TRY(options.id, parse_optional(call.id));
    KITH_TRY(options.reply, parse_optional(call.reply));
    options.who = std::move(call.to);
    options.text = std::move(call.text);
    return options;
}

void send(ApiContext& context, api::MessageSend call, ApiMethods::Answer<api::Message> answer) {
    const auto node = context.node();
    if (!node) return answer(tl::unexpected(node.error()));
    std::string who = call.to;
    auto options = options_from(std::move(call));
    if (!options) return answer(tl::unexpected(options.error()));
    (*node)->send(*std::move(options),
                  [node = *node, who = std::move(who), answer = std::move(answer)](
                      Result<node::MessageView> sent) {
                      if (!sent) {
                          return answer(tl::unexpected(send_failure(*node, sent.error(), who)));
                      }
                      answer(to_api(*std::move(sent), nullptr));
                  });
}

Outcome<node::MessageState> awaited_state(api::MessageState state) {
    switch (state) {
        case api::MessageState::Sent:
            return node::MessageState::Sent;
        case api::MessageState::Stored:
            return node::MessageState::Stored;
        case api::MessageState::Delivered:
            return node::MessageState::Delivered;
        case api::MessageState::Read:
            return node::MessageState::Read;
        default:
            return failure(Problem::Usage, "state: sent, stored, delivered or read");
    }
}

Task<Outcome<api::Receipt>> wait(ApiContext& context, api::MessageWait call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    KITH_CO_TRY(const crypto::MessageId id, parse_message(call.id));
    KITH_CO_TRY(const node::MessageState state, awaited_state(call.state));
    const Duration timeout = milliseconds(std::min(call.timeout_ms, longest_wait_ms));
    const auto receipt = co_await node->wait(id, state, timeout);
    if (!receipt) co_return tl::unexpected(message_failure(receipt.error()));
    co_return to_api(*receipt);
}

Outcome<api::Trace> trace(ApiContext& context, api::MessageTrace call) {
    KITH_TRY(const node::Node* const node, context.node());
    KITH_TRY(const crypto::MessageId id, parse_message(call.id));
    const auto view = node->trace(id);
    if (!view) return tl::unexpected(message_failure(view.error()));
    api::Trace out = to_api(*view);
    if (const auto contact = node->contact(out.chat.value_or(""))) {
        out.name = contact->name.empty() ? contact->self_name : contact->name;
    }
    return out;
}

Task<Outcome<api::Message>> retry(ApiContext& context, api::MessageRetry call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    KITH_CO_TRY(const crypto::MessageId id, parse_message(call.id));
    const auto view = co_await node->retry(id);
    if (!view) co_return tl::unexpected(message_failure(view.error()));
    co_return to_api(*view, nullptr);
}

Task<Outcome<Nothing>> cancel(ApiContext& context, api::MessageCancel call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    KITH_CO_TRY(const crypto::MessageId id, parse_message(call.id));
    const auto done = co_await node->cancel(id);
    if (!done) co_return tl::unexpected(message_failure(done.error()));
    co_return Nothing{};
}

Outcome<std::vector<api::Message>> read_history(ApiContext& context,
                                                const api::MessageHistory& call) {
    KITH_TRY(const node::Node* const node, context.node());
    if (call.search) return failure(Problem::Usage, "search is not there yet");
    node::HistoryQuery query;
    query.who = call.chat;
    KITH_TRY(query.before, parse_optional(call.before));
    KITH_TRY(query.after, parse_optional(call.after));
    query.since = call.since;
    query.limit = static_cast<std::size_t>(std::min(call.limit, page_limit));
    const auto messages = node->history(std::move(query));
    if (!messages) {
        return tl::unexpected(contact_failure(*node, messages.error(), call.chat));
    }
    std::vector<api::Message> page;
    page.reserve(messages->size());
    for (const node::MessageView& view : *messages)
        page.push_back(message(context, *node, view));
    return page;
}

void history(ApiContext& context, ApiCall call) {
    const auto wish = call.request.as<api::MessageHistory>();
    if (!wish) return call.reply.fail(wish.error());
    const auto page = read_history(context, *wish);
    if (!page) return call.reply.fail(page.error());
    call.reply.answer_page(*page, wish->after ? api::Keep::First : api::Keep::Last);
}

Outcome<std::vector<api::Message>> unread(ApiContext& context, api::MessageUnread call) {
    KITH_TRY(const node::Node* const node, context.node());
    KITH_TRY(const auto after, parse_optional(call.after));
    const std::uint64_t limit = std::min(call.limit.value_or(default_page), page_limit);
    // The node gives the newest; a later page is cut from a longer list.
    const auto messages = node->unread(static_cast<std::size_t>(after ? 100 * limit : limit));
    if (!messages) return tl::unexpected(store_failure(messages.error()));
    std::vector<api::Message> page;
    bool begun = !after.has_value();
    for (const node::MessageView& view : *messages) {
        if (page.size() >= limit) break;
        if (begun) page.push_back(message(context, *node, view));
        if (after && view.id == *after) begun = true;
    }
    return page;
}

Task<Outcome<Nothing>> read(ApiContext& context, api::MessageRead call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    KITH_CO_TRY(const crypto::MessageId id, parse_message(call.up_to));
    const auto done = co_await node->mark_read(call.chat, id);
    if (done) co_return Nothing{};
    const bool contact = node->contact(call.chat).has_value();
    if (!contact) co_return tl::unexpected(contact_failure(*node, done.error(), call.chat));
    co_return tl::unexpected(message_failure(done.error()));
}

}  // namespace

void add_message_methods(ApiMethods& methods) {
    methods.add<api::MessageSend>(send);
    methods.add<api::MessageWait>(wait);
    methods.add<api::MessageTrace>(trace);
    methods.add<api::MessageRetry>(retry);
    methods.add<api::MessageCancel>(cancel);
    methods.add_raw(api::name_of<api::MessageHistory>(), history);
    methods.add<api::MessageUnread>(unread);
    methods.add<api::MessageRead>(read);
}

}  // namespace kith::daemon
