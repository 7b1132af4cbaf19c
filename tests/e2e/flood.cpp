// SPDX-License-Identifier: GPL-3.0-or-later
// Many strangers at one door: fresh identities, each with a contact request, over the real wire.
//
// Usage: kith_flood LINK COUNT [each [FAULT]]    LINK: an invitation of whoever is besieged; of it
// only the network, the address and the node are used. `each`: d of the work that each pays;
// without it what the beacon asks (0 too). FAULT: what is wrong with each ticket: none, missing,
// false (its nonces), foreign (made by somebody else), other (made for another INIT), stale (of
// another day). Prints one JSON object.
#include "core/base/system_clock.h"
#include "core/crypto/sodium_random.h"
#include "core/identity/account.h"
#include "core/identity/invite.h"
#include "core/identity/network.h"
#include "core/message/inner.h"
#include "core/message/message_id.h"
#include "core/message/payload.h"
#include "core/node/beacon_lookup.h"
#include "core/reputation/ticket.h"
#include "core/session/prekey_bundle.h"
#include "core/session/session.h"
#include "core/transport/tls_transport.h"
#include "core/wire/bundle_frames.h"
#include "core/wire/link_frames.h"
#include "dht/opendht_directory.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

namespace kith::test {
namespace {

// Links that are left open behind the last one, so that what was said on them is read.
constexpr std::size_t open_links = 4;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(1);
}

template <class T>
T need(Result<T> result) {
    if (!result) give_up(result.error().context);
    return *std::move(result);
}

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct Stranger {
    explicit Stranger(Random& random, Timestamp now)
        : account(identity::Account::generate(random)),
          device(identity::Device::generate(random)),
          list(need(identity::first_device_list(*account.root, device, unix_seconds(now)))) {}

    identity::Account account;
    identity::Device device;
    identity::VerifiedDeviceList list;
};

class Flood {
  public:
    Flood(std::string link, std::size_t count, std::uint32_t difficulty, std::string fault)
        : invite_(need(identity::Invite::parse(link))),
          count_(count),
          difficulty_(difficulty),
          fault_(std::move(fault)),
          clock_(io_.get_executor()),
          directory_(io_.get_executor(),
                     clock_,
                     random_,
                     dht::udp_io(io_.get_executor(), {Endpoint::v4(127, 0, 0, 1, 0)}),
                     {}),
          beacons_(directory_, clock_),
          victim_(invite_.account) {
        transport_ = need(transport::TlsTransport::open(io_.get_executor(), clock_, random_, {}));
    }

