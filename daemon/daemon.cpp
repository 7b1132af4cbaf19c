// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/daemon.h"

#include "core/base/log.h"
#include "core/crypto/sodium_random.h"
#include "daemon/api_server.h"
#include "daemon/api_service.h"
#include "daemon/composition.h"
#include "daemon/config_store.h"
#include "daemon/failure_text.h"
#include "daemon/hardening.h"
#include "daemon/inherited_socket.h"
#include "daemon/library_versions.h"
#include "daemon/listen_ports.h"
#include "daemon/lockfile.h"
#include "daemon/log_sink.h"
#include "daemon/mailbox_settings.h"
#include "daemon/private_file.h"
#include "daemon/service_notify.h"
#include "daemon/settings_of_arguments.h"
#include "daemon/signals.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

namespace kith::daemon {
namespace {

using api::Outcome;
using log::Category;

// Answers that are ready get this long to leave when the daemon stops.
constexpr Duration farewell = milliseconds(500);

template <class T>
Outcome<T> told(Result<T> result) {
    if (!result) {
        api::Failure failure = api::from_error(result.error());
        if (result.error().code == Code::DiskFull) failure.hint = "df -h; df -i; make room there";
        return tl::unexpected(std::move(failure));
    }
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        return *std::move(result);
    }
}

std::string folder_of(const std::string& path) {
    return std::filesystem::path(path).parent_path().string();
}

Outcome<> make_places(const ProfilePaths& paths) {
    for (const std::string& path : {paths.data, paths.state, paths.cache})
        KITH_CHECK(told(make_private_directory(path)));
    // Settings may lie in /etc, and a socket where somebody else wants it.
    const std::string settings = folder_of(paths.config_file);
    if (!std::filesystem::exists(settings)) KITH_CHECK(told(make_private_directory(settings)));
    if (folder_of(paths.socket) == paths.run) KITH_CHECK(told(make_private_directory(paths.run)));
    return {};
}

Outcome<> confine(const ProfilePaths& paths, const Environment& environment) {
    const std::vector<std::string> writable{folder_of(paths.config_file),
                                            paths.data,
                                            paths.state,
                                            paths.cache,
                                            folder_of(paths.socket)};
    std::vector<std::string> readable;
    if (const auto file = environment("KITH_PASSPHRASE_FILE")) readable.push_back(*file);
    if (const auto place = environment("CREDENTIALS_DIRECTORY")) readable.push_back(*place);
    KITH_CHECK(told(confine_files(writable, readable)));
    return told(confine_calls());
}

/// Everything that lives as long as the process, in the order in which it needs each other.
class Process {
  public:
    Process(const ProfilePaths& paths,
            ConfigStore config,
            const Environment& environment,
            Random& random,
            ServiceNotify& notify,
            std::string port_owner)
        : paths_(paths),
          config_(std::move(config)),
          environment_(environment),
          random_(random),
          notify_(notify),
          port_owner_(std::move(port_owner)),
          profile_(
              paths,
              Unlock(paths, environment, worker_, random),
              *clock_,
              Profile::Hooks{[this](crypto::MasterKey master) { return open(std::move(master)); },
                             [this] { return choose_port(); },
                             [this] { settled(); },
                             [this] { return service_.let_go(); }}) {
        config_.on_change([this](const Config& values) {
            if (const auto level = parse_level(values.log_level)) log::set_level(*level);
            if (auto* const opened = profile_.opened()) {
                opened->node().serve_mailboxes(serve_of(values), mailbox_quota_of(values));
            }
        });
    }

    int run() {
        scope_.spawn(live());
        io_.run();
        return exit_;
    }

  private:
    Task<> live() {
        const auto started = co_await start();
        if (started) {
            log::info(Category::Process, "kithd {} is ready, pid {}", version(), ::getpid());
            notify_.ready();
            tell_alive();
            co_await stopped_.wait();
        } else {
            exit_ = started.error().exit;
            log::error(Category::Process, "{}", started.error().message);
            notify_.failed(started.error());
            print_error(failure_text(started.error()));
        }
        co_await stop();
    }

    Task<Outcome<>> start() {
        if (Descriptor inherited = inherited_socket(environment_)) {
            KITH_CO_CHECK(told(server_.adopt(std::move(inherited))));
        } else {
            KITH_CO_CHECK(told(server_.listen(paths_.socket)));
        }
        co_return co_await profile_.start();
    }

