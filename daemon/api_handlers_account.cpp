// SPDX-License-Identifier: GPL-3.0-or-later
// identity.* and profile.*
#include "daemon/api_failures.h"
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"

namespace kith::daemon {
namespace {

using api::failure;
using api::Nothing;
using api::Outcome;
using api::Problem;

Outcome<node::CreateOptions> options_from(const ApiContext& context,
                                          const api::IdentityCreate& call) {
    node::CreateOptions options;
    options.name = call.name;
    if (call.device) options.device_name = *call.device;
    options.network_name = call.network_name.value_or(context.config.values().network_name);
    if (call.network == "new") {
        options.network = node::CreateOptions::Network::New;
    } else if (call.network == "public") {
        options.network = node::CreateOptions::Network::Public;
    } else {
        options.network = node::CreateOptions::Network::Invite;
        options.invite = call.network;
    }
    return options;
}

Task<Outcome<api::Identity>> create(ApiContext& context, api::IdentityCreate call) {
    KITH_CO_TRY(node::CreateOptions options, options_from(context, call));
    auto created =
        co_await context.profile.create(std::move(options), call.passphrase.value_or(""));
    if (call.passphrase) wipe(*call.passphrase);
    if (!created) co_return tl::unexpected(std::move(created).error());
    context.tags.forget();
    api::Identity identity = to_api(created->identity);
    identity.recovery = created->recovery_key;
    wipe(created->recovery_key);
    co_return identity;
}

Outcome<api::Identity> show(ApiContext& context, api::IdentityShow) {
    KITH_TRY(node::Node* const node, context.node());
    const auto identity = node->identity();
    if (!identity) return tl::unexpected(store_failure(identity.error()));
    return to_api(*identity);
}

Task<Outcome<api::Identity>> set(ApiContext& context, api::IdentitySet call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    if (call.bot) co_return failure(Problem::Usage, "bots are not there yet");
    Result<node::IdentityView> identity = node->identity();
    if (identity && call.name) identity = co_await node->rename_self(*call.name);
    if (identity && call.new_reach.value_or(false)) identity = co_await node->new_reach();
    if (!identity) co_return tl::unexpected(store_failure(identity.error()));
    co_return to_api(*identity);
}

Task<Outcome<Nothing>> unlock(ApiContext& context, api::ProfileUnlock call) {
    KITH_CO_CHECK(co_await context.profile.unlock(std::move(call.passphrase)));
    context.tags.forget();
    co_return Nothing{};
}

Task<Outcome<Nothing>> lock(ApiContext& context, api::ProfileLock) {
    KITH_CO_CHECK(co_await context.profile.lock());
    context.tags.forget();
    co_return Nothing{};
}

}  // namespace

void add_account_methods(ApiMethods& methods) {
    methods.add_transition<api::IdentityCreate>(create);
    methods.add<api::IdentityShow>(show);
    methods.add<api::IdentitySet>(set);
    methods.add_transition<api::ProfileUnlock>(unlock);
    methods.add_transition<api::ProfileLock>(lock);
}

}  // namespace kith::daemon
