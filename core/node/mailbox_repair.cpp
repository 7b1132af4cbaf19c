// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps copies alive: asks whether they are still there, seals anew what is near its end, leaves
// again what was lost. The third part of mailbox_deposit.h. docs/spec/mailbox.md#repair.
#include "core/base/log.h"
#include "core/node/mailbox_deposit.h"
#include "core/node/mailbox_deposit_state.h"
#include "core/wire/deposit_frames.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr auto category = log::Category::Node;
constexpr Duration answer_deadline = seconds(10);

bool contains(const std::vector<crypto::BoxId>& boxes, const crypto::BoxId& box) {
    return std::ranges::find(boxes, box) != boxes.end();
}

}  // namespace

void MailboxDeposit::look() {
    if (stopping_) return;
    look_ = parts_.clock.call_after(look_every, [this] { look(); });
    if (!parts_.commits.ready()) return;
    settle_receipts(parts_.clock.wall());
    const bool refused_too = parts_.clock.now() >= refused_due_;
    if (refused_too) refused_due_ = parts_.clock.now() + refused_again;
    Due due;
    for (const auto& [device, mail] : mails_)
        look_at(*mail, refused_too, due);
    for (const auto& [account, recipient] : recipients_) {
        for (const auto& host : recipient->hosts) {
            // What was left here before may be wanted again, wherever it stands in its lane.
            if (due.deposits.contains(account) && !host->visiting) host->cursor.clear();
            if (!due.checks.contains({account, host->box}) || host->checking) continue;
            if (parts_.clock.now() < host->not_before) continue;
            host->checking = true;
            scope_.spawn(check(host));
        }
        if (due.deposits.contains(account)) visit_all(account);
    }
}

void MailboxDeposit::look_at(Mail& mail, bool refused_too, Due& due) {
    const Timestamp now = parts_.clock.wall();
    const auto found = recipients_.find(mail.account);
    const Recipient* const recipient = found == recipients_.end() ? nullptr : found->second.get();
    std::vector<crypto::MessageId> to_renew;
    for (auto& [id, row] : mail.rows) {
        // A host that said no may have learned of us since, or serve again.
        if (refused_too && recipient) row.copies.set_hosts(targets(*recipient), now);
        // Whoever does not know us collects and says nothing until it has looked; the next try is
        // another deposit.
        if (!recipient || !recipient->beacon) {
            const auto liars = row.copies.false_gone(now, parts_.random);
            if (row.copies.renewal_due(now) || !liars.empty()) to_renew.push_back(id);
        }
        if (!row.copies.due_deposits(now).empty()) due.deposits.insert(mail.account);
        for (const auto& box : row.copies.due_checks(now)) {
            const auto* const copy = row.copies.at(box);
            if (recipient && copy && left_with_former_key(*recipient, *copy)) {
                row.copies.failed(box, now, parts_.random);
            } else {
                due.checks.emplace(mail.account, box);
            }
        }
    }
    if (!to_renew.empty()) scope_.spawn(renew(mail.device, std::move(to_renew)));
}

// Those that lie somewhere and were offered to the other hosts for long enough.
void MailboxDeposit::settle_receipts(Timestamp now) {
    Transaction step;
    for (const auto& [device, mail] : mails_) {
        Lane* const lane = parts_.outbox.lane(device);
        if (!lane) continue;
        std::vector<crypto::MessageId> settled;
        for (const auto& [id, row] : mail->rows) {
            const auto* const entry = lane->find(id);
            if (entry && entry->is_receipt() && row.copies.settled(now)) settled.push_back(id);
        }
        for (const auto& id : settled)
            parts_.outbox.remove(step.changes, *lane, id);
    }
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
}

// A host tells nobody of what another key left there: to it we are somebody else now.
bool MailboxDeposit::left_with_former_key(const Recipient& recipient, const mailbox::Copy& copy) {
    return recipient.beacon || copy.since < recipient.key_since;
}

Task<> MailboxDeposit::renew(crypto::DeviceId device, std::vector<crypto::MessageId> messages) {
    const auto found = mails_.find(device);
    const Lane* const lane = parts_.outbox.lane(device);
    if (found == mails_.end() || !lane || !can_seal(*found->second)) co_return;
    Mail& mail = *found->second;
    Transaction step;
    for (const auto& id : messages) {
        const auto* const entry = lane->find(id);
        const auto row = mail.rows.find(id);
        if (!entry || row == mail.rows.end()) continue;
        store::CopiesRow fresh = row->second;
        fresh.copies.renewed(parts_.clock.wall());
        ++fresh.sealings;
        if (auto done = seal(step, mail, *lane, *entry, std::move(fresh)); !done) {
            log::debug(category, "not sealed again: {}", done.error().context);
        }
    }
    if (step.changes.empty()) co_return;
    const auto committed = co_await parts_.commits.commit(std::move(step));
    const auto still = mails_.find(device);
    if (!committed || stopping_ || still == mails_.end()) co_return;
    const auto recipient = recipients_.find(still->second->account);
    if (recipient == recipients_.end()) co_return;
    for (const auto& host : recipient->second->hosts)
        host->cursor.clear();
    visit_all(still->second->account);
}

