// SPDX-License-Identifier: GPL-3.0-or-later
// DEPOSIT. The checks come in the order of the specification and stop at the first failure:
// size, rate, key or account, signature or work, known envelope, term and quotas; then the rows,
// their commit, and the receipt.
#include "core/mailbox/box_state.h"
#include "core/mailbox/receipt.h"
#include "core/message/envelope.h"

#include <algorithm>

namespace kith::mailbox {

namespace {

// Smallest work that any account asks of a stranger: an eighth of the lowest effort.
constexpr std::uint32_t work_min = 63;
// Evaluations for one rCPU of effort: d = 250 E.
constexpr std::uint32_t work_per_effort = 250;
// Longer than a proof can be in force: its epoch, the one before and the one after.
constexpr Duration work_memory = days(4);

DepositOutcome refuse(const wire::Refuse& refusal) {
    DepositOutcome out;
    out.answer = refusal;
    return out;
}

// Everything that the steps of one deposit share.
struct Attempt {
    BoxState& state;
    const wire::Deposit& request;
    const HostMoment& now;
    crypto::EnvelopeHash hash;
    std::optional<crypto::DepositKey> depositor;
    std::optional<ProvenWork> work;

    bool stranger() const { return !depositor.has_value(); }

    wire::Refuse no(wire::RefuseCode code, Duration retry = {}) const {
        return refusal(request.q, code, retry);
    }

