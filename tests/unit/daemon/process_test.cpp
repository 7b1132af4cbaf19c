// SPDX-License-Identifier: GPL-3.0-or-later
// What the daemon does to its own process, and what it says to whoever started it.
#include "core/api/failure_object.h"
#include "core/mailbox/placement.h"
#include "daemon/arguments.h"
#include "daemon/attempt_limit.h"
#include "daemon/failure_text.h"
#include "daemon/hardening.h"
#include "daemon/last_words.h"
#include "daemon/library_versions.h"
#include "daemon/listen_ports.h"
#include "daemon/log_sink.h"
#include "daemon/mailbox_settings.h"
#include "daemon/port_owner.h"
#include "daemon/service_notify.h"
#include "daemon/settings_of_arguments.h"
#include "tests/unit/daemon/scratch_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <exception>
#include <map>
#include <new>
#include <stdexcept>

namespace kith::daemon {
namespace {

api::Outcome<Arguments> parse(const std::vector<std::string>& words) {
    return parse_arguments(words);
}

Environment environment(std::map<std::string, std::string, std::less<>> values) {
    return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return found->second;
    };
}

/// The exit code of `action`, run in a process of its own.
template <class Action>
int in_child(Action action) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(action());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST(ArgumentsTest, FlagsTakeTheirValueEitherWay) {
    const auto arguments = parse({"--profile",
                                  "work",
                                  "--listen=0.0.0.0:1",
                                  "--listen",
                                  "[::]:1",
                                  "--foreground",
                                  "--ready-fd",
                                  "3"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->paths.profile, "work");
    EXPECT_EQ(arguments->listen, (std::vector<std::string>{"0.0.0.0:1", "[::]:1"}));
    EXPECT_TRUE(arguments->foreground);
    EXPECT_EQ(arguments->ready_fd, 3);
    EXPECT_EQ(arguments->job, Job::Run);
}

TEST(ArgumentsTest, AMailboxServesTheNetwork) {
    const auto arguments = parse({"--mailbox"});
    ASSERT_TRUE(arguments);
    const auto settings = settings_of(*arguments, [](std::string_view) { return std::nullopt; });
    ASSERT_TRUE(settings);
    LoadedConfig loaded;
    EXPECT_EQ(serve_of(loaded.values), mailbox::Serve::Contacts);
    EXPECT_EQ(mailbox_quota_of(loaded.values), std::uint64_t{1} << 30);
    EXPECT_EQ(copies_of(loaded.values), mailbox::copies_default);
    ASSERT_TRUE(loaded.apply(settings->flags, Origin::Flag));
    EXPECT_EQ(serve_of(loaded.values), mailbox::Serve::Network);
    ASSERT_TRUE(loaded.apply({{find_config_key("mailbox.serve"), std::string("off")},
                              {find_config_key("mailbox.quota"), std::string("64M")},
                              {find_config_key("delivery.copies"), std::string("5")}},
                             Origin::File));
    EXPECT_EQ(serve_of(loaded.values), mailbox::Serve::Off);
    EXPECT_EQ(mailbox_quota_of(loaded.values), std::uint64_t{64} << 20);
    EXPECT_EQ(copies_of(loaded.values), 5U);
}

TEST(ArgumentsTest, WordsAfterConfigBelongToIt) {
    const auto arguments =
        parse({"--home", "/k", "--config", "set", "network.name", "--odd--", "--json"});
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->job, Job::Config);
    EXPECT_EQ(arguments->config, (std::vector<std::string>{"set", "network.name", "--odd--"}));
    EXPECT_TRUE(arguments->json);
}

TEST(ArgumentsTest, MistakesAreNamed) {
    const auto unknown = parse({"--profil", "x"});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().exit, 2);
    EXPECT_EQ(unknown.error().facts, std::vector<std::string>{"did you mean \"--profile\"?"});
    EXPECT_FALSE(parse({"--profile"}));
    EXPECT_FALSE(parse({"--foreground=yes"}));
    EXPECT_FALSE(parse({"--ready-fd", "2"}));
    EXPECT_FALSE(parse({"--ready-fd", "x"}));
    EXPECT_FALSE(parse({"stray"}));
}

