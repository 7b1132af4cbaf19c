// SPDX-License-Identifier: GPL-3.0-or-later
// hello, status.show, daemon.* and config.*
#include "core/base/log.h"
#include "daemon/api_methods.h"
#include "daemon/api_objects.h"
#include "daemon/limit_table.h"
#include "daemon/log_sink.h"

#include <unistd.h>

#include <algorithm>

namespace kith::daemon {
namespace {

using api::failure;
using api::Nothing;
using api::Outcome;
using api::Problem;

Outcome<api::Hello> hello(ApiContext& context, api::HelloCall call) {
    if (std::ranges::find(call.api, api::api_version) == call.api.end()) {
        api::Failure clash(Problem::VersionClash, "this daemon speaks another version of the API");
        clash.facts.push_back("kithd " + context.version + ", " + call.client);
        clash.hint = "kith daemon restart";
        return tl::unexpected(std::move(clash));
    }
    api::Hello hello;
    hello.version = context.version;
    hello.profile = context.profile.paths().profile;
    hello.state = context.profile.state();
    hello.features = {"direct"};
    return hello;
}

std::string store_word(const OpenedProfile* opened) {
    if (opened == nullptr) return "ok";
    switch (opened->store().state()) {
        case store::State::Ok:
            return "ok";
        case store::State::Full:
            return "full";
        case store::State::ReadOnly:
            return "read-only";
        case store::State::Corrupt:
            return "corrupt";
    }
    return "ok";
}

api::Daemon daemon(const ApiContext& context) {
    api::Daemon daemon;
    daemon.state = context.profile.busy() ? "starting" : "running";
    daemon.pid = static_cast<std::uint64_t>(::getpid());
    daemon.version = context.version;
    daemon.uptime_ms = to_ms(context.clock.now() - context.started);
    daemon.home = context.profile.paths().data;
    const OpenedProfile* opened = context.profile.opened();
    daemon.store = store_word(opened);
    if (opened != nullptr) {
        for (const Endpoint& endpoint : opened->listening())
            daemon.listen.push_back(to_string(endpoint));
    }
    return daemon;
}

Outcome<api::Daemon> daemon_status(ApiContext& context, api::DaemonStatus) {
    return daemon(context);
}

Outcome<api::Status> status(ApiContext& context, api::StatusShow) {
    api::Status status;
    status.daemon = daemon(context);
    const auto node = context.node();
    if (!node) return status;
    const node::StatusView view = (*node)->status();
    if (view.identity) status.identity = to_api(*view.identity);
    status.network = to_api(view.network);
    status.outbox = view.outbox;
    for (const node::OutboxLineView& line : view.outbox_lines)
        status.waiting.push_back(to_api(line));
    for (const node::MailboxView& mailbox : view.mailboxes)
        status.mailboxes.push_back(to_api(mailbox));
    status.unread = view.unread;
    status.chats = view.unread_chats;
    status.requests = view.requests;
    if (const auto offset = view.network.clock_offset) {
        status.clock_offset_ms = std::chrono::duration_cast<milliseconds>(*offset).count();
    }
    return status;
}

Outcome<Nothing> stop(ApiContext& context, api::DaemonStop) {
    context.stop();
    return Nothing{};
}

Outcome<std::vector<api::Limit>> limit_list(ApiContext& context, api::DaemonLimits) {
    std::vector<api::Limit> list = all_limits();
    const auto node = context.node();
    if (!node) return list;
    // What the node counts replaces the bare number of the same name.
    for (const node::LimitView& view : (*node)->limits()) {
        const auto same = std::ranges::find(list, view.name, &api::Limit::name);
        if (same == list.end()) {
            list.push_back(to_api(view));
        } else {
            *same = to_api(view);
        }
    }
    return list;
}

Outcome<Nothing> log_level(ApiContext&, api::DaemonLog call) {
    if (!call.level) return Nothing{};
    const auto level = parse_level(*call.level);
    if (!level) return failure(Problem::Usage, "level: error warn info debug trace");
    log::set_level(*level);
    return Nothing{};
}

Outcome<std::vector<api::ConfigEntry>> config_list(ApiContext& context, api::ConfigList) {
    return context.config.list();
}

Outcome<api::ConfigEntry> config_get(ApiContext& context, api::ConfigGet call) {
    return context.config.get(call.key);
}

Outcome<api::ConfigEntry> config_set(ApiContext& context, api::ConfigSet call) {
    return context.config.set(call.key, call.value);
}

Outcome<api::ConfigEntry> config_unset(ApiContext& context, api::ConfigUnset call) {
    return context.config.unset(call.key);
}

}  // namespace

void add_status_methods(ApiMethods& methods) {
    methods.add<api::HelloCall>(hello);
    methods.add<api::StatusShow>(status);
    methods.add<api::DaemonStatus>(daemon_status);
    methods.add<api::DaemonStop>(stop);
    methods.add<api::DaemonLimits>(limit_list);
    methods.add<api::DaemonLog>(log_level);
    methods.add<api::ConfigList>(config_list);
    methods.add<api::ConfigGet>(config_get);
    methods.add<api::ConfigSet>(config_set);
    methods.add<api::ConfigUnset>(config_unset);
}

}  // namespace kith::daemon