// --- Asking -------------------------------------------------------------------------------------

std::vector<MailboxDeposit::Checked> MailboxDeposit::to_check(const Host& host) const {
    const Timestamp now = parts_.clock.wall();
    std::vector<Checked> out;
    for (const auto& [device, mail] : mails_) {
        if (mail->account != host.account) continue;
        for (const auto& [id, row] : mail->rows) {
            if (out.size() == wire::Stat::max_envelopes) return out;
            if (!contains(row.copies.due_checks(now), host.box)) continue;
            const auto* const copy = row.copies.at(host.box);
            if (copy && copy->receipt) out.push_back({device, id, copy->receipt->envelope});
        }
    }
    return out;
}

Task<> MailboxDeposit::check(HostPointer host) {
    bool linked = parts_.links.by_serial(host->link) != nullptr;
    if (!linked) linked = co_await call(host);
    if (linked && !stopping_ && !host->gone) {
        const auto asked = to_check(*host);
        const auto states = co_await ask_for_states(host, asked);
        if (states && !stopping_ && parts_.commits.ready()) {
            auto held = take_states(*host, asked, *states);
            if (!held.empty()) co_await audit(host, std::move(held));
        }
    }
    host->checking = false;
}

// A byte for each of those asked about.
Task<Result<Bytes>> MailboxDeposit::ask_for_states(HostPointer host, std::vector<Checked> asked) {
    const auto recipient = recipients_.find(host->account);
    PeerLink* const link = parts_.links.by_serial(host->link);
    if (asked.empty() || !link || recipient == recipients_.end()) {
        co_return fail(Code::NotFound, "nothing to ask about");
    }
    wire::Stat request;
    for (const auto& one : asked)
        request.envelopes.push_back(mailbox::tag_of(one.envelope).array());
    mailbox::sign_probe(recipient->second->key, {link->info().binding, host->box}, request);
    link->touch();
    const SteadyTime deadline = parts_.clock.now() + answer_deadline;
    const auto answer = co_await link->ask(request, deadline);
    if (!answer) co_return tl::unexpected(answer.error());
    if (answer->type != wire::FrameType::StatReply) {
        co_return fail(Code::Refused, "the host does not say");
    }
    const auto reply = wire::StatReply::decode(answer->body);
    if (!reply) co_return tl::unexpected(reply.error());
    if (reply->states.size() != asked.size()) co_return fail(Code::Malformed, "another number");
    co_return to_bytes(reply->states);
}

std::vector<MailboxDeposit::Checked> MailboxDeposit::take_states(Host& host,
                                                                 const std::vector<Checked>& asked,
                                                                 ByteView states) {
    const Timestamp now = parts_.clock.wall();
    std::vector<Checked> held;
    Transaction step;
    std::size_t lost = 0;
    for (std::size_t at = 0; at < asked.size(); ++at) {
        store::CopiesRow* const row = row_of(asked[at].device, asked[at].message);
        const auto* const copy = row ? row->copies.at(host.box) : nullptr;
        // It was sealed anew while the host was asked.
        const bool same = copy && copy->receipt && copy->receipt->envelope == asked[at].envelope;
        if (!same) continue;
        const auto fate = static_cast<mailbox::Fate>(states[at]);
        const mailbox::Receipt proof = *copy->receipt;
        const auto news = row->copies.checked(host.box, fate, now, parts_.random);
        if (news == mailbox::HostNews::ProvenLoss) {
            ++lost;
            parts_.scores.lost(step, proof, now);
        }
        table_.put(step.changes, *row);
        message::TraceStep noted;
        noted.kind = message::TraceKind::Checked;
        if (fate != mailbox::Fate::Held) noted.result = message::TraceResult::NothingFound;
        trace(step, host, asked[at].device, asked[at].message, std::move(noted));
        if (fate == mailbox::Fate::Held) held.push_back(asked[at]);
    }
    if (step.changes.empty()) return held;
    if (lost > 0) {
        log::warn(category, "a mailbox has lost {} messages that it signed for", lost);
        step.events.push_back(NoticeRef{"mailbox-loss",
                                        "warning",
                                        "a mailbox has lost messages that it had promised to keep; "
                                        "they are left there and elsewhere again",
                                        "kith msg show, with the id of the message"});
    }
    step.after.push_back([this, account = host.account] { visit_all(account); });
    parts_.commits.join(std::move(step));
    return held;
}

}  // namespace kith::node
