// SPDX-License-Identifier: GPL-3.0-or-later
// events.*: streams and the consumers that acknowledge them.
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"
#include "daemon/event_streams.h"

namespace kith::daemon {
namespace {

using api::failure;
using api::Nothing;
using api::Outcome;
using api::Problem;

void subscribe(ApiContext& context, ApiCall call) {
    const auto wish = call.request.as<api::EventsSubscribe>();
    if (!wish) return call.reply.fail(wish.error());
    const auto opened = context.streams.open(context, call.client, *wish);
    call.reply.finish(opened);
    // After the answer, so that a client knows its stream before the first event.
    if (opened) call.client.pump_streams();
}

void unsubscribe(ApiContext&, ApiCall call) {
    const auto wish = call.request.as<api::EventsUnsubscribe>();
    if (!wish) return call.reply.fail(wish.error());
    if (!call.client.remove_stream(wish->subscription)) {
        return call.reply.fail(
            api::Failure(Problem::Usage, "this connection has no such subscription"));
    }
    call.reply.answer(Nothing{});
}

Task<Outcome<Nothing>> ack(ApiContext& context, api::EventsAck call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto cursor = node::parse_cursor(call.cursor);
    if (!cursor) co_return failure(Problem::Usage, "that is no cursor");
    const auto done = co_await node->events().ack(call.as, *cursor);
    if (!done) co_return tl::unexpected(api::from_error(done.error()));
    context.streams.acknowledged(call.as, *cursor);
    co_return Nothing{};
}

Outcome<std::vector<api::Consumer>> consumers(ApiContext& context, api::EventsConsumers) {
    KITH_TRY(node::Node* const node, context.node());
    std::vector<api::Consumer> list;
    for (const node::ConsumerView& view : node->events().consumers())
        list.push_back(to_api(view));
    return list;
}

Task<Outcome<Nothing>> forget(ApiContext& context, api::EventsForget call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto done = co_await node->events().forget(call.as);
    if (done) co_return Nothing{};
    if (done.error().code != Code::NotFound)
        co_return tl::unexpected(api::from_error(done.error()));
    co_return failure(Problem::Usage, "there is no consumer \"" + call.as + "\"");
}

}  // namespace

void add_event_methods(ApiMethods& methods) {
    methods.add_raw(api::name_of<api::EventsSubscribe>(), subscribe);
    methods.add_raw(api::name_of<api::EventsUnsubscribe>(), unsubscribe);
    methods.add<api::EventsAck>(ack);
    methods.add<api::EventsConsumers>(consumers);
    methods.add<api::EventsForget>(forget);
}

}  // namespace kith::daemon
