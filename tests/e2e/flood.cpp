// SPDX-License-Identifier: GPL-3.0-or-later
// Many strangers at one door: fresh identities, each with a contact request, over the real wire.
//
// Usage: kith_flood LINK COUNT [NAME=VALUE]..    LINK: an invitation of whoever is besieged; of it
// only the network, the address and the node are used.
//
//   each=D       difficulty of the work that each pays; without it what the beacon asks
//   fault=F      what is wrong with each ticket: none, missing, false (its nonces), foreign (made
//                by somebody else), other (made for another INIT), stale (of another day), cheap
//                (as if somebody had introduced them); invite: no work, the tag of the invitation
//                instead
//   at-once=N    how many of them call at the same time (1)
//   networks=N   how many networks they call from, 127.x.y.1 (0: from 127.0.0.1)
//   first=N      the first of these networks
//   hold=N       links that stay open behind the last one (4)
//   same=1       all of them are one device, one after the other; counts what is acknowledged
//   patient=1    who is told BUSY says it again; waits for the receipt, and counts those
//   wait=1       makes everything first, says {"ready": COUNT} and waits for a line of input
//
// Prints one JSON object.
#include "core/base/asio_net.h"
#include "core/base/system_clock.h"
#include "core/crypto/sodium_random.h"
#include "core/identity/network.h"
#include "core/node/beacon_lookup.h"
#include "core/session/prekey_bundle.h"
#include "core/transport/channel.h"
#include "core/transport/link_caller.h"
#include "core/transport/link_opening.h"
#include "core/transport/tls_stream.h"
#include "core/wire/bundle_frames.h"
#include "core/wire/link_frames.h"
#include "dht/opendht_directory.h"
#include "tests/e2e/flood_strangers.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

namespace kith::test {
namespace {

constexpr Duration patience = seconds(8);
// Between two tries of somebody who was turned away.
constexpr Duration pause_min = milliseconds(50);
constexpr int tries_max = 600;

class Flood {
  public:
    explicit Flood(FloodPlan plan)
        : plan_(std::move(plan)),
          invite_(need(identity::Invite::parse(plan_.link))),
          clock_(io_.get_executor()),
          directory_(io_.get_executor(),
                     clock_,
                     random_,
                     dht::udp_io(io_.get_executor(), {Endpoint::v4(127, 0, 0, 1, 0)}),
                     {}),
          beacons_(directory_, clock_),
          shared_(std::make_shared<transport::TlsShared>(
              io_.get_executor(),
              clock_,
              need(transport::TlsContext::create(random_, clock_.wall())))),
          victim_(invite_.account),
          done_(io_.get_executor()) {}

    void run() {
        spawn(go());
        io_.run();
    }

  private:
    using Call = Result<std::unique_ptr<transport::Channel>>;

