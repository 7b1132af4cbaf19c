// SPDX-License-Identifier: GPL-3.0-or-later
// What is done at one host: call, lease, tell settings, collect; and when to come back.
#include "core/base/log.h"
#include "core/identity/account.h"
#include "core/mailbox/quota.h"
#include "core/node/backoff.h"
#include "core/node/mailbox_client_run.h"

#include <algorithm>
#include <array>

namespace kith::node {
namespace {

using Stage = store::OwnerHost::Stage;

constexpr Duration call_deadline = seconds(8);
constexpr Duration answer_deadline = seconds(10);
// A link that ended sooner did not go by accident.
constexpr Duration steady_link = minutes(1);
// A refusal may mean that our wish has not arrived yet; it is said again after a day.
constexpr std::array<Duration, 6> refusal_delays{
    seconds(2), seconds(5), seconds(15), minutes(1), minutes(5), minutes(15)};
constexpr Duration wish_again = days(1);
// How often a host is asked how many one-time prekeys it has left.
constexpr Duration count_every = hours(6);
// How long the end of a lease is tried to be told to a host that does not answer.
constexpr Duration farewell = days(7);
// Rounds in which the settings of a host that says another revision are told again.
constexpr unsigned settings_rounds = 3;

}  // namespace

Task<> MailboxClient::drive(RunPtr run) {
    for (;;) {
        run->wake.reset();
        const auto* const host = book_.find(run->box);
        if (stopping_ || !host || !is_active(*host)) break;
        const SteadyTime now = parts_.clock.now();
        Duration pause = run->retry_at - now;
        if (run->retry_at <= now) {
            const auto visited = co_await visit(run);
            if (stopping_) break;
            const auto* const after = book_.find(run->box);
            if (!after || !is_active(*after)) break;
            pause = visited ? rest(*run) : setback(*run, visited.error());
        }
        const Alarm alarm = parts_.clock.call_after(pause, [run] { run->wake.set(); });
        co_await run->wake.wait();
    }
    hang_up(*run);
    run->driven = false;
}

Task<Result<>> MailboxClient::visit(RunPtr run) {
    if (!parts_.links.by_serial(run->serial)) {
        KITH_CO_CHECK(co_await call(run));
    }
    const auto* host = book_.find(run->box);
    if (!host) co_return success();
    const Timestamp now = parts_.clock.wall();
    if (host->stage == Stage::Draining && host->expires <= now) {
        co_return co_await end_lease(run);
    }
    const bool kept = host->stage != Stage::Draining;
    const bool due =
        kept && (mailbox::renewal_due(host->expires, now) || parts_.clock.now() >= run->count_due);
    if (!run->leased || due) {
        const std::uint64_t bytes = mailbox::terms_of(host->lease_class).quota;
        const auto given = co_await lease(run, bytes);
        host = book_.find(run->box);
        const bool refused = !given && given.error().code == Code::Refused;
        if (refused && host && host->stage != Stage::Leasing) {
            // One that serves nobody any more gives out what it holds.
            KITH_CO_CHECK(co_await pick_up(run));
        }
        if (!given) co_return tl::unexpected(given.error());
    }
    const auto settled = co_await settle(run);
    if (std::exchange(run->settling, false)) look_soon();
    if (!settled) co_return tl::unexpected(settled.error());
    const SteadyTime steady = parts_.clock.now();
    const bool wanted = run->collect || steady >= run->poll_due;
    if (wanted && steady >= run->collect_after) {
        KITH_CO_CHECK(co_await pick_up(run));
    }
    co_return success();
}

// --- The link

std::vector<Endpoint> MailboxClient::endpoints_of(const store::OwnerHost& host) const {
    std::vector<Endpoint> out = host.endpoints;
    const auto* const contact =
        host.account ? std::as_const(parts_.contacts).find(*host.account) : nullptr;
    if (!contact) return out;
    // A host listens where its device does, and may have moved since it offered.
    for (const auto& device : contact->devices.reachable()) {
        for (const Endpoint& endpoint : contact->endpoints_of(device.id)) {
            if (std::ranges::find(out, endpoint) == out.end()) out.push_back(endpoint);
        }
    }
    return out;
}

Task<Result<>> MailboxClient::call(RunPtr run) {
    hang_up(*run);
    const auto* const host = book_.find(run->box);
    if (!host) co_return fail(Code::NotFound, "no such host");
    auto ways = endpoints_of(*host);
    if (ways.empty()) co_return fail(Code::Unreachable, "no address of this host is known");
    const SteadyTime deadline = parts_.clock.now() + call_deadline;
    const auto serial = co_await parts_.links.call_box(run->box, std::move(ways), deadline);
    if (!serial) co_return tl::unexpected(serial.error());
    const PeerLink* const link = parts_.links.by_serial(*serial);
    const auto* const peer = link ? std::get_if<transport::BoxPeer>(&link->info().peer) : nullptr;
    if (!peer) co_return fail(Code::Unreachable, "the link has gone again");
    run->serial = *serial;
    run->linked_at = parts_.clock.now();
    run->seeks = 0;
    run->collect = true;
    const auto* const linked = book_.find(run->box);
    if (linked && linked->account && lost_ && only_host(*linked->account)) lost_(*linked->account);
    co_return success();
}

bool MailboxClient::only_host(const crypto::AccountKey& account) const {
    bool any = false;
    for (const auto& [box, host] : book_.hosts()) {
        if (!is_chosen(host)) continue;
        if (host.account != account) return false;
        any = true;
    }
    return any;
}

void MailboxClient::hang_up(Run& run) {
    if (PeerLink* const link = parts_.links.by_serial(run.serial)) {
        link->close(wire::ByeCode::Idle);
    }
    run.serial = 0;
    run.leased = false;
}

bool MailboxClient::keeps(const PeerLink& link) const {
    return !stopping_ && find_run(link.serial()) != nullptr;
}

void MailboxClient::on_end(const PeerLink& link) {
    const RunPtr run = find_run(link.serial());
    if (!run) return;
    run->serial = 0;
    run->leased = false;
    const SteadyTime now = parts_.clock.now();
    if (now - run->linked_at < steady_link) {
        run->retry_at = now + dial_delay(run->failures++, parts_.random);
    } else {
        run->failures = 0;
        run->retry_at = now + dial_delay(0, parts_.random);
    }
    run->wake.set();
}

void MailboxClient::wake() {
    for (const auto& [box, run] : runs_) {
        run->failures = 0;
        run->refusals = 0;
        run->retry_at = {};
        run->collect = true;
        run->wake.set();
    }
}

void MailboxClient::collect() {
    for (const auto& [box, run] : runs_) {
        run->collect = true;
        run->recheck = true;
        run->wake.set();
    }
}

// --- The lease

Task<Result<>> MailboxClient::lease(RunPtr run, std::uint64_t bytes) {
    PeerLink* const link = parts_.links.by_serial(run->serial);
    if (!link) co_return fail(Code::Unreachable, "the link has ended");
    const auto key = identity::lease_key(parts_.profile.stored().account.beacon_seed, run->box);
    wire::LeaseReq request;
    request.key = key.public_key().array();
    request.proof = mailbox::prove_owner(key, link->info().binding, run->box).array();
    request.bytes = bytes;
    const SteadyTime deadline = parts_.clock.now() + answer_deadline;
    const auto answer = co_await link->ask(request, deadline);
    if (!answer) co_return tl::unexpected(answer.error());
    if (answer->type == wire::FrameType::Lease) {
        const auto given = wire::Lease::decode(answer->body);
        if (!given) co_return tl::unexpected(given.error());
        co_return leased(*run, *given);
    }
    const auto refuse = wire::Refuse::decode(answer->body);
    if (!refuse) co_return tl::unexpected(refuse.error());
    not_leased(*run, refuse->code);
    co_return fail(Code::Refused, "the host gives no lease");
}

Result<> MailboxClient::leased(Run& run, const wire::Lease& answer) {
    KITH_CHECK(parts_.commits.ready());
    auto* const host = book_.find(run.box);
    if (!host) return fail(Code::NotFound, "no such host");
    const auto key = identity::lease_key(parts_.profile.stored().account.beacon_seed, run.box);
    KITH_TRY(const auto terms, mailbox::accept_lease(answer, key.public_key(), host->key));
    run.leased = true;
    run.refusals = 0;
    run.revision = answer.revision;
    run.used = answer.used;
    run.count_due = parts_.clock.now() + count_every;
    count_stock(run, answer);
    Transaction step;
    host->quota = terms.quota;
    if (host->stage != Stage::Draining) host->expires = from_unix_seconds(terms.expires);
    if (host->stage == Stage::Leasing) host->stage = Stage::Leased;
    if (answer.revision < host->settings.revision) {
        // It was restored, or begins anew: its places may begin anew too.
        host->cursor = 0;
        run.looked_to = 0;
        run.recheck = true;
    }
    book_.put(step.changes, *host);
    parts_.commits.join(std::move(step));
    return success();
}

void MailboxClient::not_leased(Run& run, wire::RefuseCode code) {
    run.refused = code;
    auto* const host = book_.find(run.box);
    if (!host || !parts_.commits.ready()) return;
    Transaction step;
    if (code == wire::RefuseCode::Off && host->offered_bytes != 0) {
        host->offered_bytes = 0;
        book_.put(step.changes, *host);
        look_soon();
    } else if (code == wire::RefuseCode::Unknown && host->stage == Stage::Leased) {
        // It has forgotten us: all begins anew.
        host->stage = Stage::Leasing;
        host->settings = {};
        host->cursor = 0;
        run.looked_to = 0;
        book_.put(step.changes, *host);
        wish(step, *host);
        look_soon();
    } else if (code == wire::RefuseCode::Unknown && host->stage == Stage::Leasing) {
        const Timestamp now = parts_.clock.wall();
        if (!run.wished || now - *run.wished > wish_again) wish(step, *host);
    }
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
}

Task<Result<>> MailboxClient::end_lease(RunPtr run) {
    const auto ended = co_await lease(run, 0);
    auto* const host = book_.find(run->box);
    KITH_CO_CHECK(parts_.commits.ready());
    if (!host || host->stage != Stage::Draining) co_return success();
    const bool refused = !ended && ended.error().code == Code::Refused;
    const bool late = parts_.clock.wall() - host->expires > farewell;
    if (!ended && !refused && !late) co_return tl::unexpected(ended.error());
    Transaction step;
    host->stage = Stage::Offered;
    host->settings = {};
    host->quota = 0;
    book_.put(step.changes, *host);
    parts_.commits.join(std::move(step));
    co_return success();
}

// --- Settings

Task<Result<>> MailboxClient::settle(RunPtr run) {
    for (unsigned round = 0; round < settings_rounds; ++round) {
        auto* host = book_.find(run->box);
        if (!host) co_return success();
        KITH_CO_CHECK(co_await stock_up(run));
        host = book_.find(run->box);
        if (!host) co_return success();
        const auto wanted = wanted_at(*host);
        auto steps = mailbox::plan_settings(wanted, host->settings, run->revision, run->stock);
        if (steps.empty()) co_return success();
        run->settling = true;
        const auto told = co_await send_steps(run, std::move(steps));
        if (!told) co_return tl::unexpected(told.error());
        if (!*told) continue;
        KITH_CO_CHECK(parts_.commits.ready());
        host = book_.find(run->box);
        if (!host) co_return success();
        Transaction step;
        host->settings = mailbox::confirmed(wanted, run->revision);
        stocked(*run, *host);
        book_.put(step.changes, *host);
        parts_.commits.join(std::move(step));
        co_return success();
    }
    co_return fail(Code::Refused, "the host does not take our settings");
}

// False: the host is at another revision than we thought.
Task<Result<bool>> MailboxClient::send_steps(RunPtr run, std::vector<mailbox::SettingsStep> steps) {
    const auto key = identity::lease_key(parts_.profile.stored().account.beacon_seed, run->box);
    const crypto::LeaseId lease = identity::lease_id(key.public_key(), run->box);
    for (const auto& step : steps) {
        PeerLink* const link = parts_.links.by_serial(run->serial);
        if (!link) co_return fail(Code::Unreachable, "the link has ended");
        const SteadyTime deadline = parts_.clock.now() + answer_deadline;
        const wire::CapSet request = step.frame(0, lease);
        const auto answer = co_await link->ask(request, deadline);
        if (!answer) co_return tl::unexpected(answer.error());
        if (answer->type != wire::FrameType::Lease) {
            const auto refuse = wire::Refuse::decode(answer->body);
            if (refuse) run->refused = refuse->code;
            run->leased = false;
            co_return fail(Code::Refused, "the host does not take our settings");
        }
        const auto now_there = wire::Lease::decode(answer->body);
        if (!now_there) co_return tl::unexpected(now_there.error());
        run->revision = now_there->revision;
        run->used = now_there->used;
        count_stock(*run, *now_there);
        if (run->revision != step.revision) co_return false;
    }
    co_return true;
}

// --- When to come back

Duration MailboxClient::rest(Run& run) {
    const SteadyTime now = parts_.clock.now();
    if (now - run.linked_at > steady_link) run.failures = 0;
    run.refusals = 0;
    run.retry_at = {};
    SteadyTime next = run.poll_due;
    if (run.collect) next = std::min(next, std::max(run.collect_after, now));
    return std::max<Duration>(next - now, seconds(1));
}

Duration MailboxClient::setback(Run& run, const Error& error) {
    log::debug(log::Category::Node, "mailbox: {}", error.context);
    const SteadyTime now = parts_.clock.now();
    Duration pause = seconds(10);
    switch (error.code) {
        case Code::Refused:
            pause =
                refusal_delays[std::min<std::size_t>(run.refusals++, refusal_delays.size() - 1)];
            polled(run, false);
            break;
        case Code::DiskFull:
        case Code::ReadOnly:
        case Code::Corrupt:
            break;  // our own trouble
        default:
            hang_up(run);
            pause = dial_delay(run.failures++, parts_.random);
            polled(run, false);
            seek(run);
    }
    run.retry_at = now + pause;
    return pause;
}

void MailboxClient::seek(Run& run) {
    const auto* const host = book_.find(run.box);
    const SteadyTime now = parts_.clock.now();
    if (!host || !host->account || !lost_ || now < run.seek_after) return;
    run.seek_after = now + lookup_delay(run.seeks++, parts_.random);
    lost_(*host->account);
}

void MailboxClient::polled(Run& run, bool answered) {
    const SteadyTime now = parts_.clock.now();
    if (answered) run.missed = 0;
    if (now < run.poll_due) return;
    run.poll_due = now + mailbox::poll_delay(parts_.random.unit());
    const bool fair = answered || !online_ || online_();
    auto* const host = book_.find(run.box);
    if (!host || !fair || !parts_.commits.ready()) return;
    if (!answered) ++run.missed;
    host->availability.record(answered, parts_.clock.wall());
    Transaction step;
    book_.put(step.changes, *host);
    parts_.commits.join(std::move(step));
}

}  // namespace kith::node
