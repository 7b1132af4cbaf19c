// SPDX-License-Identifier: GPL-3.0-or-later
// reputation.* and contact.report
#include "daemon/api_failures.h"
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"

namespace kith::daemon {
namespace {

using api::Outcome;

Outcome<api::Reputation> shown(ApiContext& context,
                               const node::Node& node,
                               const Result<node::ReputationView>& view,
                               std::string_view who) {
    if (!view) return tl::unexpected(contact_failure(node, view.error(), who));
    return to_api(*view, context.tags.of(node, view->contact.account, context.clock.now()));
}

Outcome<api::Reputation> why(ApiContext& context, api::ReputationWhy call) {
    KITH_TRY(const node::Node* const node, context.node());
    return shown(context, *node, node->reputation(call.who), call.who);
}

Task<Outcome<api::Reputation>> report(ApiContext& context, api::ContactReport call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto view = co_await node->report_contact(call.who);
    context.tags.forget();
    co_return shown(context, *node, view, call.who);
}

Task<Outcome<api::Reputation>> forgive(ApiContext& context, api::ReputationForgive call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto contact = co_await node->unblock_contact(call.who);
    if (!contact) co_return tl::unexpected(contact_failure(*node, contact.error(), call.who));
    context.tags.forget();
    co_return shown(context, *node, node->reputation(call.who), call.who);
}

}  // namespace

void add_reputation_methods(ApiMethods& methods) {
    methods.add<api::ContactReport>(report);
    methods.add<api::ReputationWhy>(why);
    methods.add<api::ReputationForgive>(forgive);
}

}  // namespace kith::daemon
