// SPDX-License-Identifier: GPL-3.0-or-later
// Asks a host for proof that what it says it holds is there: only whoever has the envelope can
// answer. The fourth part of mailbox_deposit.h. docs/spec/mailbox.md#probes.
#include "core/base/log.h"
#include "core/node/mailbox_deposit.h"
#include "core/node/mailbox_deposit_state.h"
#include "core/wire/deposit_frames.h"

namespace kith::node {
namespace {

constexpr auto category = log::Category::Node;
constexpr Duration answer_deadline = seconds(10);
// Of the copies that a host says it holds, at each check.
constexpr double audited_share = 0.1;
// Of one check: a host allows ten an hour.
constexpr std::size_t audits_at_once = 3;

}  // namespace

Task<> MailboxDeposit::audit(HostPointer host, std::vector<Checked> held) {
    std::size_t asked = 0;
    for (const auto& one : held) {
        if (parts_.random.unit() >= audited_share) continue;
        const bool answers = co_await audit_one(host, one);
        if (!answers || ++asked == audits_at_once) co_return;
    }
}

// False: no use to ask more.
Task<bool> MailboxDeposit::audit_one(HostPointer host, Checked what) {
    const auto envelope = table_.envelope(what.device, what.message);
    const auto recipient = recipients_.find(host->account);
    PeerLink* const link = parts_.links.by_serial(host->link);
    if (!link || recipient == recipients_.end() || !envelope) co_return false;
    // It was sealed anew since, or is receipted.
    if (!*envelope || message::envelope_hash(**envelope) != what.envelope) co_return true;
    wire::Audit request;
    request.envelope = what.envelope.array();
    request.nonce = parts_.random.array<16>();
    mailbox::sign_probe(recipient->second->key, {link->info().binding, host->box}, request);
    const auto right = mailbox::audit_answer(request.nonce, **envelope);
    const SteadyTime deadline = parts_.clock.now() + answer_deadline;
    const auto answer = co_await link->ask(request, deadline);
    if (stopping_ || !parts_.commits.ready()) co_return false;
    if (!answer && answer.error().code != Code::Timeout) co_return false;
    const bool proof = answer && answer->type == wire::FrameType::AuditReply;
    const auto reply = proof ? wire::AuditReply::decode(answer->body) : Result<wire::AuditReply>();
    if (proof && reply && crypto::Mac32(reply->hash) == right) co_return true;
    if (answer && !proof) {
        const auto refusal = wire::Refuse::decode(answer->body);
        // Collected meanwhile, or it has no time: only to know nothing of it now is no answer.
        if (!refusal || refusal->code != wire::RefuseCode::Unknown) co_return false;
    }
    const Timestamp now = parts_.clock.wall();
    Transaction step;
    if (proof) {
        log::warn(category, "a mailbox cannot prove what it says it holds");
        parts_.scores.observe(step, host->box, reputation::Event::AuditWrong, now);
        if (auto* const row = row_of(what.device, what.message)) {
            row->copies.audit_failed(host->box, now, parts_.random);
            table_.put(step.changes, *row);
            message::TraceStep noted;
            noted.kind = message::TraceKind::Checked;
            noted.result = message::TraceResult::NothingFound;
            trace(step, *host, what.device, what.message, std::move(noted));
        }
        step.after.push_back([this, account = host->account] { visit_all(account); });
    } else {
        parts_.scores.observe(step, host->box, reputation::Event::AuditSilent, now);
    }
    parts_.commits.join(std::move(step));
    co_return proof;
}

}  // namespace kith::node