    void run() {
        asio::co_spawn(io_, go(), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        io_.run();
    }

  private:
    transport::LinkPolicy policy() {
        const identity::Network network(invite_.network->clone());
        return {network.link_key().clone(),
                [this] {
                    std::vector<transport::ServedIdentity> out;
                    if (!now_) return out;
                    const auto party = session::Party::of(now_->account.key, now_->device);
                    out.emplace_back(transport::DeviceIdentity{
                        party.device, party.signing, party.dh, now_->list, [this](ByteView bytes) {
                            return crypto::sign(crypto::Label::Link, now_->device.signing, bytes);
                        }});
                    return out;
                },
                [this](const auto&) { return &victim_; },
                [](const auto&, const auto&) { return success(); },
                [](const auto&, const auto&) { return transport::Admission::Refused; }};
    }

    Task<> go() {
        const identity::Network network(invite_.network->clone());
        transport_->start(policy());
        need_ok(directory_.start(network, invite_.nodes));
        co_await find();
        co_await fetch();
        const double begun = seconds_now();
        for (std::size_t i = 0; i < count_; ++i)
            co_await send_one();
        AsyncEvent never(io_.get_executor());
        co_await sleep_for(clock_, seconds(1), never);
        std::printf(
            "{\"sent\": %zu, \"turned_away\": %zu, \"effort\": %u, \"evaluations\": %llu, "
            "\"seconds\": %.1f}\n",
            sent_,
            turned_away_,
            found_->effort,
            static_cast<unsigned long long>(evaluations_),
            seconds_now() - begun);
        std::fflush(stdout);
        std::_Exit(0);
    }

    static void need_ok(const Result<>& result) {
        if (!result) give_up(result.error().context);
    }

    Task<> find() {
        AsyncEvent never(io_.get_executor());
        for (int tries = 0; tries < 60 && !found_; ++tries) {
            node::BeaconLookup::OnFound ignore = [](const node::Whereabouts&) {};
            const SteadyTime deadline = clock_.now() + seconds(3);
            auto found = co_await beacons_.find(
                invite_.account, invite_.reach, 0, deadline, std::move(ignore));
            if (found && !found->endpoints.empty()) found_ = *std::move(found);
            if (!found_) co_await sleep_for(clock_, milliseconds(500), never);
        }
        if (!found_) give_up("no beacon");
        callee_.account = invite_.account;
        callee_.cid = found_->endpoints.front().device;
    }

    Task<> fetch() {
        const auto epoch = found_->version.first;
        keys_ = need(directory::EpochKeys::derive(invite_.account, invite_.reach, epoch));
        transport::DialRequest request;
        request.callee = callee_;
        request.candidates.push_back(found_->endpoints.front().endpoint);
        auto dialled = co_await transport_->dial(std::move(request), clock_.now() + seconds(8));
        const auto channel = need(std::move(dialled));
        wire::GetBundle ask;
        ask.q = 1;
        ask.blinded = keys_->account.array();
        ask.want = wire::GetBundle::want_bundle;
        Bytes frame;
        wire::append_frame(frame, ask);
        need_ok(channel->send(frame));
        const auto received = co_await channel->receive();
        if (!received) give_up("no bundle");
        const auto answer = need(wire::BundleAnswer::decode(received->body));
        if (!answer.bundle) give_up("no bundle");
        const auto key = session::bundle_key(invite_.account, invite_.reach);
        bundle_ = need(session::open_bundle(
            key, invite_.account, *answer.bundle, found_->list, clock_.wall()));
        need_ok(victim_.accept(bundle_->list.signed_list()) ? Result<>() : fail(Code::Internal));
        const auto& party = bundle_->devices.front().party;
        callee_.device = party.device;
        callee_.signing = party.signing;
        channel->close();
    }

    Bytes message() {
        const Timestamp now = clock_.wall();
        const auto& keys = bundle_->devices.front();
        const session::ResponderPublic peer{
            keys.party, {keys.signed_prekey->id, keys.signed_prekey->key}, std::nullopt};
        auto session = need(session::Session::initiate(
            session::OwnParty::of(now_->account.key, now_->device), peer, random_, now));
        message::Payload payload;
        payload.id = message::make_message_id(now, random_);
        payload.my_list = identity::ListMark::of(now_->list);
        payload.content = message::Request{"somebody", "buy something", std::nullopt};
        const Bytes bytes = need(message::encode_payload(payload));
        const auto sealed = need(session.seal(bytes, now_->list.signed_list(), random_, now));
        reputation::WorkTicket ticket;
        ticket.digests.push_back(reputation::init_digest(sealed.d));
        if (fault_ == "missing") return message::encode_inner_init({}, sealed.d);
        if (fault_ == "other") ticket.digests.front() = reputation::init_digest(Bytes(9));
        ticket.proof.epoch = found_->version.first.value() - (fault_ == "stale" ? 3 : 0);
        ticket.proof.difficulty = difficulty_;
        const auto maker = fault_ == "foreign" ? invite_.account : now_->account.key;
        ticket.proof.body = reputation::body_hash(maker, ticket.digests);
        const reputation::RecipientDay day{keys_->account, ticket.proof.epoch, found_->signer};
        reputation::Solver solver(ticket.proof.puzzle(day));
        while (!solver.done())
            need_ok(solver.step() ? Result<>() : fail(Code::Busy, "no memory"));
        evaluations_ += solver.progress().evaluations;
        ticket.proof.nonces = solver.nonces();
        if (fault_ == "false") ticket.proof.nonces.back() += 1'000'003;
        return message::encode_inner_init(reputation::encode_ticket(ticket), sealed.d);
    }

    Task<> send_one() {
        if (difficulty_ == 0) {
            difficulty_ = std::max(reputation::difficulty_for(found_->effort, 8), 1U);
        }
        now_ = std::make_unique<Stranger>(random_, clock_.wall());
        const Bytes inner = message();
        transport::DialRequest request;
        request.callee = callee_;
        request.as = transport::LinkRole::Device;
        request.candidates.push_back(found_->endpoints.front().endpoint);
        AsyncEvent never(io_.get_executor());
        for (int tries = 0; tries < 50; ++tries) {
            auto again = request;
            auto channel = co_await transport_->dial(std::move(again), clock_.now() + seconds(8));
            if (!channel) {
                ++turned_away_;
                co_await sleep_for(clock_, milliseconds(100), never);
                continue;
            }
            wire::Msg msg;
            msg.n = 1;
            msg.inner = inner;
            Bytes frame;
            wire::append_frame(frame, msg);
            if ((*channel)->send(frame)) ++sent_;
            channels_.push_back(*std::move(channel));
            if (channels_.size() > open_links) {
                channels_.front()->close();
                channels_.pop_front();
            }
            co_return;
        }
        give_up("nobody lets us in");
    }

    identity::Invite invite_;
    std::size_t count_;
    std::uint32_t difficulty_;
    std::string fault_;
    asio::io_context io_;
    SystemClock clock_;
    std::unique_ptr<crypto::SodiumRandom> sodium_ = need(crypto::SodiumRandom::create());
    Random& random_ = *sodium_;
    dht::OpendhtDirectory directory_;
    node::BeaconLookup beacons_;
    std::unique_ptr<transport::TlsTransport> transport_;
    identity::KnownDevices victim_;
    transport::DeviceCallee callee_;
    std::optional<node::Whereabouts> found_;
    std::optional<directory::EpochKeys> keys_;
    std::optional<session::OpenedBundle> bundle_;
    std::unique_ptr<Stranger> now_;
    std::deque<std::unique_ptr<transport::Channel>> channels_;
    std::size_t sent_ = 0;
    std::size_t turned_away_ = 0;
    std::uint64_t evaluations_ = 0;
};

}  // namespace
}  // namespace kith::test

int main(int argc, char** argv) {
    if (argc < 3) kith::test::give_up("usage: kith_flood LINK COUNT [each]");
    const auto count = static_cast<std::size_t>(std::strtoul(argv[2], nullptr, 10));
    const auto each = argc > 3 ? static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10)) : 0;
    kith::test::Flood(argv[1], count, each, argc > 4 ? argv[4] : "none").run();
    return 0;
}