    void spawn(Task<> task) {
        asio::co_spawn(io_, std::move(task), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
    }

    Task<> go() {
        const identity::Network network(invite_.network->clone());
        need_ok(directory_.start(network, invite_.nodes));
        co_await find();
        co_await fetch();
        const Besieged besieged{invite_, *found_, *keys_, *bundle_};
        strangers_.emplace(plan_, besieged, clock_, random_);
        if (plan_.difficulty == 0) {
            const reputation::WorkEighths price = plan_.fault == "cheap" ? 1 : 8;
            plan_.difficulty = std::max(reputation::difficulty_for(found_->effort, price), 1U);
        }
        const double began = seconds_now();
        if (plan_.wait) await_word();
        running_ = std::min(plan_.at_once, plan_.count);
        const double begun = seconds_now();
        for (std::size_t i = running_; i > 0; --i)
            spawn(send_many());
        if (running_ > 0) co_await done_.wait();
        AsyncEvent never(io_.get_executor());
        co_await sleep_for(clock_, seconds(1), never);
        std::printf(
            "{\"sent\": %zu, \"turned_away\": %zu, \"acknowledged\": %zu, \"effort\": %u, "
            "\"evaluations\": %llu, "
            "\"making\": %.1f, \"seconds\": %.1f}\n",
            sent_,
            turned_away_,
            acknowledged_,
            found_->effort,
            static_cast<unsigned long long>(strangers_->evaluations()),
            begun - began,
            ended_ - begun);
        std::fflush(stdout);
        std::_Exit(0);
    }

    void await_word() {
        for (std::size_t i = 0; i < plan_.count; ++i)
            ready_.push_back(strangers_->make(i));
        std::printf("{\"ready\": %zu}\n", ready_.size());
        std::fflush(stdout);
        std::ignore = std::getchar();
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

    // --- One call

    transport::LinkPolicy policy(Stranger* self) {
        const identity::Network network(invite_.network->clone());
        return {network.link_key().clone(),
                [self] {
                    std::vector<transport::ServedIdentity> out;
                    if (self) out.emplace_back(self->identity());
                    return out;
                },
                [this](const auto&) { return &victim_; },
                [](const auto&, const auto&) { return success(); },
                [](const auto&, const auto&) { return transport::Admission::Refused; }};
    }

    /// From an address of its own, which no dialler chooses.
    Task<Call> call(Stranger* self) {
        const auto to = found_->endpoints.front().endpoint;
        Tcp::socket socket(io_);
        boost::system::error_code error;
        const auto remote = to_asio<Tcp>(to);
        socket.open(remote.protocol(), error);
        if (self && !error) socket.bind(to_asio<Tcp>(self->from), error);
        if (error) give_up(error.message());
        co_await socket.async_connect(remote, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return fail(Code::Unreachable, error.message());
        auto stream = std::make_unique<transport::TlsStream>(shared_, std::move(socket));
        auto* const raw = stream.get();
        const Alarm alarm = clock_.call_after(patience, [raw] { raw->close(); });
        const auto binding = co_await stream->handshake(transport::StreamSide::Calling);
        if (!binding) co_return tl::unexpected(binding.error());
        const auto rules = policy(self);
        const auto as = self ? transport::LinkRole::Device : transport::LinkRole::Anonymous;
        transport::LinkCaller machine(rules, callee_, as, *binding);
        const auto opened = co_await transport::open_link(raw, &machine);
        if (!opened) co_return tl::unexpected(opened.error());
        auto info = machine.info();
        co_return std::make_unique<transport::Channel>(std::move(info), std::move(stream));
    }

    Task<> fetch() {
        const auto epoch = found_->version.first;
        keys_ = need(directory::EpochKeys::derive(invite_.account, invite_.reach, epoch));
        auto called = co_await call(nullptr);
        const auto channel = need(std::move(called));
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

    // --- All of them

    Task<> send_many() {
        while (begun_ < plan_.count) {
            const std::size_t number = begun_++;
            std::unique_ptr<Stranger> stranger;
            if (plan_.wait) {
                stranger = std::move(ready_.at(number));
            } else {
                stranger = strangers_->make(number);
            }
            auto* const raw = stranger.get();
            co_await send(raw);
            if (plan_.same) strangers_->give_back(std::move(stranger));
        }
        if (--running_ > 0) co_return;
        ended_ = seconds_now();
        done_.set();
    }

    /// What invites is acknowledged on the link; a request has its receipt once it is shown.
    Task<> await_answer(transport::Channel* link, Bytes said) {
        AsyncEvent never(io_.get_executor());
        const Duration most = plan_.patient ? minutes(1) : seconds(2);
        const Alarm alarm = clock_.call_after(most, [link] { link->close(); });
        for (;;) {
            const auto frame = co_await link->receive();
            if (!frame) co_return;
            if (frame->type == wire::FrameType::Ack || frame->type == wire::FrameType::Msg) break;
            if (frame->type != wire::FrameType::Busy || !plan_.patient) continue;
            const auto busy = need(wire::Busy::decode(frame->body));
            co_await sleep_for(clock_, seconds(busy.retry), never);
            if (!link->send(said)) co_return;
        }
        ++acknowledged_;
    }

    Task<> send(Stranger* stranger) {
        AsyncEvent never(io_.get_executor());
        for (int tries = 0; tries < tries_max; ++tries) {
            auto channel = co_await call(stranger);
            if (!channel) {
                ++turned_away_;
                // Not all at the same moment.
                const auto more = static_cast<Duration::rep>(random_.below(100'000));
                co_await sleep_for(clock_, pause_min + Duration(more), never);
                continue;
            }
            wire::Msg msg;
            msg.n = 1;
            msg.inner = stranger->message;
            Bytes frame;
            wire::append_frame(frame, msg);
            if ((*channel)->send(frame)) ++sent_;
            if (plan_.same || plan_.patient) {
                auto* const link = channel->get();
                co_await await_answer(link, std::move(frame));
            }
            channels_.push_back(*std::move(channel));
            if (channels_.size() > plan_.hold) {
                // What was queued has left: each turn writes all it has.
                channels_.front()->close();
                channels_.pop_front();
            }
            co_return;
        }
        give_up("nobody lets us in");
    }

    FloodPlan plan_;
    identity::Invite invite_;
    asio::io_context io_;
    SystemClock clock_;
    std::unique_ptr<crypto::SodiumRandom> sodium_ = need(crypto::SodiumRandom::create());
    Random& random_ = *sodium_;
    dht::OpendhtDirectory directory_;
    node::BeaconLookup beacons_;
    std::shared_ptr<transport::TlsShared> shared_;
    identity::KnownDevices victim_;
    transport::DeviceCallee callee_;
    std::optional<node::Whereabouts> found_;
    std::optional<directory::EpochKeys> keys_;
    std::optional<session::OpenedBundle> bundle_;
    std::optional<Strangers> strangers_;
    std::vector<std::unique_ptr<Stranger>> ready_;
    std::deque<std::unique_ptr<transport::Channel>> channels_;
    AsyncEvent done_;
    std::size_t begun_ = 0;
    std::size_t running_ = 0;
    std::size_t sent_ = 0;
    std::size_t turned_away_ = 0;
    std::size_t acknowledged_ = 0;
    double ended_ = 0;
};

}  // namespace
}  // namespace kith::test

int main(int argc, char** argv) {
    if (argc < 3) kith::test::give_up("usage: kith_flood LINK COUNT [NAME=VALUE]..");
    kith::test::Flood(kith::test::FloodPlan::of(argc, argv)).run();
    return 0;
}
