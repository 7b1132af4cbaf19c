// SPDX-License-Identifier: GPL-3.0-or-later
// invite.*
#include "core/base/refusal.h"
#include "core/identity/invite.h"
#include "core/node/contact_book.h"
#include "daemon/api_failures.h"
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"

#include <fmt/format.h>

namespace kith::daemon {
namespace {

using api::failure;
using api::Nothing;
using api::Outcome;
using api::Problem;

constexpr std::uint64_t most_uses = 1000;
constexpr Duration longest = days(365);

std::string network_of(const node::Node& node) {
    const auto identity = node.identity();
    return identity ? identity->network_name : "";
}

Task<Outcome<api::Invite>> create(ApiContext& context, api::InviteCreate call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    node::InviteOptions options;
    if (call.uses) {
        if (*call.uses == 0 || *call.uses > most_uses) {
            co_return failure(Problem::Usage, fmt::format("uses: 1 to {}", most_uses));
        }
        options.uses = static_cast<std::uint32_t>(*call.uses);
    }
    if (call.expires_ms) {
        if (*call.expires_ms == 0 || *call.expires_ms > to_ms(longest)) {
            co_return failure(Problem::Usage, "an invitation lives up to 365 days");
        }
        options.expires = milliseconds(*call.expires_ms);
    }
    options.network_only = call.network_only.value_or(false);
    const auto invite = co_await node->create_invite(options);
    if (!invite) co_return tl::unexpected(store_failure(invite.error()));
    co_return to_api(*invite, network_of(*node));
}

Outcome<std::vector<api::Invite>> list(ApiContext& context, api::InviteList) {
    KITH_TRY(const node::Node* const node, context.node());
    const auto invites = node->invites();
    if (!invites) return tl::unexpected(store_failure(invites.error()));
    std::vector<api::Invite> out;
    for (const node::InviteView& invite : *invites)
        out.push_back(to_api(invite, network_of(*node)));
    return out;
}

Task<Outcome<Nothing>> revoke(ApiContext& context, api::InviteRevoke call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto done = co_await node->revoke_invite(call.id);
    if (done) co_return Nothing{};
    if (done.error().code == Code::NotFound) {
        co_return failure(Problem::NoInvite,
                          fmt::format("there is no invitation \"{}\"", call.id),
                          "kith invite --list");
    }
    co_return tl::unexpected(store_failure(done.error()));
}

/// Before an identity exists: what the link alone says.
Outcome<api::Invite> read_alone(const std::string& link, Timestamp now) {
    const auto invite = identity::Invite::parse(link);
    if (!invite) return tl::unexpected(invite_failure(invite.error()));
    if (invite->expired(now)) {
        const Duration ago = now - from_unix_seconds(invite->expires);
        return tl::unexpected(invite_failure(Error{
            Code::Expired, fmt::format("this invitation has expired ({} ago)", to_words(ago))}));
    }
    node::InviteReadView view;
    view.account = invite->account;
    view.private_network = invite->network.has_value();
    view.expires = from_unix_seconds(invite->expires);
    view.nodes = invite->nodes;
    return to_api(view);
}

Outcome<api::Invite> read(ApiContext& context, api::InviteRead call) {
    const auto node = context.node();
    if (!node) return read_alone(call.link, context.clock.wall());
    const auto invite = (*node)->read_invite(call.link);
    if (!invite) return tl::unexpected(invite_failure(invite.error()));
    return to_api(*invite);
}

Task<Outcome<api::Contact>> accept(ApiContext& context, api::InviteAccept call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto contact = co_await node->accept_invite(call.link, call.name.value_or(""));
    context.tags.forget();
    if (contact) {
        co_return to_api(*contact, context.tags.of(*node, contact->account, context.clock.now()));
    }
    const Error& error = contact.error();
    if (error.code == Code::InvalidArgument) {
        co_return failure(Problem::OtherNetwork,
                          fmt::format("the invitation is for another network, this profile is in "
                                      "\"{}\"",
                                      network_of(*node)),
                          "kith -p second join LINK");
    }
    if (error.code == Code::AlreadyExists) {
        co_return failure(Problem::Exists,
                          error.context.empty() ? "this is your own invitation" : error.context);
    }
    if (error.code == Code::DiskFull || error.code == Code::ReadOnly) {
        co_return tl::unexpected(store_failure(error));
    }
    co_return tl::unexpected(invite_failure(error));
}

}  // namespace

void add_invite_methods(ApiMethods& methods) {
    methods.add<api::InviteCreate>(create);
    methods.add<api::InviteList>(list);
    methods.add<api::InviteRevoke>(revoke);
    methods.add<api::InviteRead>(read);
    methods.add<api::InviteAccept>(accept);
}

}  // namespace kith::daemon
