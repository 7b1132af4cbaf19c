// SPDX-License-Identifier: GPL-3.0-or-later
// Collecting: PICKUP, NUDGE, and ACKDEL once what came is on disk.
#include "core/base/log.h"
#include "core/identity/account.h"
#include "core/node/mailbox_client_run.h"

#include <algorithm>

namespace kith::node {
namespace {

// The host sends at most pickup_bytes for one request.
constexpr Duration pickup_deadline = seconds(60);
constexpr Duration deletion_deadline = seconds(30);
// What stays at the host over unread credit is fetched when our user reads; this is for what was
// left for another reason.
constexpr Duration revisit_period = hours(6);
// More than a day's junk that counts against a host.
constexpr std::size_t max_junk_open = 64;

std::array<std::uint8_t, 16> name_of(const crypto::BeaconSeed& seed, const crypto::BoxId& box) {
    return identity::lease_id(identity::lease_key(seed, box).public_key(), box).array();
}

}  // namespace

Task<Result<>> MailboxClient::pick_up(RunPtr run) {
    const auto* const host = book_.find(run->box);
    if (!host) co_return success();
    const bool whole = std::exchange(run->recheck, false);
    run->collect = false;
    const SteadyTime now = parts_.clock.now();
    if (whole || now >= run->revisit_at) {
        run->looked_to = 0;
        run->revisit_at = now + revisit_period;
    }
    const std::uint64_t kept = whole ? 0 : host->cursor;
    Pass pass(std::max(kept, run->looked_to));
    // It stays the first that was left, however far this pass comes.
    if (pass.at > kept) pass.plan.left_behind(kept + 1);
    pass.junk_before = run->junk_open.size();
    wire::Pickup request;
    request.lease = name_of(parts_.profile.stored().account.beacon_seed, run->box);
    while (!pass.plan.complete()) {
        request.bytes = pass.plan.bytes_to_ask();
        request.cursor = pass.at;
        request.envelope_keys = parts_.prekeys.envelope_ids();
        if (request.bytes == 0) {
            // The others come first.
            run->collect = true;
            run->collect_after = parts_.clock.now() + mailbox::pickup_pause;
            co_return success();
        }
        PeerLink* const link = parts_.links.by_serial(run->serial);
        if (!link) {
            run->recheck = run->recheck || whole;
            co_return fail(Code::Unreachable, "the link has ended");
        }
        request.proof.reset();
        if (!run->leased) {
            const auto& seed = parts_.profile.stored().account.beacon_seed;
            const auto key = identity::lease_key(seed, run->box);
            request.proof = mailbox::prove_owner(key, link->info().binding, run->box).array();
        }
        PeerLink::TakeFrame take = [this, &run = *run, &pass](ByteView body) {
            return take_batch(run, pass, body);
        };
        const SteadyTime deadline = parts_.clock.now() + pickup_deadline;
        const auto answer = co_await link->ask(request, deadline, std::move(take));
        if (pass.stalled) {
            run->recheck = true;
            co_return fail(Code::DiskFull, "the store takes no mail");
        }
        const bool batch = answer && answer->type == wire::FrameType::Batch;
        if (batch && !pass.malformed) continue;
        run->recheck = run->recheck || whole;
        if (!answer) co_return tl::unexpected(answer.error());
        if (pass.malformed) co_return fail(Code::Malformed, "a batch that cannot be");
        run->leased = false;
        co_return fail(Code::Refused, "the host does not give our mail");
    }
    run->emptied = true;
    polled(*run, true);
    co_return success();
}

// True: the pick-up ends with this batch.
bool MailboxClient::take_batch(Run& run, Pass& pass, ByteView body) {
    auto* const host = book_.find(run.box);
    const auto batch = wire::Batch::decode(body);
    if (!batch || !host) {
        pass.malformed = true;
        return true;
    }
    if (!parts_.commits.ready()) {
        pass.stalled = true;
        return true;
    }
    mailbox::PickupPlan::Batch came;
    came.cursor = batch->cursor;
    came.more = batch->more;
    for (const auto& item : batch->items) {
        came.places.push_back(item.seq);
        came.bytes += item.envelope.size();
    }
    if (!pass.plan.took(came)) {
        pass.malformed = true;
        return true;
    }
    pass.at = batch->cursor;
    run.looked_to = pass.at;
    take(run, *host, batch->items, &pass);
    return !batch->more || batch->items.empty();
}

void MailboxClient::take(Run& run,
                         store::OwnerHost& host,
                         std::span<const wire::HeldEnvelope> items,
                         Pass* pass) {
    const Timestamp now = parts_.clock.wall();
    Transaction step;
    auto taken = intake_.take(step, host, items, now);
    run.envelopes += items.size();
    run.junk += taken.junk.size();
    judge(step, run, host, taken);
    bool changed = !items.empty();
    if (pass) {
        for (const std::uint64_t place : taken.left)
            pass->plan.left_behind(place);
        host.cursor = pass->plan.cursor();
        if (pass->plan.complete()) {
            ++host.complete_pickups;
            host.complete_pickup = now;
            judge_.on_complete(step, host, now);
            judge_junk(step, run, pass->junk_before);
            changed = true;
        }
    }
    if (!changed) return;
    book_.put(step.changes, host);
    // Not before all this is on disk: what the host deletes nobody else may have.
    step.after.push_back([this,
                          box = run.box,
                          here = std::move(taken.here),
                          everywhere = std::move(taken.everywhere),
                          alive = std::weak_ptr<bool>(alive_)] {
        if (alive.expired() || stopping_) return;
        auto tags = here;
        tags.insert(tags.end(), everywhere.begin(), everywhere.end());
        if (!tags.empty()) scope_.spawn(acknowledge(box, std::move(tags)));
        if (everywhere.empty()) return;
        for (const auto& [other, known] : runs_) {
            if (other != box && known->leased) scope_.spawn(acknowledge(other, everywhere));
        }
    });
    parts_.commits.join(std::move(step));
}

void MailboxClient::judge(Transaction& step,
                          Run& run,
                          const store::OwnerHost& host,
                          const MailboxIntake::Taken& taken) {
    using reputation::Event;
    const crypto::BoxId box = host.id();
    const Timestamp now = parts_.clock.wall();
    const auto late = std::ranges::count_if(taken.kept, [&](const auto& mark) {
        return judge_.is_late(mailbox::mark_of(box), mark, now);
    });
    parts_.scores.observe(
        step, box, Event::Kept, now, taken.kept.size() - static_cast<std::size_t>(late));
    parts_.scores.observe(step, box, Event::Withheld, now, static_cast<std::size_t>(late));
    // Once for each answer: an old disk brings a lot at once, and is no crime.
    const bool resent = std::ranges::any_of(
        taken.again, [&](const auto& mark) { return run.deleted.contains(mark); });
    parts_.scores.observe(step, box, Event::Resent, now, resent ? 1 : 0);
    for (const auto& mark : taken.junk) {
        if (run.junk_open.size() < max_junk_open) run.junk_open.push_back(mark);
    }
}

// The first `count` envelopes could have come from every other host by now as well: a contact that
// left junk left it everywhere.
void MailboxClient::judge_junk(Transaction& step, Run& run, std::size_t count) {
    const auto end = run.junk_open.begin() + static_cast<std::ptrdiff_t>(count);
    const auto own =
        std::count_if(run.junk_open.begin(), end, [&](const mailbox::EnvelopeMark& mark) {
            return std::ranges::none_of(book_.hosts(), [&](const auto& other) {
                if (other.first == run.box || !is_active(other.second)) return false;
                const auto there = book_.table().served(mailbox::mark_of(other.first), mark);
                return !there || there->served;
            });
        });
    parts_.scores.observe(
        step, run.box, reputation::Event::Junk, parts_.clock.wall(), static_cast<std::size_t>(own));
    run.junk_open.erase(run.junk_open.begin(), end);
}

bool MailboxClient::on_nudge(PeerLink& link, ByteView body) {
    const auto nudge = wire::Nudge::decode(body);
    const RunPtr run = find_run(link.serial());
    if (!nudge) return false;
    auto* const host = run ? book_.find(run->box) : nullptr;
    if (!host) return true;
    if (nudge->lease != name_of(parts_.profile.stored().account.beacon_seed, run->box))
        return false;
    link.touch();
    if (!nudge->items || !parts_.commits.ready()) {
        run->collect = true;
        run->wake.set();
        return true;
    }
    take(*run, *host, *nudge->items, nullptr);
    return true;
}

Task<> MailboxClient::acknowledge(crypto::BoxId box, std::vector<mailbox::EnvelopeTag> tags) {
    const RunPtr run = run_of(box);
    wire::AckDel request;
    request.lease = name_of(parts_.profile.stored().account.beacon_seed, box);
    for (std::size_t at = 0; at < tags.size(); at += wire::AckDel::max_envelopes) {
        const std::size_t end = std::min(tags.size(), at + wire::AckDel::max_envelopes);
        request.envelopes.clear();
        for (std::size_t i = at; i < end; ++i)
            request.envelopes.push_back(tags[i].array());
        PeerLink* const link = parts_.links.by_serial(run->serial);
        bool deleted = false;
        if (link) {
            const SteadyTime deadline = parts_.clock.now() + deletion_deadline;
            const auto answer = co_await link->ask(request, deadline);
            deleted = answer && answer->type == wire::FrameType::Deleted;
        }
        for (std::size_t i = at; deleted && i < end; ++i)
            run->deleted.add(mailbox::mark_of(tags[i]));
        if (deleted) continue;
        // The next pick-up finds them again, and they are known then.
        run->recheck = true;
        co_return;
    }
}

bool MailboxClient::all_collected() const {
    return std::ranges::all_of(book_.hosts(), [this](const auto& one) {
        if (!is_active(one.second) || one.second.stage == store::OwnerHost::Stage::Leasing) {
            return true;
        }
        const auto run = runs_.find(one.first);
        return run != runs_.end() && run->second->emptied;
    });
}

}  // namespace kith::node
