// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/reception.h"

#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/transport/link_opening.h"

namespace kith::transport {

Reception::Reception(const asio::any_io_executor& executor,
                     Clock& clock,
                     TransportCounters& counters,
                     GateLimits caps,
                     std::uint64_t salt)
    : clock_(clock),
      counters_(counters),
      gate_(caps, salt),
      ready_(executor, caps.inbound),
      scope_(executor) {}

// --- At the door --------------------------------------------------------------------------------

std::optional<GateTicket> Reception::admit(const Endpoint& from) {
    const auto decision = gate_.admit(from, clock_.now());
    if (decision.verdict != GateVerdict::Admitted) {
        ++counters_.refused;
        return std::nullopt;
    }
    ++counters_.accepted;
    if (decision.evict) evict(*decision.evict);
    return decision.ticket;
}

void Reception::receive(std::unique_ptr<FrameStream> stream,
                        const Endpoint& from,
                        GateTicket ticket) {
    auto newcomer = std::make_unique<Newcomer>();
    newcomer->stream = std::move(stream);
    newcomer->from = from;
    newcomer->ticket = ticket;
    newcomer->since = clock_.now();
    newcomer->stream->set_hooks(hooks_of(from, ticket));
    newcomer->stream->set_patient(true);
    links_[ticket] = Link{newcomer->stream.get(), false};
    scope_.spawn(serve(std::move(newcomer)));
}

void Reception::relieve() {
    if (const auto ticket = gate_.evict_idlest()) evict(*ticket);
}

// --- One newcomer -------------------------------------------------------------------------------

Task<> Reception::serve(std::unique_ptr<Newcomer> newcomer) {
    auto* const it = newcomer.get();
    const auto give_up = [it] {
        it->late = true;
        it->stream->close();
    };
    const auto unless_called = [it, give_up] {
        if (!it->machine || !it->machine->is_called()) give_up();
    };
    Alarm call_alarm = clock_.call_at(it->since + limits::call_deadline, unless_called);
    Alarm ready_alarm = clock_.call_at(it->since + limits::ready_deadline, give_up);
    const auto opened = co_await open(it);
    call_alarm.cancel();
    ready_alarm.cancel();
    if (opened) {
        give_out(*it);
    } else {
        settle_failure(*it, opened.error());
    }
}

Task<Result<>> Reception::open(Newcomer* newcomer) {
    KITH_CO_TRY(const auto binding, co_await newcomer->stream->handshake(StreamSide::Called));
    newcomer->stage = Newcomer::Stage::Call;
    newcomer->machine = std::make_unique<LinkCallee>(*policy_, binding);
    const auto opened = co_await open_link(newcomer->stream.get(), newcomer->machine.get());
    if (newcomer->machine->is_called()) newcomer->stage = Newcomer::Stage::Auth;
    co_return opened;
}

void Reception::give_out(Newcomer& newcomer) {
    const GateTicket ticket = newcomer.ticket;
    if (const auto round_trip = newcomer.stream->round_trip()) {
        gate_.set_round_trip(ticket, *round_trip);
    }
    LinkInfo info = newcomer.machine->info();
    info.remote = newcomer.from;
    Guest guest = info.own_role == LinkRole::Device ? Guest::Stranger : Guest::Customer;
    if (newcomer.machine->is_contact()) guest = Guest::Contact;
    if (const auto victim = gate_.opened(ticket, guest, clock_.now())) {
        evict(*victim);
        if (*victim == ticket) return;
    }
    links_[ticket].open = true;
    ++counters_.opened_in;
    newcomer.stream->set_patient(guest == Guest::Stranger);
    ready_.try_push(std::make_unique<Channel>(std::move(info), std::move(newcomer.stream)));
}

// Who only went away is not blamed: callers race their own attempts and drop the losers.
void Reception::settle_failure(const Newcomer& newcomer, const Error& error) {
    using Stage = Newcomer::Stage;
    if (newcomer.stage == Stage::Secrecy) ++counters_.tls_failed;
    if (newcomer.stage == Stage::Call) ++counters_.call_failed;
    if (newcomer.stage == Stage::Auth) ++counters_.auth_failed;
    log::debug(log::Category::Transport,
               "{}: no link: {}",
               to_string(newcomer.from),
               newcomer.late ? "too late" : error.context);
    const bool went_away = error.code == Code::Unreachable || error.code == Code::Cancelled;
    if (newcomer.stage != Stage::Auth && (newcomer.late || !went_away)) {
        gate_.failed_call(newcomer.from, clock_.now());
    }
}

StreamHooks Reception::hooks_of(const Endpoint& from, GateTicket ticket) {
    StreamHooks hooks;
    hooks.on_end = [this, ticket] {
        links_.erase(ticket);
        gate_.closed(ticket);
    };
    hooks.on_malformed = [this, from, ticket] {
        const auto found = links_.find(ticket);
        if (found == links_.end() || !found->second.open) return;
        ++counters_.malformed;
        gate_.malformed(from, clock_.now());
    };
    hooks.on_merit = [this, ticket](LinkMerit merit) {
        if (merit == LinkMerit::Useful) gate_.set_useful(ticket, clock_.now());
        if (merit == LinkMerit::Protected) gate_.set_protected(ticket);
    };
    return hooks;
}

void Reception::evict(GateTicket ticket) {
    ++counters_.evicted;
    if (const auto found = links_.find(ticket); found != links_.end()) {
        found->second.stream->close();
    }
}

// --- Giving out, stopping -----------------------------------------------------------------------

Task<Result<std::unique_ptr<Channel>>> Reception::accept() {
    auto channel = co_await ready_.pop();
    if (!channel) co_return fail(Code::Cancelled, "the transport has stopped");
    co_return std::move(*channel);
}

Task<> Reception::stop() {
    ready_.close();
    // Closing takes a link out of the map.
    std::vector<FrameStream*> opening;
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
