// SPDX-License-Identifier: GPL-3.0-or-later
// The stored form: [version u8 = 1, [[e u64, A_e bin32, E u16, [D_e bin32, ..]], ..]].
#include "core/reputation/epoch_policy.h"

#include "core/base/refusal.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::reputation {
namespace {

constexpr std::uint8_t row_version = 1;
constexpr std::size_t row_max = 4096;

bool in_window(std::uint64_t epoch, std::uint64_t now, bool by_link) {
    const std::uint64_t back = by_link ? 1 : oldest_epoch;
    return epoch + back >= now && epoch <= now + newest_epoch;
}

}  // namespace

// --- Policies
// -------------------------------------------------------------------------------------

void EpochPolicies::publish(const RecipientDay& day, std::uint16_t effort) {
    auto place = std::ranges::lower_bound(days_, day.epoch, {}, &Day::epoch);
    if (place == days_.end() || place->epoch != day.epoch || place->account != day.account) {
        // Another A_e means another reach secret: what was asked under the old one is void.
        if (place != days_.end() && place->epoch == day.epoch) place = days_.erase(place);
        place = days_.insert(place, Day{day.account, day.epoch, {}, effort});
    }
    place->least_effort = std::min(place->least_effort, effort);
    const bool is_known = std::ranges::find(place->beacons, day.beacon) != place->beacons.end();
    if (!is_known && place->beacons.size() < keys_of_a_day) place->beacons.push_back(day.beacon);
    if (days_.size() > kept) days_.erase(days_.begin());
}

const EpochPolicies::Day* EpochPolicies::find(std::uint64_t epoch) const {
    const auto place = std::ranges::lower_bound(days_, epoch, {}, &Day::epoch);
    return place == days_.end() || place->epoch != epoch ? nullptr : &*place;
}

void EpochPolicies::forget_before(std::uint64_t epoch_now) {
    std::erase_if(days_, [&](const Day& day) { return day.epoch + oldest_epoch < epoch_now; });
}

Bytes EpochPolicies::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.array(2).uint(row_version).array(days_.size());
    for (const Day& day : days_) {
        out.array(4).uint(day.epoch).bin(day.account).uint(day.least_effort);
        out.array(day.beacons.size());
        for (const crypto::BeaconKey& key : day.beacons)
            out.bin(key);
    }
    return row;
}

Result<EpochPolicies> EpochPolicies::decode(ByteView row) {
    wire::Reader in(row, row_max);
    in.tuple(2);
    const std::uint8_t version = in.u8();
    if (in.ok() && version > row_version) {
        return fail(Code::UnsupportedVersion, "policies of a newer kith");
    }
    in.require(version == row_version);
    EpochPolicies out;
    const std::size_t count = in.array(0, kept);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.tuple(4);
        Day day;
        day.epoch = in.u64();
        in.require(out.days_.empty() || out.days_.back().epoch < day.epoch);
        day.account = in.id<crypto::BlindedAccountKey>();
        day.least_effort = in.u16();
        day.beacons.resize(in.array(1, keys_of_a_day));
        for (crypto::BeaconKey& key : day.beacons)
            key = in.id<crypto::BeaconKey>();
        out.days_.push_back(std::move(day));
    }
    if (!in.finish()) return fail(Code::Corrupt, "row of policies");
    return out;
}

// --- Claims
// ---------------------------------------------------------------------------------------

Result<WorkClaim> check_claim(const WorkTicket& ticket,
                              const TicketHolder& holder,
                              const EpochPolicies& policies) {
    const Proof& proof = ticket.proof;
    const EpochPolicies::Day* const day = policies.find(proof.epoch);
    if (day == nullptr || !in_window(proof.epoch, holder.epoch_now, holder.by_link)) {
        return refuse(Code::Expired, "bad_epoch", "work for another day");
    }
    if (proof.difficulty < difficulty_for(day->least_effort, 1)) {
        return refuse(Code::Refused, "low_work", "less work than was asked");
    }
    if (std::ranges::find(ticket.digests, holder.own) == ticket.digests.end()) {
        return refuse(Code::Refused, "wrong_init", "work for another message");
    }
    if (body_hash(holder.sender, ticket.digests) != proof.body) {
        return refuse(Code::Refused, "wrong_body", "work of another sender");
    }
    WorkClaim claim{{}, proof.nonces, proof.difficulty, day->least_effort};
    for (const crypto::BeaconKey& key : day->beacons)
        claim.puzzles.push_back(proof.puzzle({day->account, day->epoch, key}));
    return claim;
}

Result<> verify_claim(const WorkClaim& claim) {
    Result<> verified = refuse(Code::Refused, "bad_work", "no puzzle");
    for (const Puzzle& puzzle : claim.puzzles) {
        verified = verify_work(puzzle, claim.nonces);
        if (verified || verified.error().code != Code::Refused) break;
    }
    return verified;
}

bool pays(const WorkClaim& claim, WorkEighths price) {
    return claim.difficulty >= difficulty_for(claim.asked, price);
}

}  // namespace kith::reputation
