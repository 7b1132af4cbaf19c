// SPDX-License-Identifier: GPL-3.0-or-later
// net.*
#include "daemon/api_failures.h"
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::daemon {
namespace {

using api::failure;
using api::Outcome;
using api::Problem;

constexpr std::uint64_t page_limit = 500;

Outcome<api::Network> status(ApiContext& context, api::NetStatus) {
    KITH_TRY(const node::Node* const node, context.node());
    return to_api(node->network());
}

Outcome<std::vector<api::NodePeer>> peers(ApiContext& context, api::NetPeers call) {
    KITH_TRY(const node::Node* const node, context.node());
    const std::uint64_t limit = std::min(call.limit.value_or(page_limit), page_limit);
    std::vector<api::NodePeer> page;
    bool begun = !call.after.has_value();
    for (const node::PeerView& view : node->peers()) {
        if (page.size() >= limit) break;
        api::NodePeer peer = to_api(view);
        const bool last_of_before = peer.id == call.after;
        if (begun) page.push_back(std::move(peer));
        if (last_of_before) begun = true;
    }
    return page;
}

Task<Outcome<api::NodePeer>> ping(ApiContext& context, api::NetPing call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const auto peer = co_await node->ping(call.who);
    if (peer) co_return to_api(*peer);
    if (peer.error().code == Code::Timeout || peer.error().code == Code::Unreachable) {
        co_return failure(Problem::Timeout, fmt::format("no answer from {}", call.who));
    }
    co_return tl::unexpected(contact_failure(*node, peer.error(), call.who));
}

Outcome<std::vector<api::Traffic>> traffic(ApiContext& context, api::NetTraffic) {
    KITH_TRY(const node::Node* const node, context.node());
    std::vector<api::Traffic> list;
    for (const node::TrafficView& view : node->traffic())
        list.push_back(to_api(view));
    return list;
}

Task<Outcome<api::Invite>> export_network(ApiContext& context, api::NetExport) {
    KITH_CO_TRY(node::Node* const node, context.node());
    node::InviteOptions options;
    options.network_only = true;
    const auto invite = co_await node->create_invite(options);
    if (!invite) co_return tl::unexpected(store_failure(invite.error()));
    const auto identity = node->identity();
    co_return to_api(*invite, identity ? identity->network_name : "");
}

std::vector<api::NodePeer> bootstrap_nodes(const node::Node& node) {
    std::vector<api::NodePeer> list;
    for (const std::string& address : node.bootstrap()) {
        api::NodePeer peer;
        peer.id = "n:" + address;
        peer.address = address;
        peer.role = "bootstrap";
        list.push_back(std::move(peer));
    }
    return list;
}

Task<Outcome<std::vector<api::NodePeer>>> bootstrap(ApiContext& context, api::NetBootstrap call) {
    KITH_CO_TRY(node::Node* const node, context.node());
    const std::string address = call.address.value_or("");
    if (call.op == "list") co_return bootstrap_nodes(*node);
    if (address.empty()) co_return failure(Problem::Usage, "\"address\" is missing");
    if (call.op != "add" && call.op != "remove") {
        co_return failure(Problem::Usage, "op: add, remove or list");
    }
    const bool add = call.op == "add";
    Result<> done;
    if (add) {
        done = co_await node->add_bootstrap(address);
    } else {
        done = co_await node->remove_bootstrap(address);
    }
    if (done) co_return bootstrap_nodes(*node);
    if (done.error().code == Code::Unreachable || done.error().code == Code::Timeout) {
        api::Failure silent(Problem::BootstrapUnreachable,
                            fmt::format("nobody answered at {}", address));
        if (!done.error().context.empty()) silent.facts.push_back(done.error().context);
        silent.facts.emplace_back("it is kept and tried again");
        co_return tl::unexpected(std::move(silent));
    }
    if (done.error().code == Code::NotFound) {
        co_return failure(Problem::Usage, fmt::format("{} is not among them", address));
    }
    co_return tl::unexpected(store_failure(done.error()));
}

}  // namespace

void add_network_methods(ApiMethods& methods) {
    methods.add<api::NetStatus>(status);
    methods.add<api::NetPeers>(peers);
    methods.add<api::NetPing>(ping);
    methods.add<api::NetTraffic>(traffic);
    methods.add<api::NetExport>(export_network);
    methods.add<api::NetBootstrap>(bootstrap);
}

}  // namespace kith::daemon
