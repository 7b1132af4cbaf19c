// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/context.h"

#include "cli/start_daemon.h"
#include "cli/text_file.h"
#include "cli/unix_socket.h"

#include <fmt/format.h>

namespace kith::cli {
namespace {

using api::Problem;

constexpr std::size_t longest_passphrase = 4096;
// Argon2id takes about a second, ten on a slow machine under load.
constexpr Duration unlock_limit = seconds(60);

}  // namespace

Context::Context(
    Globals globals, ProfilePaths paths, Environment environment, Output& out, Prompt& ask)
    : globals_(std::move(globals)),
      paths_(std::move(paths)),
      environment_(std::move(environment)),
      out_(out),
      ask_(ask) {}

api::Outcome<> Context::connect() {
    KITH_TRY(Descriptor socket, connect_socket(paths_.socket));
    client_ = std::make_unique<ApiClient>(std::move(socket));
    return {};
}

api::Outcome<ApiClient*> Context::daemon() {
    if (client_) return client_.get();
    auto connected = connect();
    if (!connected) {
        if (!connected.error().is(Problem::NoDaemon)) {
            return tl::unexpected(std::move(connected).error());
        }
        if (!globals_.autostart) return tl::unexpected(std::move(connected).error());
        KITH_CHECK(start());
        KITH_CHECK(connect());
    }
    return client_.get();
}

api::Outcome<ApiClient*> Context::running_daemon() {
    if (client_) return client_.get();
    auto connected = connect();
    if (connected) return client_.get();
    if (connected.error().is(Problem::NoDaemon)) return nullptr;
    return tl::unexpected(std::move(connected).error());
}

api::Outcome<> Context::start() {
    DaemonStart wanted{daemon_program(), {"--profile", paths_.profile}};
    if (!globals_.socket.empty()) {
        wanted.arguments.insert(wanted.arguments.end(), {"--socket", globals_.socket});
    }
    KITH_TRY(const Started started, start_daemon(wanted));
    if (!started.raced) out_.note(fmt::format("started kithd (pid {})", started.pid));
    return {};
}

api::Outcome<std::optional<std::string>> Context::passphrase(std::string_view question) {
    if (const auto file = environment_("KITH_PASSPHRASE_FILE"); file && !file->empty()) {
        auto text = read_text_file(*file, longest_passphrase);
        if (!text) {
            return api::failure(Problem::BadPassphrase,
                                fmt::format("\"{}\" cannot be read", *file),
                                "set KITH_PASSPHRASE_FILE to a file that holds the passphrase");
        }
        while (text->ends_with('\n') || text->ends_with('\r'))
            text->pop_back();
        return std::optional<std::string>(*std::move(text));
    }
    if (!ask_.possible()) return std::optional<std::string>();
    KITH_TRY(std::string typed, ask_.secret(question, "KITH_PASSPHRASE_FILE=FILE"));
    return std::optional<std::string>(std::move(typed));
}

api::Outcome<> Context::unlock(ApiClient& client) {
    KITH_TRY(auto typed, passphrase(fmt::format("passphrase of {}:", paths_.profile)));
    if (!typed) {
        return api::failure(Problem::Locked,
                            fmt::format("profile \"{}\" is locked", paths_.profile),
                            "set KITH_PASSPHRASE_FILE to a file that holds the passphrase");
    }
    KITH_CHECK(client.call(api::ProfileUnlock{*typed}, unlock_limit));
    return {};
}

}  // namespace kith::cli