    DepositorMark mark() const {
        return depositor ? DepositorMark(mark_of(*depositor)) : std::nullopt;
    }
};

// What one mailbox does with the envelope.
struct Place {
    Mailbox* mailbox = nullptr;
    std::optional<EnvelopeRow> known;      // held there already
    std::optional<EnvelopeRow> forgotten;  // its tombstone: expired there once
    Term term{};
    std::vector<EnvelopeRow> displaced;
};

bool room_on_disk(const Attempt& attempt, LeaseClass lease_class) {
    const BoxLimits& limits = attempt.state.limits;
    const std::uint64_t reserve =
        lease_class == LeaseClass::Own ? limits.own_reserve : limits.disk_reserve;
    return attempt.now.free_bytes >= reserve + attempt.request.envelope.size();
}

bool too_large(const Attempt& attempt, const Mailbox& mailbox) {
    const std::size_t size = attempt.request.envelope.size();
    if (size > terms_of(mailbox.row.lease_class).largest_envelope) return true;
    if (attempt.stranger()) return size > stranger_envelope_size;
    const CapabilityKind kind = mailbox.capabilities.at(*attempt.depositor).row.kind;
    return kind == CapabilityKind::Invite && size > invite_envelope_size;
}

// --- Strangers' pool ----------------------------------------------------------------------------

std::uint16_t effort_over(std::uint32_t rank) {
    const std::uint32_t effort = rank / work_per_effort + 1;
    return static_cast<std::uint16_t>(std::min<std::uint32_t>(effort, 0xffff));
}

// Entries with less work that were kept for as long as was promised, until there is room.
std::variant<std::vector<EnvelopeRow>, wire::Refuse> displace(const Attempt& attempt,
                                                              const Mailbox& mailbox,
                                                              const WorkClaim& claim) {
    const std::size_t size = attempt.request.envelope.size();
    if (!mailbox.ledger.admit(std::nullopt, size)) return std::vector<EnvelopeRow>{};
    auto pool = attempt.state.rows.strangers(mailbox.row.id);
    if (!pool) return attempt.no(wire::RefuseCode::Busy);
    std::erase_if(*pool, [&](const EnvelopeRow& row) {
        return row.stored_at + stranger_promise > attempt.now.wall;
    });
    if (pool->empty()) return attempt.no(wire::RefuseCode::Strangers, stranger_promise);
    std::ranges::sort(
        *pool, {}, [](const EnvelopeRow& row) { return std::pair(row.rank, row.stored_at); });
    std::vector<EnvelopeRow> out;
    std::uint64_t bytes = 0;
    std::uint32_t places = 0;
    for (const EnvelopeRow& row : *pool) {
        if (row.rank >= claim.rank()) {
            wire::Refuse refusal = attempt.no(wire::RefuseCode::Effort);
            refusal.effort = effort_over(row.rank);
            return refusal;
        }
        out.push_back(row);
        bytes += row.size;
        places += places_of(row.size);
        if (mailbox.ledger.stranger_fits(size, bytes, places)) return out;
    }
    return attempt.no(wire::RefuseCode::Strangers, stranger_promise);
}

// --- One mailbox --------------------------------------------------------------------------------

std::optional<wire::Refuse> check_known(const Attempt& attempt, Place& place) {
    const auto found = attempt.state.rows.find(place.mailbox->row.id, tag_of(attempt.hash));
    if (!found) return attempt.no(wire::RefuseCode::Busy);
    if (!*found) return std::nullopt;
    const EnvelopeRow& row = **found;
    // Half a hash in common with another envelope: nobody makes that by chance.
    if (row.hash != attempt.hash) return attempt.no(wire::RefuseCode::Unknown);
    if (row.held()) place.known = row;
    if (row.fate == Fate::Gone) return attempt.no(wire::RefuseCode::Gone);
    if (row.fate == Fate::Expired) place.forgotten = row;
    return std::nullopt;
}

std::optional<wire::Refuse> check_quota(const Attempt& attempt, Place& place) {
    const Mailbox& mailbox = *place.mailbox;
    const auto term =
        term_of(mailbox.row.lease_class, attempt.stranger(), attempt.request.ttl, attempt.now.wall);
    if (!term) return attempt.no(wire::RefuseCode::Ttl);
    place.term = *term;
    if (too_large(attempt, mailbox)) return attempt.no(wire::RefuseCode::Size);
    if (!attempt.now.clock_sane || !room_on_disk(attempt, mailbox.row.lease_class))
        return attempt.no(wire::RefuseCode::Busy, minutes(10));
    if (attempt.stranger()) {
        auto displaced = displace(attempt, mailbox, attempt.work->claim);
        if (auto* no = std::get_if<wire::Refuse>(&displaced)) return *no;
        place.displaced = std::get<std::vector<EnvelopeRow>>(std::move(displaced));
        return std::nullopt;
    }
    const auto no = mailbox.ledger.admit(attempt.mark(), attempt.request.envelope.size());
    if (no) return attempt.no(*no, hours(1));
    return std::nullopt;
}

EnvelopeRow new_row(const Attempt& attempt, Place& place) {
    EnvelopeRow row;
    row.lease = place.mailbox->row.id;
    row.hash = attempt.hash;
    row.seq = place.mailbox->row.next_seq++;
    row.size = static_cast<std::uint32_t>(attempt.request.envelope.size());
    row.stored_at = from_unix_seconds(unix_seconds(attempt.now.wall));
    row.expires = place.term.expires;
    row.depositor = attempt.depositor;
    if (attempt.work) {
        row.rank = attempt.work->claim.rank();
        row.work = attempt.work->id;
    }
    return row;
}

Timestamp promised(const EnvelopeRow& row) {
    return row.depositor ? row.expires : std::min(row.expires, row.stored_at + stranger_promise);
}

wire::HostReceipt receipt_for(const Attempt& attempt, const EnvelopeRow& row) {
    const Receipt receipt = make_receipt(
        attempt.state.key, row.hash, unix_seconds(row.stored_at), unix_seconds(promised(row)));
    return {attempt.request.q, receipt.stored_at, receipt.expires, receipt.signature.array()};
}

void keep(const Attempt& attempt, Place& place, DepositOutcome& out) {
    BoxState& state = attempt.state;
    for (const EnvelopeRow& row : place.displaced)
        state.bury(place.mailbox, row, Fate::Expired, attempt.now.wall, out.changes);
    if (place.forgotten) out.changes.emplace_back(ForgetEnvelope{*place.forgotten});
    const EnvelopeRow row = new_row(attempt, place);
    place.mailbox->ledger.hold(row.mark(), row.size);
    out.changes.emplace_back(StoreEnvelope{row, attempt.request.envelope});
    const auto env_id = read_be<std::uint32_t>(attempt.request.envelope.subspan(1));
    out.arrivals.push_back({row.lease, row.seq, env_id, row.size});
    place.known = row;
}

// Whoever left it again gets the same receipt, and may ask about it: "unknown" would convict us.
// The receipt for a stranger's envelope promises an hour, too little for that.
void note_again(const Attempt& attempt, EnvelopeRow& row) {
    if (!attempt.depositor || !row.depositor || row.left_by(*attempt.depositor)) return;
    if (row.again.size() == left_again_max) row.again.erase(row.again.begin());
    row.again.push_back(*attempt.depositor);
}

// Steps 5 to 8 of the specification, for all mailboxes of a key or for none.
DepositOutcome store(Attempt& attempt, const Registrations& registered) {
    if (!attempt.now.writable) return refuse(attempt.no(wire::RefuseCode::Busy));
    std::vector<Place> places;
    std::optional<wire::Refuse> gone;
    for (Mailbox* mailbox : registered) {
        Place place;
        place.mailbox = mailbox;
        if (auto no = check_known(attempt, place)) {
            // Collected from one of several mailboxes: there is nothing to keep in it.
            if (no->code != wire::RefuseCode::Gone) return refuse(*no);
            gone = no;
            continue;
        }
        places.push_back(std::move(place));
    }
    if (places.empty()) return refuse(*gone);
    for (Place& place : places) {
        if (place.known) continue;
        if (auto no = check_quota(attempt, place)) return refuse(*no);
    }
    DepositOutcome out;
    for (Place& place : places) {
        if (place.known) {
            // The first receipt may still wait for its batch: this one must not overtake it.
            note_again(attempt, *place.known);
            out.changes.emplace_back(RepeatEnvelope{*place.known});
        } else {
            keep(attempt, place, out);
        }
    }
    out.answer = receipt_for(attempt, *places.front().known);
    return out;
}

// --- Before that --------------------------------------------------------------------------------

std::optional<wire::Refuse> check_source(BoxState& state,
                                         const HostLink& link,
                                         const wire::Deposit& request,
                                         const HostMoment& now) {
    if (std::ranges::find(wire::envelope_sizes, request.envelope.size()) ==
        wire::envelope_sizes.end())
        return refusal(request.q, wire::RefuseCode::Size);
    const Duration wait = state.sources.take(state.limits.source, link.source, now.steady);
    if (wait != Duration::zero()) return refusal(request.q, wire::RefuseCode::Rate, wait);
    return std::nullopt;
}

// A host that stops takes nothing more, but for its own devices; what it has it serves.
void leave_out_stopped(const BoxState& state, Registrations& registered) {
    if (state.limits.serve != Serve::Off) return;
    std::erase_if(registered, [](const Mailbox* mailbox) {
        return mailbox->row.lease_class != LeaseClass::Own;
    });
}

wire::Refuse nobody_takes_it(const BoxState& state, const wire::Deposit& request) {
    const bool off = state.limits.serve == Serve::Off;
    return refusal(request.q, off ? wire::RefuseCode::Off : wire::RefuseCode::Unknown);
}

// The rate of a capability counts only what its holder signed: others know the key as well.
Duration capability_wait(const BoxState& state,
                         const Registrations& registered,
                         const crypto::DepositKey& key,
                         SteadyTime now,
                         bool take) {
    Duration wait{};
    for (Mailbox* mailbox : registered) {
        auto& rate = mailbox->capabilities.at(key).deposits;
        const Pace& pace = state.limits.capability;
        wait = std::max(wait, take ? rate.take(pace, now) : rate.wait(pace, now));
    }
    return wait;
}

Registrations near(BoxState& state,
                   const crypto::BlindedAccountKey& account,
                   const WorkClaim& claim,
                   const HostMoment& now) {
    Registrations out = state.registrations(account);
    const auto epoch_fits = [&](const BeaconFacts& facts) {
        return facts.account == account && facts.epoch == claim.epoch &&
               facts.epoch + 1 >= now.epoch && facts.epoch <= now.epoch + 1;
    };
    std::erase_if(out, [&](const Mailbox* mailbox) {
        return !mailbox->live(now.wall, now.clock_sane) ||
               std::ranges::none_of(mailbox->beacons, epoch_fits);
    });
    leave_out_stopped(state, out);
    return out;
}

// Whether this proof has paid for as many envelopes as it may, in any of the mailboxes.
std::optional<wire::Refuse> check_uses(const BoxState& state,
                                       const wire::Deposit& request,
                                       const Registrations& registered,
                                       const ProvenWork& work) {
    for (const Mailbox* mailbox : registered) {
        const auto used = state.rows.work(mailbox->row.id, work.id);
        if (!used) return refusal(request.q, wire::RefuseCode::Busy);
        if (*used && (*used)->used >= work.claim.envelopes)
            return refusal(request.q, wire::RefuseCode::Unknown);
    }
    return std::nullopt;
}

bool is_repeat(const Attempt& attempt, const Mailbox& mailbox) {
    const auto row = attempt.state.rows.find(mailbox.row.id, tag_of(attempt.hash));
    return row && *row && (*row)->hash == attempt.hash && (*row)->fate != Fate::Expired;
}

void count_use(const Attempt& attempt, DepositOutcome& out) {
    for (const Arrival& arrival : out.arrivals) {
        WorkRow row{arrival.lease, attempt.work->id, 0, attempt.now.wall + work_memory};
        row.until = from_unix_seconds(unix_seconds(row.until));
        if (const auto used = attempt.state.rows.work(arrival.lease, row.work); used && *used)
            row = **used;
        ++row.used;
        out.changes.emplace_back(PutWork{row});
    }
}

}  // namespace

DepositOutcome Box::deposit(const HostLink& link,
                            const wire::Deposit& request,
                            const HostMoment& now) {
    BoxState& state = *state_;
    if (auto no = check_source(state, link, request, now)) return refuse(*no);
    const auto* right = std::get_if<wire::DepositCapability>(&request.right);
    if (right == nullptr) return refuse(refusal(request.q, wire::RefuseCode::Unknown));
    const crypto::DepositKey key(right->key);
    Registrations registered = state.registrations(key, now);
    leave_out_stopped(state, registered);
    if (registered.empty()) return refuse(nobody_takes_it(state, request));
    if (const Duration wait = capability_wait(state, registered, key, now.steady, false);
        wait != Duration::zero())
        return refuse(refusal(request.q, wire::RefuseCode::Rate, wait));
    Attempt attempt{state, request, now, message::envelope_hash(request.envelope), key, {}};
    const LinkToBox where{link.exporter, state.id};
    if (!verify_deposit(key, where, attempt.hash, request.ttl, crypto::Signature(right->sig)))
        return refuse(refusal(request.q, wire::RefuseCode::Unknown));
    capability_wait(state, registered, key, now.steady, true);
    return store(attempt, registered);
}

std::variant<WorkToCheck, wire::Refuse> Box::screen(const HostLink& link,
                                                    const wire::Deposit& request,
                                                    const WorkClaim& claim,
                                                    const HostMoment& now) {
    BoxState& state = *state_;
    if (auto no = check_source(state, link, request, now)) return *no;
    const auto* right = std::get_if<wire::DepositWork>(&request.right);
    if (right == nullptr || claim.envelopes == 0 || claim.envelopes > 8)
        return refusal(request.q, wire::RefuseCode::Unknown);
    const crypto::BlindedAccountKey account(right->blinded);
    const Registrations registered = near(state, account, claim, now);
    if (registered.empty()) return nobody_takes_it(state, request);
    if (claim.difficulty < work_min) {
        wire::Refuse no = refusal(request.q, wire::RefuseCode::Effort);
        no.effort = 1;
        return no;
    }
    const Attempt attempt{
        state, request, now, message::envelope_hash(request.envelope), {}, ProvenWork{claim, {}}};
    WorkToCheck out{account, {}};
    for (const Mailbox* mailbox : registered) {
        if (too_large(attempt, *mailbox)) return attempt.no(wire::RefuseCode::Size);
        if (!is_repeat(attempt, *mailbox)) {
            const auto room = displace(attempt, *mailbox, claim);
            if (const auto* no = std::get_if<wire::Refuse>(&room)) return *no;
        }
        for (const BeaconFacts& facts : mailbox->beacons)
            if (facts.account == account && facts.epoch == claim.epoch)
                out.signers.push_back(facts.signer);
    }
    return out;
}

DepositOutcome Box::deposit(const wire::Deposit& request,
                            const ProvenWork& work,
                            const HostMoment& now) {
    BoxState& state = *state_;
    const auto* right = std::get_if<wire::DepositWork>(&request.right);
    if (right == nullptr) return refuse(refusal(request.q, wire::RefuseCode::Unknown));
    // Time has passed since screen(): what held then need not hold now.
    const Registrations registered =
        near(state, crypto::BlindedAccountKey(right->blinded), work.claim, now);
    if (registered.empty()) return refuse(nobody_takes_it(state, request));
    Attempt attempt{state, request, now, message::envelope_hash(request.envelope), {}, work};
    if (auto no = check_uses(state, request, registered, work)) {
        // A repeat of what this proof has paid for is answered all the same.
        if (!is_repeat(attempt, *registered.front())) return refuse(*no);
    }
    DepositOutcome out = store(attempt, registered);
    count_use(attempt, out);
    return out;
}

}  // namespace kith::mailbox
