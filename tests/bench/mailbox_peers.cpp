// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/mailbox_peers.h"

#include "core/identity/account.h"
#include "core/mailbox/capability.h"
#include "core/mailbox/lease.h"
#include "core/message/envelope.h"
#include "core/node/node.h"
#include "core/store/account_table.h"
#include "core/store/rocks_store.h"
#include "core/wire/deposit_frames.h"
#include "core/wire/lease_frames.h"
#include "tests/support/directory/fake_directory.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace kith::bench {
namespace {

constexpr std::size_t in_flight = 32;
constexpr std::uint32_t pickup_bytes = 16U << 20;
constexpr std::size_t known_size = 3 * 32 + 2;
// How a bench calls itself as a host: this word, the directory, a descriptor to tell the port on.
constexpr const char* host_word = "--host";
constexpr const char* self = "/proc/self/exe";

void tell(int out, const Known& known) {
    Bytes bytes;
    append(bytes, known.link_key);
    append(bytes, known.host_key);
    append(bytes, known.beacon_seed);
    append(bytes, be_bytes<std::uint16_t>(known.port));
    if (::write(out, bytes.data(), bytes.size()) != static_cast<ssize_t>(known_size))
        give_up("the client has gone");
}

Known hear(int in) {
    Bytes bytes(known_size);
    if (::read(in, bytes.data(), bytes.size()) != static_cast<ssize_t>(known_size))
        give_up("the host has gone");
    Known known;
    std::copy_n(bytes.begin(), 32, known.link_key.begin());
    std::copy_n(bytes.begin() + 32, 32, known.host_key.begin());
    std::copy_n(bytes.begin() + 64, 32, known.beacon_seed.begin());
    known.port = read_be<std::uint16_t>(ByteView(bytes).subspan(96));
    return known;
}

transport::LinkPolicy nobody(ByteView link_key) {
    return {crypto::LinkNetworkKey::copy_of(link_key),
            [] { return std::vector<transport::ServedIdentity>(); },
            [](const auto&) { return nullptr; },
            [](const auto&, const auto&) { return success(); },
            [](const auto&, const auto&) { return transport::Admission::Refused; }};
}

// --- The host

class Host {
  public:
    explicit Host(const std::string& directory)
        : clock_(io_.get_executor()),
          worker_(io_.get_executor()),
          directory_(io_.get_executor(), clock_, space_) {
        store::RocksConfig config;
        config.places = {directory + "/share", directory + "/share/db", directory + "/state"};
        config.program_version = "bench";
        const auto executor = io_.get_executor();
        const auto master = crypto::MasterKey::copy_of(Bytes(32, 7));
        store_ = need(store::RocksStore::open(executor, config, master, random_));
        transport::TlsTransport::Options options;
        options.listen = {Endpoint::v4(127, 0, 0, 1, 0)};
        transport_ = need(transport::TlsTransport::open(executor, clock_, random_, options));
    }

    void run(int out) {
        asio::co_spawn(io_, set_up(out), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        io_.run();
    }

  private:
    Task<> set_up(int out) {
        node::Settings settings;
        settings.mailbox.source = settings.mailbox.capability = Pace::of(100000000, Duration(1));
        const node::Ports ports{
            io_.get_executor(), clock_, random_, *store_, *transport_, directory_, worker_};
        node_ = need(node::Node::open(ports, settings));
        const auto started = co_await node_->start();
        if (!started) give_up(started.error().context);
        if (!node_->is_set_up()) {
            node::CreateOptions options;
            options.name = "host";
            const auto made = co_await node_->create_identity(options);
            if (!made) give_up(made.error().context);
        }
        AsyncEvent never(io_.get_executor());
        while (!node_->mailbox_serving().box)
            co_await sleep_for(clock_, milliseconds(10), never);
        Known known;
        const store::AccountTable table(*store_);
        const auto account = std::move(*need(table.load()));
        const auto key = std::move(*need(table.mailbox_key()));
        std::ranges::copy(account.network.link_key().expose(), known.link_key.begin());
        std::ranges::copy(account.account.beacon_seed.expose(), known.beacon_seed.begin());
        known.host_key = key.public_key().array();
        known.port = transport_->local_port();
        tell(out, known);
        co_await never.wait();
    }

    asio::io_context io_;
    // Not the same again after a restart: nonces of rows come from it.
    test::SeededRandom random_{static_cast<std::uint64_t>(::getpid())};
    SystemClock clock_;
    Worker worker_;
    test::FakeRecordSpace space_;
    test::FakeDirectory directory_;
    std::unique_ptr<store::RocksStore> store_;
    std::unique_ptr<transport::TlsTransport> transport_;
    std::unique_ptr<node::Node> node_;
};

template <class Body>
void send(Link& link, Body body) {
    body.q = ++link.q;
    Bytes frame;
    wire::append_frame(frame, body);
    if (auto sent = link.channel->send(frame); !sent) give_up(sent.error().context);
}

Task<wire::Frame> take(Link& link, wire::FrameType type) {
    for (;;) {
        const auto frame = co_await link.channel->receive();
        if (!frame) give_up(frame.error().context);
        if (frame->type == wire::FrameType::Ping) continue;
        if (frame->type != type) give_up("refused");
        co_return *frame;
    }
}

}  // namespace

void give_up(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

double wall_seconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

void serve_if_asked(int argc, char** argv) {
    if (argc != 4 || std::strcmp(argv[1], host_word) != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Host(argv[2]).run(std::atoi(argv[3]));
    std::_Exit(0);
}

HostProcess::HostProcess(const std::string& directory) {
    std::filesystem::create_directories(directory + "/share");
    std::filesystem::create_directories(directory + "/state");
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) give_up("no pipe");
    std::fflush(stdout);
    process_ = ::fork();
    if (process_ == 0) {
        // A fresh image: its memory is its own.
        ::close(pipe[0]);
        const std::string out = std::to_string(pipe[1]);
        ::execl(self, self, host_word, directory.c_str(), out.c_str(), nullptr);
        ::_exit(1);
    }
    ::close(pipe[1]);
    known_ = hear(pipe[0]);
    ::close(pipe[0]);
}

void HostProcess::kill() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
}

std::size_t HostProcess::status(const char* what) const {
    std::ifstream status("/proc/" + std::to_string(process_) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(what)) return std::stoul(line.substr(6));
    return 0;
}

void HostProcess::forget_peak() const {
    std::ofstream("/proc/" + std::to_string(process_) + "/clear_refs") << "5";
}

// --- The client

Client::Client(const Known& known)
    : known_(known),
      clock_(io_.get_executor()),
      scope_(io_.get_executor()),
      host_key_(known.host_key),
      box_(identity::box_id(host_key_)),
      owner_(identity::lease_key(crypto::BeaconSeed::copy_of(known.beacon_seed), box_)),
      fresh_(
          static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count())),
      depositor_(crypto::DepositKeyPair::generate(random_)) {
    transport_ = need(transport::TlsTransport::open(
        io_.get_executor(), clock_, random_, transport::TlsTransport::Options{}));
    transport_->start(nobody(known.link_key));
}

