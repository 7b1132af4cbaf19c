// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/inbound_links.h"

#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/transport/link_opening.h"
#include "core/transport/net_watch.h"

#include <algorithm>
#include <cerrno>

namespace kith::transport {
namespace {

using boost::system::error_code;

constexpr int backlog = 128;
// Tries to find one port that is free for all endpoints.
constexpr int port_tries = 8;
// How long accepting rests when descriptors run out.
constexpr Duration exhausted_rest = seconds(1);
constexpr Duration local_max_age = seconds(15);

bool is_v6_wildcard(const Endpoint& endpoint) {
    return !endpoint.is_v4() &&
           std::ranges::all_of(endpoint.address, [](std::uint8_t byte) { return byte == 0; });
}

// Turned away without a trace: a reset leaves nothing behind here, not even TIME_WAIT.
void turn_away(Tcp::socket socket) {
    error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

}  // namespace

InboundLinks::InboundLinks(std::shared_ptr<TlsShared> shared,
                           TransportCounters& counters,
                           GateLimits caps,
                           std::uint64_t salt)
    : shared_(std::move(shared)),
      counters_(counters),
      gate_(caps, salt),
      ready_(shared_->executor, caps.inbound),
      stopping_(shared_->executor),
      scope_(shared_->executor) {}

// --- Listening ----------------------------------------------------------------------------------

Result<> InboundLinks::listen(const std::vector<Endpoint>& endpoints) {
    for (int tries = 1;; ++tries) {
        Result<> bound = success();
        for (Endpoint endpoint : endpoints) {
            const bool any_port = endpoint.port == 0;
            if (any_port && !acceptors_.empty()) endpoint.port = listening().front().port;
            bound = bind(endpoint);
            if (bound) continue;
            const bool try_another = any_port && bound.error().code == Code::Busy;
            if (!try_another || tries == port_tries) return bound;
            acceptors_.clear();
            break;
        }
        if (bound) return success();
    }
}

Result<> InboundLinks::bind(const Endpoint& endpoint) {
    const auto address = to_asio<Tcp>(endpoint);
    Tcp::acceptor acceptor(shared_->executor);
    error_code error;
    acceptor.open(address.protocol(), error);
    if (!error && !endpoint.is_v4()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(address, error);
    if (!error) acceptor.listen(backlog, error);
    if (!error) {
        acceptors_.push_back(std::move(acceptor));
        return success();
    }
    const bool no_v6 =
        error == asio::error::address_family_not_supported || error.value() == EADDRNOTAVAIL;
    if (no_v6 && is_v6_wildcard(endpoint)) return success();
    const auto code = error == asio::error::address_in_use ? Code::Busy : Code::InvalidArgument;
    return fail(code, to_string(endpoint) + ": " + error.message());
}

std::vector<Endpoint> InboundLinks::listening() const {
    std::vector<Endpoint> out;
    for (const auto& acceptor : acceptors_) {
        error_code error;
        const auto local = acceptor.local_endpoint(error);
        if (!error) out.push_back(from_asio(local));
    }
    return out;
}

void InboundLinks::start(const LinkPolicy& policy) {
    policy_ = &policy;
    for (auto& acceptor : acceptors_)
        scope_.spawn(accept_loop(&acceptor));
}

Task<> InboundLinks::accept_loop(Tcp::acceptor* acceptor) {
    while (!stopping_.is_set()) {
        Tcp::socket socket(shared_->executor);
        Tcp::endpoint remote;
        error_code error;
        co_await acceptor->async_accept(
            socket, remote, asio::redirect_error(asio::use_awaitable, error));
        if (stopping_.is_set()) break;
        if (!error) {
            welcome(std::move(socket), from_asio(remote));
        } else if (error != asio::error::connection_aborted) {
            log::warn(log::Category::Transport, "accepting rests: {}", error.message());
            if (const auto ticket = gate_.evict_idlest()) evict(*ticket);
            co_await sleep_for(shared_->clock, exhausted_rest, stopping_);
        }
    }
}

// Nothing is allocated for a newcomer before the gate has let it in.
void InboundLinks::welcome(Tcp::socket socket, const Endpoint& from) {
    const SteadyTime now = shared_->clock.now();
    if (!local_read_ || now - *local_read_ >= local_max_age) {
        local_read_ = now;
        gate_.set_local(local_addresses());
    }
    const auto decision = gate_.admit(from, now);
    if (decision.verdict != GateVerdict::Admitted) {
        ++counters_.refused;
        turn_away(std::move(socket));
        return;
    }
    ++counters_.accepted;
    if (decision.evict) evict(*decision.evict);
    auto newcomer = std::make_unique<Newcomer>();
    newcomer->stream = std::make_unique<TlsStream>(shared_, std::move(socket));
    newcomer->from = from;
    newcomer->ticket = decision.ticket;
    newcomer->since = now;
    newcomer->stream->set_hooks(hooks_of(from, decision.ticket));
    links_[decision.ticket] = Link{newcomer->stream.get(), false};
    scope_.spawn(serve(std::move(newcomer)));
}

// --- One newcomer -------------------------------------------------------------------------------

Task<> InboundLinks::serve(std::unique_ptr<Newcomer> newcomer) {
    auto* const it = newcomer.get();
    const auto give_up = [it] {
        it->late = true;
        it->stream->close();
    };
    const auto unless_called = [it, give_up] {
        if (!it->machine || !it->machine->is_called()) give_up();
    };
    Alarm call_alarm = shared_->clock.call_at(it->since + limits::call_deadline, unless_called);
    Alarm ready_alarm = shared_->clock.call_at(it->since + limits::ready_deadline, give_up);
    const auto opened = co_await open(it);
    call_alarm.cancel();
    ready_alarm.cancel();
    if (opened) {
        give_out(*it);
    } else {
        settle_failure(*it, opened.error());
    }
}

Task<Result<>> InboundLinks::open(Newcomer* newcomer) {
    KITH_CO_TRY(const auto binding, co_await newcomer->stream->handshake(TlsSide::Server));
    newcomer->stage = Newcomer::Stage::Call;
    newcomer->machine = std::make_unique<LinkCallee>(*policy_, binding);
    const auto opened = co_await open_link(newcomer->stream.get(), newcomer->machine.get());
    if (newcomer->machine->is_called()) newcomer->stage = Newcomer::Stage::Auth;
    co_return opened;
}

void InboundLinks::give_out(Newcomer& newcomer) {
    const GateTicket ticket = newcomer.ticket;
    if (const auto round_trip = newcomer.stream->round_trip()) {
        gate_.set_round_trip(ticket, *round_trip);
    }
    const bool contact = newcomer.machine->is_contact();
    if (const auto victim = gate_.opened(ticket, contact, shared_->clock.now())) {
        evict(*victim);
        if (*victim == ticket) return;
    }
    links_[ticket].open = true;
    ++counters_.opened_in;
    LinkInfo info = newcomer.machine->info();
    info.remote = newcomer.from;
    ready_.try_push(std::make_unique<Channel>(std::move(info), std::move(newcomer.stream)));
}

// Who only went away is not blamed: callers race their own attempts and drop the losers.
void InboundLinks::settle_failure(const Newcomer& newcomer, const Error& error) {
    using Stage = Newcomer::Stage;
    if (newcomer.stage == Stage::Tls) ++counters_.tls_failed;
    if (newcomer.stage == Stage::Call) ++counters_.call_failed;
    if (newcomer.stage == Stage::Auth) ++counters_.auth_failed;
    log::debug(log::Category::Transport,
               "{}: no link: {}",
               to_string(newcomer.from),
               newcomer.late ? "too late" : error.context);
    const bool went_away = error.code == Code::Unreachable || error.code == Code::Cancelled;
    if (newcomer.stage != Stage::Auth && (newcomer.late || !went_away)) {
        gate_.failed_call(newcomer.from, shared_->clock.now());
    }
}

TlsStreamHooks InboundLinks::hooks_of(const Endpoint& from, GateTicket ticket) {
    TlsStreamHooks hooks;
    hooks.on_end = [this, ticket] {
        links_.erase(ticket);
        gate_.closed(ticket);
    };
    hooks.on_malformed = [this, from, ticket] {
        const auto found = links_.find(ticket);
        if (found == links_.end() || !found->second.open) return;
        ++counters_.malformed;
        gate_.malformed(from, shared_->clock.now());
    };
    hooks.on_merit = [this, ticket](LinkMerit merit) {
        if (merit == LinkMerit::Useful) gate_.set_useful(ticket, shared_->clock.now());
        if (merit == LinkMerit::Protected) gate_.set_protected(ticket);
    };
    return hooks;
}

void InboundLinks::evict(GateTicket ticket) {
    ++counters_.evicted;
    if (const auto found = links_.find(ticket); found != links_.end()) {
        found->second.stream->close();
    }
}

// --- Giving out, stopping -----------------------------------------------------------------------

Task<Result<std::unique_ptr<Channel>>> InboundLinks::accept() {
    auto channel = co_await ready_.pop();
    if (!channel) co_return fail(Code::Cancelled, "the transport has stopped");
    co_return std::move(*channel);
}

Task<> InboundLinks::stop() {
    stopping_.set();
    ready_.close();
    error_code ignored;
    for (auto& acceptor : acceptors_)
        acceptor.close(ignored);
    // Closing takes a link out of the map.
    std::vector<TlsStream*> opening;
    for (const auto& [ticket, link] : links_) {
        if (!link.open) opening.push_back(link.stream);
    }
    for (auto* stream : opening)
        stream->close();
    co_await scope_.join();
    while (ready_.try_pop()) {
    }
}

}  // namespace kith::transport
