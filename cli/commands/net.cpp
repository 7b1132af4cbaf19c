// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>

namespace kith::cli::commands {
namespace {

std::vector<std::string> row(const api::NodePeer& node) {
    return {one_line(node.name.value_or(node.id)),
            one_line(node.role),
            one_line(node.address.value_or("")),
            node.rtt_ms ? fmt::format("{} ms", *node.rtt_ms) : "",
            node.good && !*node.good ? "no answer" : "",
            node.since ? "since " + ago(*node.since, wall_now()) : ""};
}

void show(Output& out, const std::vector<api::NodePeer>& nodes) {
    out.objects(nodes);
    std::vector<std::vector<std::string>> rows;
    rows.reserve(nodes.size());
    for (const api::NodePeer& node : nodes)
        rows.push_back(row(node));
    out.lines(table(rows));
}

api::Outcome<> bootstrap(Context& context, const char* op, const std::string& address) {
    api::NetBootstrap change;
    change.op = op;
    if (!address.empty()) change.address = address;
    KITH_TRY(const auto nodes, context.call(change));
    show(context.out(), nodes);
    if (nodes.empty()) context.out().note("none");
    return {};
}

}  // namespace

api::Outcome<> net_status(Context& context, const Arguments&) {
    KITH_TRY(const api::Network network, context.call(api::NetStatus{}));
    context.out().object(network);
    context.out().line(fmt::format(
        "{}  {}  {} nodes", one_line(network.name), to_string(network.state), network.nodes));
    return {};
}

api::Outcome<> net_peers(Context& context, const Arguments&) {
    api::NetPeers query;
    bool any = false;
    for (;;) {
        KITH_TRY(const auto page, context.call(query));
        if (page.empty()) break;
        any = true;
        show(context.out(), page);
        query.after = page.back().id;
    }
    if (!any) context.out().note("no peers yet");
    return {};
}

api::Outcome<> net_ping(Context& context, const Arguments& arguments) {
    KITH_TRY(const api::NodePeer node,
             context.call(api::NetPing{arguments.get("WHO")}, context.globals().timeout));
    show(context.out(), {node});
    return {};
}

api::Outcome<> net_bootstrap_list(Context& context, const Arguments&) {
    return bootstrap(context, "list", "");
}

api::Outcome<> net_bootstrap_add(Context& context, const Arguments& arguments) {
    return bootstrap(context, "add", arguments.get("HOST:PORT"));
}

api::Outcome<> net_bootstrap_remove(Context& context, const Arguments& arguments) {
    return bootstrap(context, "remove", arguments.get("HOST:PORT"));
}

api::Outcome<> net_export(Context& context, const Arguments&) {
    KITH_TRY(const api::Invite invite, context.call(api::NetExport{}));
    context.out().object(invite);
    context.out().line(invite.link.value_or(""));
    context.out().note("whoever holds it gets into the network, but not into your contacts");
    return {};
}

api::Outcome<> net_traffic(Context& context, const Arguments&) {
    KITH_TRY(const auto causes, context.call(api::NetTraffic{}));
    context.out().objects(causes);
    std::vector<std::vector<std::string>> rows;
    rows.reserve(causes.size());
    for (const api::Traffic& cause : causes) {
        rows.push_back({one_line(cause.cause),
                        "sent " + size_words(cause.sent),
                        "received " + size_words(cause.received),
                        cause.budget ? "of " + size_words(*cause.budget) : "",
                        "a " + one_line(cause.period)});
    }
    context.out().lines(table(rows));
    return {};
}

api::Outcome<> net_limits(Context& context, const Arguments&) {
    KITH_TRY(const auto limits, context.call(api::DaemonLimits{}));
    context.out().objects(limits);
    std::vector<std::vector<std::string>> rows;
    rows.reserve(limits.size());
    for (const api::Limit& limit : limits) {
        rows.push_back({one_line(limit.name),
                        std::to_string(limit.value),
                        limit.used ? fmt::format("{} used", *limit.used) : ""});
    }
    context.out().lines(table(rows));
    return {};
}

}  // namespace kith::cli::commands
