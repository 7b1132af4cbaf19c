// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/copies.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::mailbox {

namespace {

constexpr std::size_t copies_row_max = 8192;
constexpr std::size_t copies_of_message = 16;

constexpr std::array<Duration, 9> retries{seconds(1),
                                          seconds(2),
                                          seconds(4),
                                          seconds(8),
                                          seconds(16),
                                          minutes(5),
                                          minutes(15),
                                          hours(1),
                                          hours(6)};
constexpr std::array<Duration, 3> checks{hours(1), hours(5), hours(24)};

// `delay` +- `part`.
Duration spread(Duration delay, double part, double jitter) {
    const double factor = 1 - part + 2 * part * jitter;
    return Duration(static_cast<Duration::rep>(static_cast<double>(delay.count()) * factor));
}

Timestamp whole(Timestamp time) {
    return from_unix_seconds(unix_seconds(time));
}

}  // namespace

Duration deposit_retry(unsigned attempt, double jitter) {
    const std::size_t place =
        std::min<std::size_t>(attempt == 0 ? 0 : attempt - 1, retries.size() - 1);
    return spread(retries[place], 0.5, jitter);
}

Duration stat_delay(unsigned number, double jitter) {
    return spread(checks[std::min<std::size_t>(number, checks.size() - 1)], 0.2, jitter);
}

Copy* Copies::find(const crypto::BoxId& host) {
    const auto found = std::ranges::find(copies_, host, &Copy::host);
    return found == copies_.end() ? nullptr : &*found;
}

const Copy* Copies::at(const crypto::BoxId& host) const {
    const auto found = std::ranges::find(copies_, host, &Copy::host);
    return found == copies_.end() ? nullptr : &*found;
}

void Copies::enter(Copy& copy, CopyState state, Timestamp now, Duration next) {
    copy.state = state;
    copy.since = whole(now);
    copy.attempts = 0;
    copy.next = whole(now + next);
}

void Copies::set_hosts(std::span<const Target> hosts, Timestamp now) {
    const auto named = [&](const Copy& copy) {
        return std::ranges::find(hosts, copy.host, &Target::host) != hosts.end();
    };
    // A copy that is there may still be served: what is no longer named is only not tried again.
    std::erase_if(copies_, [&](const Copy& copy) {
        return !named(copy) && copy.state != CopyState::Stored && copy.state != CopyState::Gone;
    });
    for (const Target& target : hosts) {
        if (Copy* known = find(target.host)) {
            known->own = target.own;
            // The hosts were read again because one of them refused: it may have reasons no more.
            if (known->state == CopyState::Refused) enter(*known, CopyState::Wanted, now, {});
        } else if (copies_.size() < copies_of_message) {
            Copy copy;
            copy.host = target.host;
            copy.own = target.own;
            enter(copy, CopyState::Wanted, now, {});
            copies_.push_back(copy);
        }
    }
}

bool Copies::wants_deposit(const Copy& copy) {
    return copy.state == CopyState::Wanted || copy.state == CopyState::Lost;
}

std::vector<crypto::BoxId> Copies::due_deposits(Timestamp now) const {
    std::vector<crypto::BoxId> out;
    for (const Copy& copy : copies_)
        if (wants_deposit(copy) && copy.next <= now) out.push_back(copy.host);
    return out;
}

std::vector<crypto::BoxId> Copies::due_checks(Timestamp now) const {
    std::vector<crypto::BoxId> out;
    for (const Copy& copy : copies_)
        if (copy.state == CopyState::Stored && copy.next <= now) out.push_back(copy.host);
    return out;
}

bool Copies::renewal_due(Timestamp now) const {
    return std::ranges::any_of(copies_, [now](const Copy& copy) {
        return copy.state == CopyState::Stored && copy.renew_at <= now;
    });
}

void Copies::renewed(Timestamp now) {
    for (Copy& copy : copies_) {
        const bool wanted = copy.state == CopyState::Stored || wants_deposit(copy);
        if (wanted) enter(copy, CopyState::Wanted, now, {});
    }
}

