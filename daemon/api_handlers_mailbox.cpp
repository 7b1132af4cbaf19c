// SPDX-License-Identifier: GPL-3.0-or-later
// mailbox.*
#include "daemon/api_failures.h"
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"

namespace kith::daemon {
namespace {

using api::Outcome;
using api::Problem;
using Mailboxes = std::vector<api::Mailbox>;

Outcome<Mailboxes> all_of(const node::Node& node) {
    const auto views = node.mailboxes();
    if (!views) return tl::unexpected(store_failure(views.error()));
    Mailboxes out;
    for (const node::MailboxView& view : *views)
        out.push_back(to_api(view));
    return out;
}

Outcome<Mailboxes> list(ApiContext& context, api::MailboxList) {
    KITH_TRY(const node::Node* const node, context.node());
    return all_of(*node);
}

// Of a contact that is known but keeps no mail, or of nobody that is known.
api::Failure refusal(const node::Node& node, const Error& error, const std::string& who) {
    if (error.code != Code::NotFound || !node.contact(who)) {
        return contact_failure(node, error, who);
    }
    api::Failure out(Problem::LinkRefused, error.context, "kith mailbox list");
    return out;
}

Task<Outcome<Mailboxes>> use(ApiContext& context, api::MailboxUse call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto done = co_await node->use_mailbox(call.who);
    if (!done) co_return tl::unexpected(refusal(*node, done.error(), call.who));
    co_return all_of(*node);
}

Task<Outcome<Mailboxes>> drop(ApiContext& context, api::MailboxDrop call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto done = co_await node->drop_mailbox(call.who);
    if (!done) co_return tl::unexpected(refusal(*node, done.error(), call.who));
    co_return all_of(*node);
}

Outcome<api::Serving> stats(ApiContext& context, api::MailboxStats) {
    KITH_TRY(const node::Node* const node, context.node());
    return to_api(node->mailbox_serving());
}

Outcome<api::Serving> serve(ApiContext& context, api::MailboxServe call) {
    if (call.whom) KITH_CHECK(context.config.set("mailbox.serve", *call.whom));
    if (call.quota) KITH_CHECK(context.config.set("mailbox.quota", *call.quota));
    return stats(context, {});
}

}  // namespace

void add_mailbox_methods(ApiMethods& methods) {
    methods.add<api::MailboxList>(list);
    methods.add<api::MailboxUse>(use);
    methods.add<api::MailboxDrop>(drop);
    methods.add<api::MailboxServe>(serve);
    methods.add<api::MailboxStats>(stats);
}

}  // namespace kith::daemon