TEST(AttemptLimitTest, ThreeTriesThenAMinute) {
    AttemptLimit limit;
    const SteadyTime start{};
    EXPECT_EQ(limit.wait(start), Duration::zero());
    EXPECT_EQ(limit.failed(start), 2);
    EXPECT_EQ(limit.failed(start), 1);
    EXPECT_EQ(limit.failed(start), 0);
    EXPECT_EQ(limit.wait(start), seconds(60));
    EXPECT_EQ(limit.wait(start + seconds(59)), seconds(1));
    EXPECT_EQ(limit.wait(start + seconds(60)), Duration::zero());
    EXPECT_EQ(limit.failed(start + seconds(60)), 2);
    limit.succeeded();
    EXPECT_EQ(limit.failed(start + seconds(61)), 2);
}

TEST(FailureText, IsThreeKindsOfLinesWithNothingHostileInThem) {
    api::Failure failure(api::Problem::NoDaemon, "it did \x1b[31mnot start", "kith init");
    failure.facts = {"one", "two\nthree"};
    EXPECT_EQ(failure_text(failure),
              "error: it did \xe2\x90\x9b[31mnot start\n  one\n  two three\ntry: kith init\n");
}

TEST(ServiceNotifyTest, TheStarterGetsOneWordOrTheReason) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const Descriptor reader(ends[0]);
    ServiceNotify(ends[1], environment({})).ready();
    std::array<char, 256> text{};
    EXPECT_EQ(std::string(text.data(),
                          static_cast<std::size_t>(::read(reader.get(), text.data(), text.size()))),
              "ready\n");
    EXPECT_EQ(::read(reader.get(), text.data(), text.size()), 0);  // closed

    ASSERT_EQ(::pipe(ends.data()), 0);
    const Descriptor other(ends[0]);
    ServiceNotify(ends[1], environment({})).failed(api::Failure(api::Problem::PortInUse, "taken"));
    const auto count = static_cast<std::size_t>(::read(other.get(), text.data(), text.size()));
    const auto document = api::Document::parse(std::string_view(text.data(), count - 1));
    ASSERT_TRUE(document);
    const auto failure = api::read_failure(document->root());
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code, "port-in-use");
    EXPECT_EQ(failure->exit, 9);
}

TEST(ServiceNotifyTest, SystemdIsToldThroughItsSocket) {
    const ScratchDirectory directory;
    const std::string path = directory.path() + "/notify";
    const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), address.sun_path);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ServiceNotify notify(std::nullopt,
                         environment({{"NOTIFY_SOCKET", path}, {"WATCHDOG_USEC", "30000000"}}));
    EXPECT_EQ(notify.watchdog_interval(), seconds(15));
    notify.ready();
    std::array<char, 64> text{};
    const auto count = ::recv(socket.get(), text.data(), text.size(), MSG_DONTWAIT);
    ASSERT_GT(count, 0);
    EXPECT_EQ(std::string(text.data(), static_cast<std::size_t>(count)), "READY=1");
}

TEST(ServiceNotifyTest, AWatchdogOfAnotherProcessIsNotOurs) {
    const ServiceNotify notify(std::nullopt,
                               environment({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}}));
    EXPECT_EQ(notify.watchdog_interval(), std::nullopt);
}

TEST(LogSink, ARecordIsOneLineWhateverIsInIt) {
    const ScratchDirectory directory;
    ASSERT_TRUE(install_log_sink(directory.path() + "/kithd.log", log::Level::Info));
    log::info(log::Category::Api, "name {}", "a\nb\x1b[0m\xff");
    log::debug(log::Category::Api, "too much detail");
    log::install({});
    const std::string text = directory.get("kithd.log");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
    EXPECT_NE(text.find("Z info api: name a b\xe2\x90\x9b[0m\xef\xbf\xbd\n"), std::string::npos)
        << text;
}

TEST(LogSink, AFileThatCannotBeOpenedIsAnError) {
    EXPECT_FALSE(install_log_sink("/proc/none/kithd.log", log::Level::Info));
}

