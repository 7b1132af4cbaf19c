// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/cli/fake_daemon.h"

#include "tests/unit/api/samples.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace kith::test {

TemporaryDirectory::TemporaryDirectory() : path_("/tmp/kith-unit-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

FakeDaemon::FakeDaemon() : socket_path_(directory_.path() + "/s") {
    listener_ = cli::Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_path_.data(), socket_path_.size());
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 8) != 0) {
        std::abort();
    }
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    stop_reading_ = cli::Descriptor(ends[0]);
    stop_writing_ = cli::Descriptor(ends[1]);
    answer<api::HelloCall>(api::Hello{1, KITH_VERSION, "default", api::ProfileState::Ready, {}});
    thread_ = std::thread([this] { serve(); });
}

FakeDaemon::~FakeDaemon() {
    stop_writing_.close();
    thread_.join();
}

void FakeDaemon::on(std::string method, Answer answer) {
    const std::scoped_lock lock(mutex_);
    answers_[std::move(method)] = std::move(answer);
}

void FakeDaemon::serve() {
    for (;;) {
        std::array<pollfd, 2> wanted{
            {{listener_.get(), POLLIN, 0}, {stop_reading_.get(), POLLIN, 0}}};
        ::poll(wanted.data(), wanted.size(), -1);
        if (wanted[1].revents != 0) return;
        const cli::Descriptor client(::accept(listener_.get(), nullptr, nullptr));
        if (client) serve_client(client.get());
    }
}

void FakeDaemon::serve_client(int client) {
    api::LineSplitter lines;
    std::array<char, 65536> buffer;
    for (;;) {
        std::array<pollfd, 2> wanted{{{client, POLLIN, 0}, {stop_reading_.get(), POLLIN, 0}}};
        ::poll(wanted.data(), wanted.size(), -1);
        if (wanted[1].revents != 0) return;
        const auto count = ::recv(client, buffer.data(), buffer.size(), 0);
        if (count <= 0) return;
        lines.append({buffer.data(), static_cast<std::size_t>(count)});
        while (const auto line = lines.next()) {
            const std::string answer = answer_to(*line);
            if (answer == "close") return;
            ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        }
    }
}

std::string FakeDaemon::answer_to(std::string_view line) {
    const auto request = api::parse_request(line);
    if (!request) return "close";
    const std::scoped_lock lock(mutex_);
    if (request->method != "hello") calls_.push_back(request->method);
    parameters_[request->method] = request->parameters.dump();
    const auto answer = answers_.find(request->method);
    if (answer != answers_.end()) return answer->second(*request);
    std::string out;
    api::append_failure(out, request->id, api::Failure(api::Problem::Method));
    return out;
}

std::vector<std::string> FakeDaemon::calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
}

std::string FakeDaemon::parameters(const std::string& method) const {
    const std::scoped_lock lock(mutex_);
    const auto found = parameters_.find(method);
    return found == parameters_.end() ? "" : found->second;
}

