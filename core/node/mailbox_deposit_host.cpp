// SPDX-License-Identifier: GPL-3.0-or-later
// How copies get to one host: the second part of mailbox_deposit.h.
#include "core/base/log.h"
#include "core/node/mailbox_deposit.h"
#include "core/node/mailbox_deposit_state.h"
#include "core/wire/deposit_frames.h"

#include <algorithm>

namespace kith::node {
namespace {

using mailbox::CopyState;

constexpr auto category = log::Category::Node;
constexpr Duration call_deadline = seconds(8);
// Somebody who has just failed is not called again by each new message.
constexpr Duration lull = seconds(2);
/// docs/spec/mailbox.md#quotas: what a contact may ask for, and a device of the same account.
constexpr Duration contact_term = days(14);
constexpr Duration own_term = days(30);
constexpr Duration stranger_term = days(7);

const mailbox::Copy* copy_at(const mailbox::Copies& copies, const crypto::BoxId& box) {
    const auto found = std::ranges::find(copies.all(), box, &mailbox::Copy::host);
    return found == copies.all().end() ? nullptr : &*found;
}

std::uint32_t seconds_of(Duration time) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

// The invitation is used up or not known there: strangers have a pool of their own.
bool takes_work_instead(wire::RefuseCode code) {
    using enum wire::RefuseCode;
    return code == Unknown || code == Share || code == Full || code == Size;
}

message::TraceResult result_of(wire::RefuseCode code) {
    switch (code) {
        case wire::RefuseCode::Rate:
        case wire::RefuseCode::Busy:
        case wire::RefuseCode::Full:
        case wire::RefuseCode::Share:
            return message::TraceResult::Busy;
        default:
            return message::TraceResult::Refused;
    }
}

}  // namespace

void MailboxDeposit::visit_all(const crypto::AccountKey& account) {
    const auto found = recipients_.find(account);
    if (found == recipients_.end() || stopping_) return;
    for (const auto& host : found->second->hosts) {
        if (host->visiting || host->gone) continue;
        if (parts_.clock.now() < host->not_before || !next_for(*host)) continue;
        host->visiting = true;
        scope_.spawn(visit(host));
    }
}

std::optional<MailboxDeposit::Next> MailboxDeposit::next_for(Host& host) {
    if (host.stalled) return std::nullopt;
    const Timestamp now = parts_.clock.wall();
    for (const auto& [device, mail] : mails_) {
        if (mail->account != host.account) continue;
        const Lane* const lane = parts_.outbox.lane(device);
        if (!lane) continue;
        std::uint64_t& cursor = host.cursor[device];
        for (const auto* entry = lane->next(cursor); entry; entry = lane->next(cursor)) {
            const auto row = mail->rows.find(entry->id);
            if (row == mail->rows.end()) {
                // What is not encrypted comes again further behind; what is not sealed will be.
                if (!entry->open) break;
                cursor = entry->position;
                continue;
            }
            const auto* const copy = copy_at(row->second.copies, host.box);
            if (copy && copy->state == CopyState::Wanted && copy->next > now) {
                // In its order: what is behind it waits with it.
                put_off(host);
                break;
            }
            const bool wanted = copy && (copy->state == CopyState::Wanted ||
                                         (copy->state == CopyState::Lost && copy->next <= now));
            if (wanted) return Next{device, entry->id, entry->position};
            cursor = entry->position;
        }
    }
    return std::nullopt;
}

// Comes back for what a host asked us to bring later.
void MailboxDeposit::put_off(Host& host) {
    host.retry =
        parts_.clock.call_after(seconds(1), [this, account = host.account] { visit_all(account); });
}

Task<> MailboxDeposit::visit(HostPointer host) {
    for (;;) {
        if (stopping_ || host->gone) break;
        if (!parts_.commits.ready()) {
            put_off(*host);
            break;
        }
        auto next = next_for(*host);
        if (!next && host->in_flight == 0) break;
        if (!next || host->in_flight >= mailbox::deposits_in_flight) {
            co_await host->slot.wait();
            host->slot.reset();
            continue;
        }
        if (!parts_.links.by_serial(host->link)) {
            if (host->in_flight > 0) {
                // Its answers fail first: the order is theirs to restore.
                co_await host->slot.wait();
                host->slot.reset();
                continue;
            }
            const bool called = co_await call(host);
            if (!called) break;
            continue;
        }
        ++host->in_flight;
        host->cursor[next->device] = next->position;
        scope_.spawn(leave(host, *next));
    }
    host->visiting = false;
    host->stalled = false;
}

Task<bool> MailboxDeposit::call(HostPointer host) {
    const SteadyTime deadline = parts_.clock.now() + call_deadline;
    auto endpoints = ways_ ? ways_(host->box) : std::vector<Endpoint>();
    for (const auto& announced : host->announced.endpoints) {
        if (std::ranges::find(endpoints, announced) == endpoints.end()) {
            endpoints.push_back(announced);
        }
    }
    const auto called = co_await parts_.links.call_box(host->box, std::move(endpoints), deadline);
    if (stopping_ || host->gone) co_return false;
    if (called) {
        host->link = *called;
        host->failures = 0;
        const auto learnt = learn_key(*host);
        co_return learnt.has_value();
    }
    log::debug(category, "a mailbox does not answer: {}", called.error().context);
    trace_silence(*host);
    const Duration wait = mailbox::deposit_retry(++host->failures, parts_.random.unit());
    host->not_before = parts_.clock.now() + std::min(wait, lull);
    host->retry =
        parts_.clock.call_after(wait, [this, account = host->account] { visit_all(account); });
    co_return false;
}

Task<Result<PeerLink::Answer>> MailboxDeposit::ask(HostPointer host, Next what) {
    PeerLink* const link = parts_.links.by_serial(host->link);
    const auto recipient = recipients_.find(host->account);
    if (!link || recipient == recipients_.end()) {
        co_return fail(Code::Unreachable, "the link has ended");
    }
    const auto envelope = table_.envelope(what.device, what.message);
    if (!envelope) co_return tl::unexpected(envelope.error());
    if (!*envelope) co_return fail(Code::NotFound, "receipted meanwhile");
    const auto hash = message::envelope_hash(**envelope);
    const auto invited = what.invited ? invitation(*host) : std::nullopt;
    const auto& key = invited ? *invited : recipient->second->key;
    wire::Deposit request;
    request.envelope = **envelope;
    request.ttl = seconds_of(host->announced.own ? own_term : contact_term);
    std::optional<Fare> fare;
    if (recipient->second->beacon && !invited) {
        fare = fares_ ? fares_(host->account, what.message, false) : std::nullopt;
        if (!fare) co_return fail(Code::Busy, "its work is not done");
        request.ttl = seconds_of(stranger_term);
        request.right = wire::DepositWork{fare->account.array(), fare->proof};
    } else {
        wire::DepositCapability right;
        right.key = key.public_key().array();
        right.sig = mailbox::sign_deposit(key, {link->info().binding, host->box}, hash, request.ttl)
                        .array();
        request.right = right;
    }
    link->touch();
    const SteadyTime deadline = parts_.clock.now() + mailbox::deposit_deadline;
    auto asked = link->ask(request, deadline);
    if (Lane* const lane = parts_.outbox.lane(what.device)) {
        parts_.outbox.mark_sent(*lane, what.position);
    }
    co_return co_await std::move(asked);
}

Task<> MailboxDeposit::leave(HostPointer host, Next what) {
    what.invited = invitation(*host).has_value();
    const auto answer = co_await ask(host, what);
    --host->in_flight;
    host->slot.set();
    if (!stopping_ && !host->gone) take(*host, what, answer);
    // Once nothing is under way any more, what was not taken goes first.
    if (host->in_flight == 0) host->stalled = false;
}

void MailboxDeposit::take(Host& host, const Next& what, const Result<PeerLink::Answer>& answer) {
    store::CopiesRow* const row = row_of(what.device, what.message);
    if (!row) return;  // receipted meanwhile
    const auto* const copy = copy_at(row->copies, host.box);
    if (!copy) return;
    const auto back = [&] {
        host.stalled = true;
        auto& cursor = host.cursor[what.device];
        cursor = std::min(cursor, what.position - 1);
    };
    const Timestamp now = parts_.clock.wall();
    // Whatever it was, it is not tried again at once.
    const auto failed = [&] {
        row->copies.failed(host.box, now, parts_.random);
        back();
    };
    if (!answer) {
        if (answer.error().code == Code::Timeout) {
            if (auto* const link = parts_.links.by_serial(host.link)) link->drop();
        }
        return failed();
    }
    if (answer->type == wire::FrameType::Receipt) {
        const auto body = wire::HostReceipt::decode(answer->body);
        const auto envelope = table_.envelope(what.device, what.message);
        if (!body || !envelope || !*envelope) return failed();
        const auto receipt =
            mailbox::accept_receipt(host.announced.key, message::envelope_hash(**envelope), *body);
        if (receipt) return take_receipt(host, what, *row, *receipt);
        log::info(category, "a mailbox signed something else: {}", receipt.error().context);
        return failed();
    }
    const auto refusal = wire::Refuse::decode(answer->body);
    if (answer->type != wire::FrameType::Refuse || !refusal) return failed();
    log::debug(category, "a mailbox refused: {}", static_cast<int>(refusal->code));
    if (what.invited && takes_work_instead(refusal->code)) {
        host.paid = true;
        return failed();
    }
    const auto news = row->copies.refused(host.box, *refusal, now, parts_.random);
    if (news == mailbox::HostNews::NeedsMoreWork && fares_) {
        (void)fares_(host.account, what.message, true);
    }
    const auto* const after = copy_at(row->copies, host.box);
    if (after && after->state == CopyState::Wanted) back();
    if (!parts_.commits.ready()) return;
    Transaction step;
    message::TraceStep noted;
    noted.kind = message::TraceKind::Deposit;
    noted.result = result_of(refusal->code);
    if (after && after->state == CopyState::Wanted) noted.until = after->next;
    put_or_settle(step, *row);
    trace(step, host, what.device, what.message, std::move(noted));
    parts_.commits.join(std::move(step));
}

void MailboxDeposit::trace(Transaction& step,
                           const Host& host,
                           const crypto::DeviceId& device,
                           const crypto::MessageId& id,
                           message::TraceStep what) const {
    const Lane* const lane = parts_.outbox.lane(device);
    const auto* const entry = lane ? lane->find(id) : nullptr;
    if (!entry || entry->order == 0) return;
    what.time = parts_.clock.wall();
    what.device = device;
    what.host = host.box;
    if (!host.announced.endpoints.empty()) what.endpoint = host.announced.endpoints.front();
    parts_.traces.add(step.changes, host.account, id, std::move(what));
}

// Told of the message that would have gone first: those behind it wait for the same.
void MailboxDeposit::trace_silence(Host& host) {
    const auto next = next_for(host);
    if (!next || !parts_.commits.ready()) return;
    Transaction step;
    message::TraceStep noted;
    noted.kind = message::TraceKind::Deposit;
    noted.result = message::TraceResult::Timeout;
    trace(step, host, next->device, next->message, std::move(noted));
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
}

// A receipt gets none: what the hosts say of it is all that can be known. `row` may be gone then.
void MailboxDeposit::put_or_settle(Transaction& step, const store::CopiesRow& row) {
    Lane* const lane = parts_.outbox.lane(row.device);
    const auto* const entry = lane ? lane->find(row.message) : nullptr;
    if (entry && entry->is_receipt() && row.copies.settled(parts_.clock.wall())) {
        parts_.outbox.remove(step.changes, *lane, crypto::MessageId(row.message));
    } else {
        table_.put(step.changes, row);
    }
}

void MailboxDeposit::take_receipt(Host& host,
                                  const Next& what,
                                  store::CopiesRow& row,
                                  const mailbox::Receipt& receipt) {
    if (!parts_.commits.ready()) return;  // the same receipt comes when it is left there again
    Lane* const lane = parts_.outbox.lane(what.device);
    const auto* const entry = lane ? lane->find(what.message) : nullptr;
    if (!entry) return;
    Transaction step;
    const Timestamp now = parts_.clock.wall();
    row.copies.stored(host.box, receipt, now, parts_.random);
    if (entry->is_receipt()) {
        put_or_settle(step, row);
        parts_.commits.join(std::move(step));
        return;
    }
    const bool first = row.first_stored == Timestamp{};
    if (first) row.first_stored = now;
    table_.put(step.changes, row);
    message::TraceStep noted;
    noted.kind = message::TraceKind::Deposit;
    noted.until = from_unix_seconds(receipt.expires);
    noted.proof = mailbox::encode(receipt);
    trace(step, host, what.device, what.message, std::move(noted));
    Mail& mail = *mails_.at(what.device);
    table_.put_noted(step.changes,
                     what.device,
                     {receipt,
                      message::envelope_sizes[message::bucket_for(entry->size).value_or(0)],
                      row.deposit});
    mail.note.reset();
    if (row.deposit % store::noted_trimmed_every == 0) {
        if (auto trimmed = table_.trim_noted(step.changes, what.device, store::noted_kept);
            !trimmed) {
            log::debug(category, "receipts not trimmed: {}", trimmed.error().context);
        }
    }
    if (first && entry->order != 0) {
        const Run run{entry->order, entry->order, now};
        const auto chat = lane->account();
        step.events.push_back(ReceiptsRef{chat, what.device, Outcome::Stored, run});
        step.after.push_back([this, chat, id = what.message, device = what.device, now] {
            const DeviceOutcome told{Outcome::Stored, device, now};
            if (stored_) stored_(id, chat, told);
        });
    }
    parts_.commits.join(std::move(step));
}

}  // namespace kith::node
