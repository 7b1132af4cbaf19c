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

using mailbox::CopyState;

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
    const Timestamp now = parts_.clock.wall();
    std::set<crypto::AccountKey> again;
    std::set<std::pair<crypto::AccountKey, crypto::BoxId>> to_check;
    const bool refused_too = parts_.clock.now() >= refused_due_;
    if (refused_too) refused_due_ = parts_.clock.now() + refused_again;
    for (const auto& [device, mail] : mails_) {
        std::vector<crypto::MessageId> to_renew;
        const auto recipient = recipients_.find(mail->account);
        for (auto& [id, row] : mail->rows) {
            // A host that said no may have learned of us since, or serve again.
            if (refused_too && recipient != recipients_.end()) {
                row.copies.set_hosts(targets(*recipient->second), now);
            }
            const auto liars = row.copies.false_gone(now, parts_.random);
            if (row.copies.renewal_due(now) || !liars.empty()) to_renew.push_back(id);
            if (!row.copies.due_deposits(now).empty()) again.insert(mail->account);
            for (const auto& box : row.copies.due_checks(now))
                to_check.emplace(mail->account, box);
        }
        if (!to_renew.empty()) scope_.spawn(renew(device, std::move(to_renew)));
    }
    for (const auto& [account, recipient] : recipients_) {
        for (const auto& host : recipient->hosts) {
            // What was left here before may be wanted again, wherever it stands in its lane.
            if (again.contains(account) && !host->visiting) host->cursor.clear();
            if (!to_check.contains({account, host->box}) || host->checking) continue;
            if (parts_.clock.now() < host->not_before) continue;
            host->checking = true;
            scope_.spawn(check(host));
        }
        if (again.contains(account)) visit_all(account);
    }
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

Task<> MailboxDeposit::check(HostPointer host) {
    bool linked = parts_.links.by_serial(host->link) != nullptr;
    if (!linked) linked = co_await call(host);
    const auto recipient = recipients_.find(host->account);
    PeerLink* const link = parts_.links.by_serial(host->link);
    if (!linked || !link || stopping_ || host->gone || recipient == recipients_.end()) {
        host->checking = false;
        co_return;
    }
    const Timestamp now = parts_.clock.wall();

    struct Asked {
        crypto::DeviceId device;
        crypto::MessageId message;
        crypto::EnvelopeHash envelope;
    };

    std::vector<Asked> asked;
    wire::Stat request;
    for (const auto& [device, mail] : mails_) {
        if (mail->account != host->account) continue;
        for (const auto& [id, row] : mail->rows) {
            if (asked.size() == wire::Stat::max_envelopes) break;
            if (!contains(row.copies.due_checks(now), host->box)) continue;
            const auto copy = std::ranges::find(row.copies.all(), host->box, &mailbox::Copy::host);
            if (copy == row.copies.all().end() || !copy->receipt) continue;
            asked.push_back({device, id, copy->receipt->envelope});
            request.envelopes.push_back(mailbox::tag_of(copy->receipt->envelope).array());
        }
    }
    if (asked.empty()) {
        host->checking = false;
        co_return;
    }
    mailbox::sign_probe(recipient->second->key, {link->info().binding, host->box}, request);
    link->touch();
    const auto answer = co_await link->ask(request, parts_.clock.now() + answer_deadline);
    host->checking = false;
    if (stopping_ || !answer || answer->type != wire::FrameType::StatReply) co_return;
    const auto reply = wire::StatReply::decode(answer->body);
    if (!reply || reply->states.size() != asked.size() || !parts_.commits.ready()) co_return;
    Transaction step;
    std::size_t lost = 0;
    for (std::size_t at = 0; at < asked.size(); ++at) {
        store::CopiesRow* const row = row_of(asked[at].device, asked[at].message);
        if (!row) continue;
        const auto fate = static_cast<mailbox::Fate>(reply->states[at]);
        const auto news = row->copies.checked(host->box, fate, parts_.clock.wall(), parts_.random);
        if (news == mailbox::HostNews::ProvenLoss) ++lost;
        table_.put(step.changes, *row);
        message::TraceStep noted;
        noted.kind = message::TraceKind::Checked;
        if (fate != mailbox::Fate::Held) noted.result = message::TraceResult::NothingFound;
        trace(step, *host, asked[at].device, asked[at].message, std::move(noted));
    }
    if (step.changes.empty()) co_return;
    if (lost > 0) {
        log::warn(category, "a mailbox has lost {} messages that it signed for", lost);
        step.events.push_back(NoticeRef{"mailbox-loss",
                                        "warning",
                                        "a mailbox has lost messages that it had promised to keep; "
                                        "they are left there and elsewhere again",
                                        "kith msg show, with the id of the message"});
    }
    const auto account = host->account;
    step.after.push_back([this, account] { visit_all(account); });
    parts_.commits.join(std::move(step));
}

}  // namespace kith::node
