// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox host as depositors and owners meet it: a node in a process of its own, on a disk and
// behind TLS, and a client that speaks its frames. Durable deposits with signed receipts over some
// links, envelopes made and signed beforehand; then all of them are collected over one link.
//
// Usage: bench_mailbox_link DIRECTORY [deposits, 40000] [links, 4]
#include "core/base/async_scope.h"
#include "core/base/system_clock.h"
#include "core/identity/account.h"
#include "core/mailbox/capability.h"
#include "core/mailbox/lease.h"
#include "core/message/envelope.h"
#include "core/node/node.h"
#include "core/store/account_table.h"
#include "core/store/rocks_store.h"
#include "core/transport/tls_transport.h"
#include "core/wire/deposit_frames.h"
#include "core/wire/lease_frames.h"
#include "tests/support/directory/fake_directory.h"
#include "tests/support/seeded_random.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace kith::bench {
namespace {

constexpr std::size_t envelope_size = 1024;
constexpr std::size_t in_flight = 32;
constexpr std::uint32_t pickup_bytes = 16U << 20;

/// What the client has to know of the host.
struct Known {
    std::array<std::uint8_t, 32> link_key{};
    std::array<std::uint8_t, 32> host_key{};
    std::array<std::uint8_t, 32> beacon_seed{};
    std::uint16_t port = 0;
};

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

constexpr std::size_t known_size = 3 * 32 + 2;

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

template <class T>
T need(Result<T> result) {
    if (!result) give_up(result.error().context);
    return *std::move(result);
}

double wall_seconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
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
        node::CreateOptions options;
        options.name = "host";
        const auto made = co_await node_->create_identity(options);
        if (!made) give_up(made.error().context);
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
    test::SeededRandom random_{1};
    SystemClock clock_;
    Worker worker_;
    test::FakeRecordSpace space_;
    test::FakeDirectory directory_;
    std::unique_ptr<store::RocksStore> store_;
    std::unique_ptr<transport::TlsTransport> transport_;
    std::unique_ptr<node::Node> node_;
};

// --- The client

struct Link {
    std::unique_ptr<transport::Channel> channel;
    std::vector<Bytes> frames;  // deposits, ready to go
    std::uint32_t q = 0;
    double worst = 0;  // seconds from a deposit to its receipt
};

class Client {
  public:
    Client(const Known& known, std::size_t deposits, std::size_t links)
        : known_(known),
          deposits_(deposits),
          clock_(io_.get_executor()),
          scope_(io_.get_executor()),
          host_key_(known.host_key),
          box_(identity::box_id(host_key_)),
          owner_(identity::lease_key(crypto::BeaconSeed::copy_of(known.beacon_seed), box_)),
          depositor_(crypto::DepositKeyPair::generate(random_)),
          links_(links) {
        transport_ = need(transport::TlsTransport::open(
            io_.get_executor(), clock_, random_, transport::TlsTransport::Options{}));
        transport_->start(nobody(known.link_key));
    }

    void run() {
        asio::co_spawn(io_, measure(), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        io_.run();
    }

  private:
    Task<> measure() {
        Link owner;
        co_await open(owner);
        co_await lease(owner);
        for (Link& link : links_) {
            co_await open(link);
            prepare(link);
        }
        double began = wall_seconds();
        for (Link& link : links_)
            scope_.spawn(deposit(link));
        co_await scope_.join();
        double took = wall_seconds() - began;
        const std::size_t stored = deposits_ / links_.size() * links_.size();
        double worst = 0;
        for (const Link& link : links_)
            worst = std::max(worst, link.worst);
        std::printf("%zu durable deposits of %zu bytes over %zu links: %.0f/s, slowest %.0f ms\n",
                    stored,
                    envelope_size,
                    links_.size(),
                    static_cast<double>(stored) / took,
                    worst * 1e3);
        began = wall_seconds();
        const std::size_t collected = co_await collect(owner);
        took = wall_seconds() - began;
        std::printf("%zu envelopes collected over one link: %.0f/s\n",
                    collected,
                    static_cast<double>(collected) / took);
        if (collected != stored) give_up("not all that has a receipt is served");
        std::fflush(stdout);
        std::_Exit(0);
    }

    Task<> open(Link& link) {
        transport::DialRequest request;
        request.callee = transport::BoxCallee{box_};
        request.candidates.push_back(Endpoint::v4(127, 0, 0, 1, known_.port));
        auto dialled = co_await transport_->dial(std::move(request), clock_.now() + seconds(8));
        link.channel = need(std::move(dialled));
    }

    template <class Body>
    static void send(Link& link, Body body) {
        body.q = ++link.q;
        Bytes frame;
        wire::append_frame(frame, body);
        if (auto sent = link.channel->send(frame); !sent) give_up(sent.error().context);
    }

    Task<> lease(Link& link) {
        wire::LeaseReq request;
        request.key = owner_.public_key().array();
        request.proof = mailbox::prove_owner(owner_, link.channel->info().binding, box_).array();
        request.bytes = 1 << 30;
        send(link, request);
        (void)co_await take(link, wire::FrameType::Lease);
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

    static Task<wire::Frame> take(Link& link, wire::FrameType type) {
        for (;;) {
            const auto frame = co_await link.channel->receive();
            if (!frame) give_up(frame.error().context);
            if (frame->type == wire::FrameType::Ping) continue;
            if (frame->type != type) give_up("refused");
            co_return *frame;
        }
    }

    void prepare(Link& link) {
        const std::size_t count = deposits_ / links_.size();
        const mailbox::LinkToBox where{link.channel->info().binding, box_};
        for (std::size_t i = 0; i < count; ++i) {
            Bytes envelope(envelope_size);
            random_.fill(envelope);
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

    static Task<> deposit(Link& link) {
        std::vector<double> sent;
        for (std::size_t done = 0; done < link.frames.size(); ++done) {
            while (sent.size() < link.frames.size() && sent.size() < done + in_flight) {
                if (auto out = link.channel->send(link.frames[sent.size()]); !out)
                    give_up(out.error().context);
                sent.push_back(wall_seconds());
            }
            (void)co_await take(link, wire::FrameType::Receipt);
            link.worst = std::max(link.worst, wall_seconds() - sent[done]);
        }
    }

    Task<std::size_t> collect(Link& link) {
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

    Known known_;
    std::size_t deposits_;
    asio::io_context io_;
    test::SeededRandom random_{2};
    SystemClock clock_;
    AsyncScope scope_;
    crypto::MailboxKey host_key_;
    crypto::BoxId box_;
    crypto::LeaseKeyPair owner_;
    crypto::DepositKeyPair depositor_;
    std::vector<Link> links_;
    std::unique_ptr<transport::TlsTransport> transport_;
};

}  // namespace
}  // namespace kith::bench

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_mailbox_link DIRECTORY [deposits] [links]\n");
        return 2;
    }
    const std::string directory = argv[1];
    const std::size_t deposits = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 40000;
    const std::size_t links = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 4;
    if (links == 0 || deposits < links) return 2;
    std::filesystem::create_directories(directory + "/share");
    std::filesystem::create_directories(directory + "/state");
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) return 1;
    if (::fork() == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        kith::bench::Host(directory).run(pipe[1]);
        return 0;
    }
    ::close(pipe[1]);
    kith::bench::Client(kith::bench::hear(pipe[0]), deposits, links).run();
}