    Task<> stop() {
        log::info(Category::Process, "stopping");
        notify_.stopping();
        alive_.cancel();
        const Alarm limit = clock_->call_after(stop_limit, [this] {
            log::warn(Category::Process, "a clean stop took too long");
            ::_exit(exit_);
        });
        server_.finish();
        co_await service_.join_transitions();
        co_await profile_.stop();
        co_await server_.stop(farewell);
        signals_.cancel();
        log::info(Category::Process, "stopped");
    }

    Task<Profile::Opened> open(crypto::MasterKey master) {
        Parts parts{io_.get_executor(), *clock_, random_, worker_, version(), port_owner_};
        config_.now_running();
        return open_profile(std::move(parts), paths_, config_.values(), std::move(master));
    }

    /// A new profile takes a port that is free, and keeps it.
    Outcome<> choose_port() {
        const auto entry = config_.get("daemon.listen");
        if (!entry || entry->origin != to_string(Origin::Default)) return {};
        const auto addresses = usable_addresses(config_.values().listen);
        if (addresses.empty() || are_free(addresses)) return {};
        KITH_TRY(const auto free, with_free_port(addresses));
        std::string list;
        for (const Endpoint& address : free)
            list += (list.empty() ? "" : ", ") + to_string(address);
        const auto set = config_.set("daemon.listen", list);
        if (!set) return tl::unexpected(set.error());
        log::info(
            Category::Process, "port {} is taken: listening on {}", addresses.front().port, list);
        return {};
    }

    void settled() {
        asio::post(io_, [this] { server_.resume(); });
    }

    void reload() {
        const auto loaded = config_.load();
        if (loaded) {
            log::info(Category::Process, "the settings were read again");
        } else {
            log::warn(Category::Process, "{}: kept the old settings", loaded.error().message);
        }
    }

    void tell_alive() {
        const auto interval = notify_.watchdog_interval();
        if (!interval) return;
        notify_.alive();
        alive_ = clock_->call_after(*interval, [this] { tell_alive(); });
    }

    const ProfilePaths& paths_;
    ConfigStore config_;
    const Environment& environment_;
    Random& random_;
    ServiceNotify& notify_;
    std::string port_owner_;
    int exit_ = 0;
    asio::io_context io_{1};
    std::unique_ptr<Clock> clock_ = make_system_clock(io_.get_executor());
    AsyncEvent stopped_{io_.get_executor()};
    Signals signals_{io_.get_executor(), {[this] { stopped_.set(); }, [this] { reload(); }}};
    AsyncScope scope_{io_.get_executor()};
    Worker worker_{io_.get_executor()};
    Profile profile_;
    ApiService service_{io_.get_executor(),
                        {*clock_, profile_, config_, version(), [this] { stopped_.set(); }}};
    ApiServer server_{io_.get_executor(), service_, *clock_};
    Alarm alive_;
};

Outcome<int> prepare_and_run(const Arguments& arguments,
                             const Environment& environment,
                             ServiceNotify& notify) {
    KITH_CHECK(told(harden_process()));
    KITH_TRY(const ProfilePaths paths,
             told(profile_paths(arguments.paths, environment, ::geteuid())));
    KITH_CHECK(make_places(paths));
    KITH_TRY(ConfigOverrides overrides, settings_of(arguments, environment));
    ConfigStore config(paths.config_file, std::move(overrides), system_config_file);
    KITH_CHECK(config.load());
    KITH_TRY(const Lockfile lock, Lockfile::take(paths.lock, paths.profile));
    const auto level = parse_level(config.values().log_level).value_or(log::Level::Info);
    KITH_CHECK(told(install_log_sink(arguments.foreground ? "" : paths.log_file, level)));
    KITH_TRY(const std::unique_ptr<Random> random, told(crypto::SodiumRandom::create()));
    std::string port_owner = taken_by(usable_addresses(config.values().listen));
    KITH_CHECK(confine(paths, environment));
    Process process(paths, std::move(config), environment, *random, notify, std::move(port_owner));
    return process.run();
}

}  // namespace

int run_daemon(const Arguments& arguments, const Environment& environment) {
    ServiceNotify notify(arguments.ready_fd, environment);
    const Outcome<int> code = prepare_and_run(arguments, environment, notify);
    log::install({});
    if (code) return *code;
    notify.failed(code.error());
    print_error(failure_text(code.error()));
    return code.error().exit;
}

}  // namespace kith::daemon