void Client::run(Task<> measure) {
    bool done = false;
    io_.restart();
    asio::co_spawn(io_, std::move(measure), [&done](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
        done = true;
    });
    while (!done)
        io_.run_one();
}

Task<> Client::open(Link& link) {
    transport::DialRequest request;
    request.callee = transport::BoxCallee{box_};
    request.candidates.push_back(Endpoint::v4(127, 0, 0, 1, known_.port));
    auto dialled = co_await transport_->dial(std::move(request), clock_.now() + seconds(8));
    link.channel = need(std::move(dialled));
}

Task<> Client::lease(Link& link, bool fresh) {
    wire::LeaseReq request;
    request.key = owner_.public_key().array();
    request.proof = mailbox::prove_owner(owner_, link.channel->info().binding, box_).array();
    request.bytes = 1 << 30;
    send(link, request);
    (void)co_await take(link, wire::FrameType::Lease);
    if (!fresh) co_return;
    wire::CapSet set;
    set.lease = identity::lease_id(owner_.public_key(), box_).array();
    set.revision = 1;
    wire::CapabilityGrant grant;
    grant.key = depositor_.public_key().array();
    grant.expires = unix_seconds(clock_.wall() + days(30));
    set.add.push_back(grant);
    send(link, set);
    (void)co_await take(link, wire::FrameType::Lease);
}

void Client::prepare(Link& link, std::size_t count) {
    const mailbox::LinkToBox where{link.channel->info().binding, box_};
    link.frames.clear();
    link.waits.clear();
    for (std::size_t i = 0; i < count; ++i) {
        Bytes envelope(envelope_size);
        fresh_.fill(envelope);
        envelope[0] = 1;
        wire::Deposit request;
        request.q = ++link.q;
        request.envelope = envelope;
        request.ttl = 86400;
        wire::DepositCapability right;
        right.key = depositor_.public_key().array();
        const auto hash = message::envelope_hash(envelope);
        right.sig = mailbox::sign_deposit(depositor_, where, hash, request.ttl).array();
        request.right = right;
        wire::append_frame(link.frames.emplace_back(), request);
    }
}

Task<double> Client::deposit(std::vector<Link>& links) {
    const double began = wall_seconds();
    for (Link& link : links)
        scope_.spawn(deposit_on(link));
    co_await scope_.join();
    co_return wall_seconds() - began;
}

Task<> Client::deposit_on(Link& link) {
    std::vector<double> sent;
    for (std::size_t done = 0; done < link.frames.size(); ++done) {
        while (sent.size() < link.frames.size() && sent.size() < done + in_flight) {
            if (auto out = link.channel->send(link.frames[sent.size()]); !out)
                give_up(out.error().context);
            sent.push_back(wall_seconds());
        }
        (void)co_await take(link, wire::FrameType::Receipt);
        link.waits.push_back(wall_seconds() - sent[done]);
    }
}

Task<std::size_t> Client::collect(Link& link) {
    std::size_t collected = 0;
    wire::Pickup request;
    request.lease = identity::lease_id(owner_.public_key(), box_).array();
    request.bytes = pickup_bytes;
    for (bool complete = false; !complete;) {
        send(link, request);
        for (;;) {
            const auto frame = co_await take(link, wire::FrameType::Batch);
            const auto batch = need(wire::Batch::decode(frame.body));
            collected += batch.items.size();
            request.cursor = batch.cursor;
            complete = !batch.more;
            if (complete || batch.items.empty()) break;
        }
    }
    co_return collected;
}

Task<> Client::rest(Duration time) {
    AsyncEvent never(io_.get_executor());
    co_await sleep_for(clock_, time, never);
}

double wait_of(const std::vector<Link>& links, double share) {
    std::vector<double> all;
    for (const Link& link : links)
        all.insert(all.end(), link.waits.begin(), link.waits.end());
    if (all.empty()) return 0;
    std::ranges::sort(all);
    const auto at = static_cast<std::size_t>(share * static_cast<double>(all.size()));
    return all[std::min(at, all.size() - 1)];
}

}  // namespace kith::bench
