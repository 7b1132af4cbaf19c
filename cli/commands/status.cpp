// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::NetworkState;
using api::Problem;

constexpr std::size_t shown_address_head = 11;
constexpr std::size_t shown_address_tail = 4;

std::string short_address(const std::string& address) {
    if (address.size() <= shown_address_head + shown_address_tail) return one_line(address);
    return one_line(address.substr(0, shown_address_head) + "…" +
                    address.substr(address.size() - shown_address_tail));
}

std::string network_words(const api::Network& network) {
    std::string text = fmt::format("{} ({})  {}",
                                   one_line(network.name),
                                   network.is_private ? "private" : "public",
                                   to_string(network.state));
    if (network.state == NetworkState::Online) text += fmt::format(" · {} nodes", network.nodes);
    if (network.self_test_ms)
        text += fmt::format(" · DHT self-test ok {} ms", *network.self_test_ms);
    return text;
}

std::string reachable_words(const api::Network& network) {
    const std::string how = network.reachable.value_or("unknown");
    std::string address = network.address ? " " + one_line(*network.address) : "";
    if (network.mapping) address += fmt::format(" ({})", one_line(*network.mapping));
    if (how == "direct") return "direct" + address;
    if (how == "nat") return "behind NAT: others cannot call this device";
    return "not known yet" + (address.empty() ? "" : "; announced as" + address);
}

std::string state_words(const api::Mailbox& mailbox, bool ascii) {
    if (mailbox.state == api::MailboxState::Ok) {
        const std::string text = ascii ? "ok" : "✓";
        return mailbox.rtt_ms ? fmt::format("{} {} ms", text, *mailbox.rtt_ms) : text;
    }
    if (mailbox.state == api::MailboxState::Away) {
        const std::string text = ascii ? "no" : "✗";
        return mailbox.last_pickup ? text + " " + ago(*mailbox.last_pickup, wall_now()) : text;
    }
    return std::string(to_string(mailbox.state));
}

std::string mailbox_words(const api::Status& status, bool ascii) {
    if (status.mailboxes.empty()) return "none: messages wait until both devices are online";
    std::string text;
    for (const api::Mailbox& mailbox : status.mailboxes) {
        if (!text.empty()) text += "   ";
        text += one_line(mailbox.name.value_or(mailbox.id)) + " " + state_words(mailbox, ascii);
        if (mailbox.lost > 0) text += fmt::format(" LOST {}", mailbox.lost);
    }
    return text;
}

std::string outbox_words(const api::Status& status) {
    if (status.outbox == 0) return "empty";
    std::string text = fmt::format("{} waiting", status.outbox);
    std::string_view between = ": ";
    for (const api::Waiting& waiting : status.waiting) {
        text += fmt::format("{}{}", between, one_line(waiting.name));
        if (waiting.last_seen) {
            text += fmt::format(" (offline {})", ago(*waiting.last_seen, wall_now()));
        }
        between = ", ";
    }
    return text;
}

std::string inbox_words(const api::Status& status) {
    std::string text = status.unread == 0 ? "nothing unread"
                                          : fmt::format("{} unread in {} {}",
                                                        status.unread,
                                                        status.chats,
                                                        status.chats == 1 ? "chat" : "chats");
    if (status.requests > 0) {
        text += fmt::format(
            " · {} contact {}", status.requests, status.requests == 1 ? "request" : "requests");
    }
    return text;
}

std::string clock_words(const api::Status& status) {
    constexpr std::int64_t tolerable_ms = 60'000;
    if (!status.clock_offset_ms) return "not compared yet";
    const std::int64_t offset = *status.clock_offset_ms;
    const double in_seconds = static_cast<double>(offset) / 1000;
    if (offset > -tolerable_ms && offset < tolerable_ms) {
        return fmt::format("ok ({:+.1f} s)", in_seconds);
    }
    return fmt::format("{:+.0f} s off", in_seconds);
}

void show(Output& out, const api::Status& status) {
    const api::Daemon& daemon = status.daemon;
    std::vector<std::vector<std::string>> rows;
    if (status.identity) {
        rows.push_back({"you",
                        fmt::format("{}  {}   device {}",
                                    one_line(status.identity->name),
                                    short_address(status.identity->address),
                                    one_line(status.identity->device))});
    }
    rows.push_back({"daemon",
                    fmt::format("{} {}  pid {}  {}{}",
                                one_line(daemon.state),
                                to_words(milliseconds(daemon.uptime_ms)),
                                daemon.pid,
                                one_line(daemon.version),
                                daemon.store == "ok" ? "" : "  STORE " + one_line(daemon.store))});
    if (status.network) {
        rows.push_back({"network", network_words(*status.network)});
        rows.push_back({"reachable", reachable_words(*status.network)});
    }
    rows.push_back({"mailbox", mailbox_words(status, out.ascii())});
    rows.push_back({"outbox", outbox_words(status)});
    rows.push_back({"inbox", inbox_words(status)});
    rows.push_back({"clock", clock_words(status)});
    out.lines(table(rows));
}

api::Failure alone(const api::Network& network) {
    api::Failure out(
        network.state == NetworkState::Offline ? Problem::Offline : Problem::Alone,
        network.state == NetworkState::Offline
            ? "this device is offline"
            : fmt::format("you are alone on network \"{}\": no other node found", network.name),
        "kith net bootstrap add HOST:PORT");
    out.facts.emplace_back("messages wait here and go out when one appears");
    return out;
}

// Follows network events until the state is `online`; asks again now and then, since an event may
// have passed before the subscription.
api::Outcome<> wait_online(Context& context) {
    constexpr Duration ask_again = seconds(2);
    const SteadyTime deadline = steady_now() + context.globals().timeout;
    api::EventsSubscribe subscribe;
    subscribe.types = {"network"};
    subscribe.window = 0;
    KITH_CHECK(context.call(subscribe));
    KITH_TRY(ApiClient* const client, context.daemon());
    for (;;) {
        KITH_TRY(const api::Network network, context.call(api::NetStatus{}));
        if (network.state == NetworkState::Online) return {};
        const Duration left = deadline - steady_now();
        if (left <= Duration::zero()) return tl::unexpected(alone(network));
        KITH_CHECK(client->next(std::min<Duration>(left, ask_again)));
    }
}

}  // namespace

api::Outcome<> status(Context& context, const Arguments& arguments) {
    if (arguments.has("--wait")) {
        if (arguments.get("--wait") != "online") {
            return failure(Problem::Usage, "the only state to wait for is online", "--wait online");
        }
        KITH_CHECK(wait_online(context));
    }
    KITH_TRY(const api::Status now, context.call(api::StatusShow{}));
    if (!now.identity) {
        api::Failure missing(Problem::NotSetUp, "kith is not set up on this device");
        missing.facts.push_back(fmt::format(
            "the daemon of profile \"{}\" runs, pid {}", context.paths().profile, now.daemon.pid));
        return tl::unexpected(std::move(missing));
    }
    context.out().object(now);
    show(context.out(), now);
    if (now.network && now.network->state == NetworkState::Alone) {
        const api::Failure why = alone(*now.network);
        context.out().flush();
        context.out().warning({why.code, "warning", why.message, why.hint});
    }
    return {};
}

}  // namespace kith::cli::commands
