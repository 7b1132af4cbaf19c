// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/demo/cast.h"

#include "cli/clock.h"
#include "cli/process.h"
#include "cli/start_daemon.h"
#include "cli/unix_socket.h"
#include "core/api/method.h"
#include "core/base/profile_paths.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace kith::cli::demo {
namespace {

using api::failure;
using api::Problem;

// Whatever a step waits for takes seconds on a slow machine; a minute means that it fails.
constexpr Duration patience = seconds(60);
constexpr Duration look_again = milliseconds(200);
constexpr Duration start_limit = seconds(30);
constexpr Duration stop_limit = seconds(6);

volatile std::sig_atomic_t caught = 0;

extern "C" void on_signal(int number) {
    caught = number;
}

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGPIPE};

// A port that is free for TCP and UDP now; the daemon keeps it for all its starts.
std::string free_port() {
    for (int attempt = 0; attempt < 100; ++attempt) {
        const Descriptor tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const Descriptor udp(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(tcp.get(), generic, size) != 0) continue;
        if (::getsockname(tcp.get(), generic, &size) != 0) continue;
        if (::bind(udp.get(), generic, size) == 0) return std::to_string(ntohs(address.sin_port));
    }
    return "0";
}

bool wait_end(int pid, Duration limit) {
    const bool ended = has_ended(pid, limit);
    if (ended) ::waitpid(pid, nullptr, 0);
    return ended;
}

}  // namespace

struct Interruption::Handlers {
    std::array<struct sigaction, signals.size()> actions{};
};

Interruption::Interruption() : before_(std::make_unique<Handlers>()) {
    caught = 0;

    struct sigaction action {};

    action.sa_handler = on_signal;
    for (std::size_t i = 0; i < signals.size(); ++i)
        ::sigaction(signals[i], &action, &before_->actions[i]);
}

Interruption::~Interruption() {
    for (std::size_t i = 0; i < signals.size(); ++i)
        ::sigaction(signals[i], &before_->actions[i], nullptr);
}

int Interruption::signal() {
    return caught;
}

api::Failure Interruption::failure() {
    api::Failure out(Problem::Internal, "interrupted");
    out.code = "interrupted";
    out.exit = 128 + signal();
    return out;
}

Actor::Actor(std::string name, std::string home, bool keeper)
    : name_(std::move(name)), home_(std::move(home)), keeper_(keeper), port_(free_port()) {}

Actor::~Actor() {
    stop();
}

api::Outcome<> Actor::start() {
    // Nothing of the user's own environment and settings may reach the demo.
    const Environment environment = [this](std::string_view name) -> std::optional<std::string> {
        if (name == "KITH_HOME") return home_;
        return std::nullopt;
    };
    const auto paths = profile_paths({}, environment, ::getuid());
    if (!paths) return failure(Problem::Usage, paths.error().context, "set a shorter TMPDIR");
    const std::filesystem::path settings(paths->config_file);
    std::error_code ignored;
    std::filesystem::create_directories(settings.parent_path(), ignored);
    ::chmod(settings.parent_path().c_str(), 0700);
    std::ofstream(settings) << fmt::format(
        "[daemon]\nlisten = [\"127.0.0.1:{0}\"]\nannounce = [\"127.0.0.1:{0}\"]\n"
        "port_mapping = false\n[mailbox]\nserve = \"{1}\"\n",
        port_,
        keeper_ ? "network" : "off");
    ::chmod(settings.c_str(), 0600);

    DaemonStart wanted{daemon_program()};
    wanted.environment = {"KITH_HOME=" + home_,
                          "KITH_PROFILE=",
                          "KITH_CONFIG=",
                          "KITH_SOCKET=",
                          "KITH_PASSPHRASE_FILE=",
                          "NOTIFY_SOCKET="};
    wanted.timeout = start_limit;
    wanted.ends_with_us = true;
    KITH_TRY(const Started started, start_daemon(wanted));
    pid_ = started.pid;
    KITH_TRY(Descriptor socket, connect_socket(paths->socket));
    client_ = std::make_unique<ApiClient>(std::move(socket));
    KITH_TRY(const api::Hello hello, client_->hello(patience));
    return hello.state == api::ProfileState::NotSetUp ? api::Outcome<>() : follow();
}

api::Outcome<api::Identity> Actor::set_up(const std::string& network) {
    api::IdentityCreate create;
    create.name = name_;
    create.network = network;
    KITH_TRY(api::Identity identity, call(create));
    KITH_CHECK(follow());
    return identity;
}

api::Outcome<> Actor::follow() {
    api::EventsSubscribe subscribe;
    subscribe.window = 0;
    KITH_CHECK(call(subscribe));
    return {};
}

void Actor::kill() {
    client_.reset();
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    wait_end(pid_, patience);
    pid_ = 0;
}

void Actor::stop() {
    client_.reset();
    if (pid_ == 0) return;
    ::kill(pid_, SIGTERM);
    if (wait_end(pid_, stop_limit)) pid_ = 0;
    kill();
}

api::Outcome<> Actor::take_events(Duration limit) {
    KITH_TRY(const auto streamed, client_->next(limit));
    if (!streamed) return {};
    const auto event = api::decode_event(streamed->item.event);
    const auto* message = event ? std::get_if<api::Message>(&*event) : nullptr;
    if (message != nullptr && message->dir == api::Direction::In) heard_.push_back(*message);
    return {};
}

api::Outcome<> Actor::until(const std::string& what,
                            const std::function<api::Outcome<bool>()>& done) {
    const SteadyTime deadline = steady_now() + patience;
    while (steady_now() < deadline) {
        if (Interruption::signal() != 0) return tl::unexpected(Interruption::failure());
        KITH_TRY(const bool finished, done());
        if (finished) return {};
        KITH_CHECK(take_events(look_again));
    }
    return failure(Problem::Timeout,
                   fmt::format("{}: {} did not happen", name_, what),
                   "kith demo --keep DIR   then read the logs in DIR");
}

api::Outcome<api::Message> Actor::hear() {
    KITH_CHECK(until("a message", [this]() -> api::Outcome<bool> { return !heard_.empty(); }));
    api::Message first = std::move(heard_.front());
    heard_.pop_front();
    return first;
}

}  // namespace kith::cli::demo