std::optional<Timestamp> Copies::next_time() const {
    std::optional<Timestamp> next;
    for (const Copy& copy : copies_) {
        std::optional<Timestamp> at;
        if (wants_deposit(copy)) at = copy.next;
        if (copy.state == CopyState::Stored) at = std::min(copy.next, copy.renew_at);
        if (copy.state == CopyState::Gone) at = copy.since + gone_grace;
        if (at) next = next ? std::min(*next, *at) : *at;
    }
    return next;
}

// --- Answers ------------------------------------------------------------------------------------

void Copies::stored(const crypto::BoxId& host,
                    const Receipt& receipt,
                    Timestamp now,
                    Random& random) {
    Copy* copy = find(host);
    if (copy == nullptr) return;
    enter(*copy, CopyState::Stored, now, stat_delay(0, random.unit()));
    copy->receipt = receipt;
    // By how long it was promised, not until when: the host's clock is its own.
    const Duration term =
        seconds(std::min<std::uint64_t>(receipt.promised_seconds(), std::uint64_t{400} * 86400));
    copy->ends = whole(now + term);
    copy->renew_at = whole(now + std::max(term - renew_before, term / 2));
}

void Copies::failed(const crypto::BoxId& host, Timestamp now, Random& random) {
    Copy* copy = find(host);
    if (copy == nullptr) return;
    ++copy->attempts;
    if (wants_deposit(*copy))
        copy->next = whole(now + deposit_retry(copy->attempts, random.unit()));
    // A check that was not answered says nothing; the next one is soon enough.
    if (copy->state == CopyState::Stored) copy->next = whole(now + stat_delay(0, random.unit()));
}

HostNews Copies::refused(const crypto::BoxId& host,
                         const wire::Refuse& refusal,
                         Timestamp now,
                         Random& random) {
    Copy* copy = find(host);
    if (copy == nullptr || !wants_deposit(*copy)) return HostNews::Nothing;
    switch (refusal.code) {
        case wire::RefuseCode::Gone:
            enter(*copy, CopyState::Gone, now, {});
            return HostNews::Nothing;
        case wire::RefuseCode::Off:
        case wire::RefuseCode::Unknown:
            enter(*copy, CopyState::Refused, now, {});
            return HostNews::ReadHostsAgain;
        case wire::RefuseCode::Size:
        case wire::RefuseCode::Ttl:
            enter(*copy, CopyState::Refused, now, {});
            return HostNews::Nothing;
        case wire::RefuseCode::Effort:
            failed(host, now, random);
            return HostNews::NeedsMoreWork;
        case wire::RefuseCode::Share:
        case wire::RefuseCode::Full:
        case wire::RefuseCode::Strangers:
        case wire::RefuseCode::Rate:
        case wire::RefuseCode::Busy:
            break;
    }
    failed(host, now, random);
    const Duration asked = std::min<Duration>(seconds(refusal.retry), hours(6));
    copy->next = std::max(copy->next, whole(now + asked));
    return HostNews::Nothing;
}

HostNews Copies::checked(const crypto::BoxId& host, Fate fate, Timestamp now, Random& random) {
    Copy* copy = find(host);
    if (copy == nullptr || copy->state != CopyState::Stored) return HostNews::Nothing;
    const bool promised = now + renew_before < copy->ends;
    switch (fate) {
        case Fate::Held:
            ++copy->attempts;
            copy->next = whole(now + stat_delay(copy->attempts, random.unit()));
            return HostNews::Nothing;
        case Fate::Gone:
            enter(*copy, CopyState::Gone, now, {});
            return HostNews::Nothing;
        case Fate::Unknown:
        case Fate::Expired:
            break;
    }
    if (!promised) {
        // Its term is over or nearly so; clocks differ.
        copy->ends = {};
        enter(*copy, CopyState::Wanted, now, {});
        return HostNews::Nothing;
    }
    lose(*copy, now, random);
    return HostNews::ProvenLoss;
}

HostNews Copies::audit_failed(const crypto::BoxId& host, Timestamp now, Random& random) {
    Copy* copy = find(host);
    if (copy == nullptr || copy->state != CopyState::Stored) return HostNews::Nothing;
    lose(*copy, now, random);
    return HostNews::ProvenLoss;
}

