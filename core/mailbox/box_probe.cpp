// SPDX-License-Identifier: GPL-3.0-or-later
// STAT and AUDIT: what became of envelopes. A capability sees only what it has left, or
// left again; everything else is unknown to it.
#include "core/mailbox/box_state.h"

#include <algorithm>

namespace kith::mailbox {

namespace {

using Rate = Gcra<SteadyTime> LiveCapability::*;

Duration wait_for(const Registrations& registered,
                  const crypto::DepositKey& key,
                  Rate rate,
                  const Pace& pace,
                  SteadyTime now) {
    Duration wait{};
    for (Mailbox* mailbox : registered)
        wait = std::max(wait, (mailbox->capabilities.at(key).*rate).wait(pace, now));
    return wait;
}

void take(const Registrations& registered,
          const crypto::DepositKey& key,
          Rate rate,
          const Pace& pace,
          SteadyTime now) {
    for (Mailbox* mailbox : registered)
        (mailbox->capabilities.at(key).*rate).take(pace, now);
}

// Held somewhere counts before collected, collected before expired.
Fate better(Fate a, Fate b) {
    const auto rank = [](Fate fate) { return fate == Fate::Unknown ? 4 : static_cast<int>(fate); };
    return rank(a) <= rank(b) ? a : b;
}

Result<Fate> fate_of(const BoxState& state,
                     const Registrations& mailboxes,
                     const EnvelopeTag& tag,
                     const std::optional<crypto::DepositKey>& seen_by) {
    Fate fate = Fate::Unknown;
    for (const Mailbox* mailbox : mailboxes) {
        KITH_TRY(const auto row, state.rows.find(mailbox->row.id, tag));
        if (!row || (seen_by && !row->left_by(*seen_by))) continue;
        fate = better(fate, row->fate);
    }
    return fate;
}

StatOutcome refuse(const wire::Refuse& refusal) {
    StatOutcome out;
    out.answer = refusal;
    return out;
}

}  // namespace

StatOutcome Box::stat(const HostLink& link, const wire::Stat& request, const HostMoment& now) {
    BoxState& state = *state_;
    Registrations mailboxes;
    std::optional<crypto::DepositKey> key;
    if (request.key) {
        key = crypto::DepositKey(*request.key);
        mailboxes = state.registrations(*key, now);
        const Pace& pace = state.limits.stat;
        const Duration wait = wait_for(mailboxes, *key, &LiveCapability::stats, pace, now.steady);
        if (wait != Duration::zero())
            return refuse(refusal(request.q, wire::RefuseCode::Rate, wait));
        if (mailboxes.empty() || !verify_probe({link.exporter, state.id}, request))
            return refuse(refusal(request.q, wire::RefuseCode::Unknown));
        take(mailboxes, *key, &LiveCapability::stats, pace, now.steady);
    } else {
        for (const crypto::LeaseId& lease : link.owned)
            if (Mailbox* mailbox = state.find(lease)) mailboxes.push_back(mailbox);
        if (mailboxes.empty()) return refuse(refusal(request.q, wire::RefuseCode::Unknown));
    }
    Bytes states;
    for (const auto& tag : request.envelopes) {
        const auto fate = fate_of(state, mailboxes, EnvelopeTag(tag), key);
        // Not knowing is not "unknown": that would convict this host.
        if (!fate) return refuse(refusal(request.q, wire::RefuseCode::Busy));
        states.push_back(static_cast<std::uint8_t>(*fate));
    }
    StatOutcome out;
    out.answer = std::move(states);
    return out;
}

Outcome<wire::AuditReply> Box::audit(const HostLink& link,
                                     const wire::Audit& request,
                                     const HostMoment& now) {
    BoxState& state = *state_;
    const crypto::DepositKey key(request.key);
    const Registrations mailboxes = state.registrations(key, now);
    const Pace& pace = state.limits.audit;
    const Duration wait = wait_for(mailboxes, key, &LiveCapability::audits, pace, now.steady);
    if (wait != Duration::zero()) return {refusal(request.q, wire::RefuseCode::Rate, wait), {}};
    if (mailboxes.empty() || !verify_probe({link.exporter, state.id}, request))
        return {refusal(request.q, wire::RefuseCode::Unknown), {}};
    take(mailboxes, key, &LiveCapability::audits, pace, now.steady);
    const crypto::EnvelopeHash hash(request.envelope);
    wire::RefuseCode code = wire::RefuseCode::Unknown;
    for (const Mailbox* mailbox : mailboxes) {
        const auto row = state.rows.find(mailbox->row.id, tag_of(hash));
        if (!row) return {refusal(request.q, wire::RefuseCode::Busy), {}};
        if (!*row || !(*row)->left_by(key) || (*row)->hash != hash) continue;
        if ((*row)->fate == Fate::Gone) code = wire::RefuseCode::Gone;
        if (!(*row)->held()) continue;
        const auto envelope = state.rows.envelope(mailbox->row.id, (*row)->seq);
        if (!envelope || !*envelope) return {refusal(request.q, wire::RefuseCode::Busy), {}};
        return {wire::AuditReply{request.q, audit_answer(request.nonce, **envelope).array()}, {}};
    }
    return {refusal(request.q, code), {}};
}

}  // namespace kith::mailbox
