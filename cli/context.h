// SPDX-License-Identifier: GPL-3.0-or-later
// What a command works with: its profile, its output and prompt, and the daemon, which is started
// when it is absent and unlocked when it asks for a passphrase.
#pragma once

#include "cli/api_client.h"
#include "cli/globals.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "core/base/profile_paths.h"

#include <memory>
#include <optional>

namespace kith::cli {

class Context {
  public:
    Context(Globals globals, ProfilePaths paths, Environment environment, Output& out, Prompt& ask);

    Output& out() { return out_; }

    const Prompt& ask() const { return ask_; }

    const Globals& globals() const { return globals_; }

    const ProfilePaths& paths() const { return paths_; }

    const Environment& environment() const { return environment_; }

    /// The daemon, started if need be. no-daemon, and what ApiClient says.
    api::Outcome<ApiClient*> daemon();

    /// The daemon if it runs; nullptr otherwise. Starts nothing.
    api::Outcome<ApiClient*> running_daemon();

    /// Starts kithd now; the failure is its own. Says so on the standard error.
    api::Outcome<> start();

    /// Forgets the connection, as before a restart.
    void disconnect() { client_.reset(); }

    /// Asks the daemon; `timeout` instead of --timeout for calls that wait by themselves.
    template <class P>
    api::Outcome<typename P::Result> call(const P& parameters,
                                          std::optional<Duration> timeout = std::nullopt) {
        KITH_TRY(ApiClient* const client, daemon());
        const Duration limit = timeout.value_or(globals_.timeout);
        auto result = client->call(parameters, limit);
        if (result || !result.error().is(api::Problem::Locked)) return result;
        KITH_CHECK(unlock(*client));
        return client->call(parameters, limit);
    }

    /// From KITH_PASSPHRASE_FILE or the prompt; nullopt: neither is there.
    api::Outcome<std::optional<std::string>> passphrase(std::string_view question);

  private:
    api::Outcome<> connect();
    api::Outcome<> unlock(ApiClient& client);

    Globals globals_;
    ProfilePaths paths_;
    Environment environment_;
    Output& out_;
    Prompt& ask_;
    std::unique_ptr<ApiClient> client_;
};

}  // namespace kith::cli