TEST(HardeningTest, NoCoreNoDebuggerNoNewPrivilegesNoModes) {
    EXPECT_EQ(in_child([] {
                  ::umask(0);
                  if (!harden_process()) return 1;
                  rlimit core{};
                  ::getrlimit(RLIMIT_CORE, &core);
                  if (core.rlim_cur != 0 || core.rlim_max != 0) return 2;
                  if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 3;
                  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 4;
                  return ::umask(0) == 077 ? 0 : 5;
              }),
              0);
}

TEST(HardeningTest, AfterwardsNoProgramCanBeStarted) {
    EXPECT_EQ(in_child([] {
                  if (!harden_process() || !confine_calls()) return 1;
                  char name[] = "/bin/true";
                  char* words[] = {name, nullptr};
                  ::execv(name, words);
                  return errno == EPERM ? 0 : 2;
              }),
              0);
}

TEST(HardeningTest, AfterwardsOnlyOwnDirectoriesCanBeWritten) {
    const ScratchDirectory ours;
    const ScratchDirectory theirs;
    theirs.put("secret", "x");
    const int code = in_child([&] {
        if (!harden_process() || !confine_files({ours.path()}, {})) return 1;
        const Descriptor inside(::open((ours.path() + "/f").c_str(), O_CREAT | O_WRONLY, 0600));
        if (!inside) return 2;
        if (!Descriptor(::open("/dev/null", O_RDWR))) return 3;
        if (!Descriptor(::open("/etc/passwd", O_RDONLY))) return 4;
        const Descriptor outside(::open((theirs.path() + "/secret").c_str(), O_RDONLY));
        return outside ? 77 : 0;
    });
    if (code == 77) GTEST_SKIP() << "this kernel has no Landlock";
    EXPECT_EQ(code, 0);
}

TEST(ListenPorts, ATakenPortIsSeenAndAnotherIsFound) {
    const Descriptor taken(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(taken.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    ::getsockname(taken.get(), reinterpret_cast<sockaddr*>(&address), &size);
    const std::uint16_t port = ntohs(address.sin_port);

    const std::vector<Endpoint> wanted{Endpoint::v4(127, 0, 0, 1, port)};
    EXPECT_FALSE(are_free(wanted));
    const auto found = with_free_port(wanted);
    ASSERT_TRUE(found);
    EXPECT_NE(found->front().port, port);
    EXPECT_EQ(taken_by(*found), "");
    EXPECT_EQ(found->front().address, wanted.front().address);

    const auto owner = port_owner(port);
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->pid, ::getpid());
    const api::Failure failure = port_in_use(wanted, taken_by(wanted));
    EXPECT_EQ(failure.exit, 9);
    EXPECT_NE(failure.message.find("process " + std::to_string(::getpid())), std::string::npos);
}

TEST(LastWords, SayThatMemoryRanOut) {
    const auto throw_uncaught = [](const std::exception_ptr& error) {
        end_when_memory_runs_out();
        const auto uncaught = [&error]() noexcept { std::rethrow_exception(error); };
        uncaught();
    };
    const auto allocate = [] {
        end_when_memory_runs_out();
        std::get_new_handler()();
    };
    const testing::ExitedWithCode plainly(1);
    EXPECT_EXIT(allocate(), plainly, "out of memory and ends here");
    EXPECT_EXIT(throw_uncaught(std::make_exception_ptr(std::bad_alloc())),
                plainly,
                "out of memory and ends here");
    EXPECT_EXIT(throw_uncaught(std::make_exception_ptr(std::runtime_error("a bug"))),
                testing::KilledBySignal(SIGABRT),
                "a bug");
}

TEST(LibraryVersions, AreThoseOfThisProcess) {
    const auto versions = library_versions();
    EXPECT_EQ(versions.size(), 4U);
    EXPECT_TRUE(versions.at("libsodium").starts_with("1.0."));
    EXPECT_FALSE(version().empty());
}

}  // namespace
}  // namespace kith::daemon