void furnish(FakeDaemon& daemon, const std::string& text) {
    using namespace api;
    Message message = full_message();
    message.name = message.text = text;
    Contact contact = full_contact();
    contact.name = text;
    contact.self_name = contact.text = text;
    Identity identity = full_identity();
    identity.name = identity.device = text;
    Network network = full_network();
    network.name = text;
    Status status = full_status();
    status.identity = identity;
    status.network = network;
    status.waiting = {{"u:a", text, 2, noon}};
    NodePeer node{"n:1", text, text, "contact", 31, true, noon};
    Verification safety{"u:a", text, "03913 85410", "KITH:V/1ABC", VerificationState::Unverified};
    ConfigEntry entry{"daemon.listen", text, text, "file", true, text};
    Daemon process = full_daemon();
    process.home = text;

    daemon.answer<IdentityShow>(identity);
    daemon.answer<IdentitySet>(identity);
    daemon.answer<InviteCreate>(full_invite());
    daemon.answer<InviteList>({full_invite()});
    daemon.answer<InviteRevoke>({});
    daemon.answer<InviteRead>(full_invite());
    daemon.answer<InviteAccept>(contact);
    daemon.answer_once<ContactList>({contact});
    daemon.answer<ContactShow>(contact);
    daemon.answer<ContactAdd>(contact);
    daemon.answer<ContactAccept>(contact);
    daemon.answer<ContactDecline>(contact);
    daemon.answer<ContactBlock>(contact);
    daemon.answer<ContactUnblock>(contact);
    Reputation reputation = full_reputation();
    reputation.name = reputation.next = reputation.because[0].event = text;
    reputation.remedy = text;
    daemon.answer<ContactReport>(reputation);
    daemon.answer<ReputationWhy>(reputation);
    daemon.answer<ContactRemove>(contact);
    daemon.answer<ContactSet>(contact);
    daemon.answer<ContactAcceptKey>(contact);
    daemon.answer<VerifyShow>(safety);
    daemon.answer<VerifyConfirm>(safety);
    daemon.answer<MessageSend>(message);
    daemon.answer<MessageWait>(Receipt{message.id, {}, MessageState::Delivered, text, noon});
    daemon.answer<MessageTrace>(Trace{message.id,
                                      "u:a",
                                      text,
                                      MessageState::Queued,
                                      {{noon, "direct", text, text, {}, {}}},
                                      noon,
                                      {}});
    daemon.answer<MessageRetry>(message);
    daemon.answer<MessageCancel>({});
    daemon.answer_once<MessageHistory>({message});
    daemon.answer_once<MessageUnread>({message});
    daemon.answer<MessageRead>({});
    daemon.answer<StatusShow>(status);
    daemon.answer<DaemonStatus>(process);
    daemon.answer<DaemonLimits>({Limit{text, 5, 1}});
    daemon.answer<NetStatus>(network);
    daemon.answer_once<NetPeers>({node});
    daemon.answer<NetPing>(node);
    daemon.answer<NetTraffic>({Traffic{"dht", "day", 1, 2, 3}});
    daemon.answer<NetExport>(full_invite());
    daemon.answer<NetBootstrap>({node});
    daemon.answer<MailboxList>({full_mailbox()});
    daemon.answer<MailboxUse>({full_mailbox()});
    daemon.answer<MailboxDrop>({full_mailbox()});
    daemon.answer<MailboxServe>(full_serving());
    daemon.answer<MailboxStats>(full_serving());
    daemon.answer<ConfigList>({entry});
    daemon.answer<ConfigGet>(entry);
    daemon.answer<ConfigSet>(entry);
    daemon.answer<ConfigUnset>(entry);
    daemon.answer<EventsConsumers>({Consumer{text, "e1.4", 3, noon}});
    daemon.answer<EventsForget>({});
    daemon.answer<EventsAck>({});
}

cli::Ended run_kith(const std::string& socket,
                    std::vector<std::string> words,
                    const std::string& input,
                    std::vector<std::string> environment) {
    cli::Program program;
    program.words = {KITH_PROGRAM};
    program.words.insert(program.words.end(), words.begin(), words.end());
    program.input = input;
    program.capture_output = true;
    program.capture_errors = true;
    program.environment = std::move(environment);
    for (const char* fixed : {"KITH_HOME=/nonexistent/kith",
                              "KITH_AUTOSTART=0",
                              "LC_ALL=C.UTF-8",
                              "KITH_PROFILE=",
                              "KITH_JSON=",
                              "NO_COLOR=1",
                              "TZ=UTC"}) {
        program.environment.emplace_back(fixed);
    }
    program.environment.push_back("KITH_SOCKET=" + socket);
    const auto ended = cli::run_program(program);
    return ended ? *ended : cli::Ended{127, {}, {}};
}

}  // namespace kith::test
