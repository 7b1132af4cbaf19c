// SPDX-License-Identifier: GPL-3.0-or-later
// contact.* and verify.*
#include "daemon/api_failures.h"
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"

#include <algorithm>

namespace kith::daemon {
namespace {

using api::failure;
using api::Outcome;
using api::Problem;

constexpr std::uint64_t page_limit = 500;

/// The answer of every call that changes one contact.
Outcome<api::Contact> changed(ApiContext& context,
                              const node::Node& node,
                              const Result<node::ContactView>& contact,
                              std::string_view who) {
    context.tags.forget();
    if (!contact) return tl::unexpected(contact_failure(node, contact.error(), who));
    return to_api(*contact, context.tags.of(node, contact->account, context.clock.now()));
}

Outcome<std::vector<api::Contact>> list(ApiContext& context, api::ContactList call) {
    KITH_TRY(const node::Node* const node, context.node());
    const auto contacts = node->contacts();
    if (!contacts) return tl::unexpected(store_failure(contacts.error()));
    const std::uint64_t limit = std::min(call.limit.value_or(page_limit), page_limit);
    std::vector<api::Contact> page;
    bool begun = !call.after.has_value();
    for (const node::ContactView& view : *contacts) {
        if (page.size() >= limit) break;
        api::Contact contact =
            to_api(view, context.tags.of(*node, view.account, context.clock.now()));
        const bool wanted =
            call.state ? contact.state == *call.state : contact.state != api::ContactState::Removed;
        if (begun && wanted) page.push_back(contact);
        if (contact.id == call.after) begun = true;
    }
    return page;
}

Outcome<api::Contact> show(ApiContext& context, api::ContactShow call) {
    KITH_TRY(const node::Node* const node, context.node());
    const auto contact = node->contact(call.who);
    if (!contact) return tl::unexpected(contact_failure(*node, contact.error(), call.who));
    return to_api(*contact, context.tags.of(*node, contact->account, context.clock.now()));
}

Task<Outcome<api::Contact>> add(ApiContext& context, api::ContactAdd call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    auto contact = co_await node->add_contact(call.address, call.text.value_or(""));
    if (contact && call.name) {
        node::ContactChange change;
        change.name = *call.name;
        contact = co_await node->change_contact(call.address, change);
    }
    context.tags.forget();
    if (!contact) co_return tl::unexpected(address_failure(contact.error()));
    co_return to_api(*contact, context.tags.of(*node, contact->account, context.clock.now()));
}

Task<Outcome<api::Contact>> accept(ApiContext& context, api::ContactAccept call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto contact = co_await node->accept_contact(call.who, call.name.value_or(""));
    co_return changed(context, *node, contact, call.who);
}

Task<Outcome<api::Contact>> decline(ApiContext& context, api::ContactDecline call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto contact = co_await node->decline_contact(call.who, call.tell.value_or(false));
    co_return changed(context, *node, contact, call.who);
}

Task<Outcome<api::Contact>> block(ApiContext& context, api::ContactBlock call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto contact = co_await node->block_contact(call.who);
    co_return changed(context, *node, contact, call.who);
}

Task<Outcome<api::Contact>> unblock(ApiContext& context, api::ContactUnblock call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto contact = co_await node->unblock_contact(call.who);
    co_return changed(context, *node, contact, call.who);
}

Task<Outcome<api::Contact>> remove(ApiContext& context, api::ContactRemove call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto contact = co_await node->remove_contact(call.who);
    co_return changed(context, *node, contact, call.who);
}

Task<Outcome<api::Contact>> set(ApiContext& context, api::ContactSet call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    if (call.notify) co_return failure(Problem::Usage, "notifications are not there yet");
    node::ContactChange change;
    change.name = call.name;
    change.bulk = call.bulk;
    const auto contact = co_await node->change_contact(call.who, change);
    co_return changed(context, *node, contact, call.who);
}

/// A changed key is accepted by comparing safety numbers; here for the case that this is not
/// possible. The contact is then unverified.
Task<Outcome<api::Contact>> accept_key(ApiContext& context, api::ContactAcceptKey call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto confirmed = co_await node->confirm_verification(call.who, false);
    if (!confirmed) {
        co_return tl::unexpected(contact_failure(*node, confirmed.error(), call.who));
    }
    const auto contact = node->contact(call.who);
    co_return changed(context, *node, contact, call.who);
}

Task<Outcome<api::Nothing>> introduce(ApiContext& context, api::ContactIntroduce call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto done = co_await node->introduce_contact(call.a, call.b);
    if (!done) co_return tl::unexpected(contact_failure(*node, done.error(), call.a));
    co_return api::Nothing();
}

Outcome<api::Verification> verification(const node::Node& node,
                                        const Result<node::VerificationView>& view,
                                        const std::string& who) {
    if (!view) return tl::unexpected(contact_failure(node, view.error(), who));
    std::optional<std::string> name;
    if (const auto contact = node.contact(who)) {
        name = contact->name.empty() ? contact->self_name : contact->name;
    }
    return to_api(*view, std::move(name));
}

Outcome<api::Verification> verify_show(ApiContext& context, api::VerifyShow call) {
    KITH_TRY(const node::Node* const node, context.node());
    return verification(*node, node->verification(call.who), call.who);
}

Task<Outcome<api::Verification>> verify_confirm(ApiContext& context, api::VerifyConfirm call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto view = co_await node->confirm_verification(call.who, call.match);
    co_return verification(*node, view, call.who);
}

}  // namespace

void add_contact_methods(ApiMethods& methods) {
    methods.add<api::ContactList>(list);
    methods.add<api::ContactShow>(show);
    methods.add<api::ContactAdd>(add);
    methods.add<api::ContactAccept>(accept);
    methods.add<api::ContactDecline>(decline);
    methods.add<api::ContactBlock>(block);
    methods.add<api::ContactUnblock>(unblock);
    methods.add<api::ContactRemove>(remove);
    methods.add<api::ContactSet>(set);
    methods.add<api::ContactAcceptKey>(accept_key);
    methods.add<api::ContactIntroduce>(introduce);
    methods.add<api::VerifyShow>(verify_show);
    methods.add<api::VerifyConfirm>(verify_confirm);
}

}  // namespace kith::daemon