std::vector<crypto::BoxId> Copies::false_gone(Timestamp now, Random& random) {
    std::vector<crypto::BoxId> out;
    for (Copy& copy : copies_) {
        if (copy.state != CopyState::Gone || now < copy.since + gone_grace) continue;
        lose(copy, now, random);
        out.push_back(copy.host);
    }
    return out;
}

// The others come first: this one is asked again like one that failed some times.
void Copies::lose(Copy& copy, Timestamp now, Random& random) {
    constexpr std::uint32_t as_if_failed = 6;
    enter(copy, CopyState::Lost, now, deposit_retry(as_if_failed, random.unit()));
    copy.attempts = as_if_failed;
    copy.ends = {};
}

// A copy that is being made anew is there until its own term ends.
bool Copies::is_alive(const Copy& copy, Timestamp now) {
    return (copy.state == CopyState::Stored || copy.state == CopyState::Wanted) && now < copy.ends;
}

std::size_t Copies::alive(Timestamp now) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(copies_, [now](const Copy& copy) { return is_alive(copy, now); }));
}

bool Copies::enough(Timestamp now) const {
    const auto usable = static_cast<std::size_t>(std::ranges::count_if(
        copies_, [](const Copy& copy) { return copy.state != CopyState::Refused; }));
    const bool own_there = std::ranges::any_of(
        copies_, [now](const Copy& copy) { return copy.own && is_alive(copy, now); });
    return own_there || (usable != 0 && alive(now) >= std::min(copies_enough, usable));
}

bool Copies::settled(Timestamp now) const {
    if (enough(now)) return true;
    const auto taken = [](const Copy& copy) {
        return copy.state == CopyState::Stored || copy.state == CopyState::Gone;
    };
    if (std::ranges::none_of(copies_, taken)) return false;
    return std::ranges::none_of(copies_, wants_deposit) ||
           std::ranges::any_of(copies_, [&](const Copy& copy) {
               return taken(copy) && now >= copy.since + receipt_effort;
           });
}

// --- Stored form --------------------------------------------------------------------------------

Bytes Copies::encode() const {
    Bytes bytes;
    wire::Writer out(bytes);
    out.array(copies_.size());
    for (const Copy& copy : copies_) {
        out.array(9).bin(copy.host).boolean(copy.own);
        out.uint(static_cast<std::uint8_t>(copy.state)).uint(copy.attempts);
        out.uint(unix_seconds(copy.next)).uint(unix_seconds(copy.since));
        out.uint(unix_seconds(copy.ends)).uint(unix_seconds(copy.renew_at));
        if (copy.receipt) {
            out.bin(mailbox::encode(*copy.receipt));
        } else {
            out.nil();
        }
    }
    return bytes;
}

Result<Copies> Copies::decode(ByteView bytes) {
    wire::Reader in(bytes, copies_row_max);
    Copies out;
    const std::size_t count = in.array(0, copies_of_message);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.tuple(9);
        Copy copy;
        copy.host = in.id<crypto::BoxId>();
        copy.own = in.boolean();
        const std::uint8_t state = in.u8();
        in.require(state <= static_cast<std::uint8_t>(CopyState::Refused));
        copy.state = static_cast<CopyState>(state);
        copy.attempts = in.u32();
        copy.next = from_unix_seconds(in.u64());
        copy.since = from_unix_seconds(in.u64());
        copy.ends = from_unix_seconds(in.u64());
        copy.renew_at = from_unix_seconds(in.u64());
        if (!in.take_nil()) {
            const auto receipt = decode_receipt(in.bin(receipt_size, receipt_size));
            in.require(receipt.has_value());
            if (receipt) copy.receipt = *receipt;
        }
        in.require(copy.state != CopyState::Stored || copy.receipt.has_value());
        in.require(out.find(copy.host) == nullptr);
        out.copies_.push_back(copy);
    }
    return in.finish(std::move(out));
}

}  // namespace kith::mailbox
