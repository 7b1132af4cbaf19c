// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/ledger.h"

#include <algorithm>

namespace kith::mailbox {

namespace {

void add_to(Usage& usage, std::size_t size) {
    usage.bytes += size;
    ++usage.envelopes;
}

// Counters start from the index and follow every change of it; less than nothing would be a wrong
// index, which must not become a boundless quota.
void take_from(Usage& usage, std::size_t size) {
    usage.bytes -= std::min<std::uint64_t>(usage.bytes, size);
    usage.envelopes -= std::min<std::uint32_t>(usage.envelopes, 1);
}

std::uint64_t missing(std::uint64_t wanted, std::uint64_t used) {
    return wanted > used ? wanted - used : 0;
}

}  // namespace

MailboxLedger::MailboxLedger(LeaseClass lease_class, std::uint64_t quota, HostTotal& total)
    : class_(lease_class), quota_(quota), total_(total) {
    reckon();
}

MailboxLedger::~MailboxLedger() {
    leave_total();
}

void MailboxLedger::leave_total() {
    if (class_ == LeaseClass::Own) return;
    total_.used -= used_.bytes;
    total_.reserved -= reserved_;
}

void MailboxLedger::enter_total() {
    if (class_ == LeaseClass::Own) return;
    total_.used += used_.bytes;
    total_.reserved += reserved_;
}

// Nothing is counted in the total before the first call.
void MailboxLedger::reckon() {
    if (entered_) leave_total();
    entered_ = true;
    reserved_ = unused_pool();
    for (const Share& share : shares_)
        reserved_ += unused(share);
    enter_total();
}

void MailboxLedger::set_quota(std::uint64_t quota) {
    if (quota == quota_) return;
    quota_ = quota;
    reckon();
}

const MailboxLedger::Share* MailboxLedger::find(std::uint64_t mark) const {
    const auto found = std::ranges::lower_bound(shares_, mark, {}, &Share::mark);
    return found != shares_.end() && found->mark == mark ? &*found : nullptr;
}

MailboxLedger::Share& MailboxLedger::at(std::uint64_t mark) {
    auto found = std::ranges::lower_bound(shares_, mark, {}, &Share::mark);
    if (found == shares_.end() || found->mark != mark) {
        found = shares_.insert(found, Share{});
        found->mark = mark;
    }
    return *found;
}

void MailboxLedger::forget_dead() {
    std::erase_if(shares_,
                  [](const Share& share) { return !share.live && share.used.envelopes == 0; });
}

void MailboxLedger::add(const std::vector<ShareLimits>& capabilities) {
    for (const ShareLimits& limits : capabilities) {
        Share& share = at(limits.mark);
        live_ += share.live ? 0 : 1;
        share.live = true;
        share.envelopes = limits.envelopes;
        share.bytes = limits.bytes;
    }
    reckon();
}

void MailboxLedger::remove(std::uint64_t mark) {
    const Share* share = find(mark);
    if (share == nullptr || !share->live) return;
    at(mark).live = false;
    --live_;
    forget_dead();
    reckon();
}

void MailboxLedger::remove_all() {
    for (Share& share : shares_)
        share.live = false;
    live_ = 0;
    forget_dead();
    reckon();
}

std::uint64_t MailboxLedger::guaranteed(const Share& share) const {
    if (!share.live) return 0;
    const std::uint64_t equal = guaranteed_share(class_, quota_, live_);
    return share.bytes == 0 ? equal : std::min(equal, share.bytes);
}

std::uint64_t MailboxLedger::unused(const Share& share) const {
    return missing(guaranteed(share), share.used.bytes);
}

std::uint64_t MailboxLedger::unused_pool() const {
    return missing(stranger_pool(class_, quota_), pool_.bytes);
}

std::optional<wire::RefuseCode> MailboxLedger::admit(const DepositorMark& from,
                                                     std::size_t size) const {
    if (from) return admit_share(*from, size);
    if (stranger_fits(size, 0, 0)) return std::nullopt;
    return wire::RefuseCode::Strangers;
}

bool MailboxLedger::stranger_fits(std::size_t size,
                                  std::uint64_t freed_bytes,
                                  std::uint32_t freed) const {
    return pool_.bytes + size <= stranger_pool(class_, quota_) + freed_bytes &&
           places_ + places_of(size) <= terms_of(class_).pool_places + freed;
}

std::optional<wire::RefuseCode> MailboxLedger::admit_share(std::uint64_t mark,
                                                           std::size_t size) const {
    const Share* share = find(mark);
    if (share == nullptr || !share->live) return wire::RefuseCode::Unknown;
    const std::uint64_t after = share->used.bytes + size;
    if (share->bytes != 0 && after > share->bytes) return wire::RefuseCode::Share;
    if (share->envelopes != 0 && share->used.envelopes >= share->envelopes)
        return wire::RefuseCode::Share;
    if (after > ceiling(class_, quota_)) return wire::RefuseCode::Share;
    if (after <= guaranteed(*share) || class_ == LeaseClass::Own) return std::nullopt;
    // What this capability has left of its own share is part of what is reserved.
    const std::uint64_t own = unused(*share);
    if (used_.bytes + (reserved_ - own) + size > quota_) return wire::RefuseCode::Full;
    if (total_.used + (total_.reserved - own) + size > total_.quota) return wire::RefuseCode::Full;
    return std::nullopt;
}

// Counts with one of the shares changing: cheaper than reckon(), and done for each envelope.
template <class Change>
void MailboxLedger::count(const DepositorMark& from, Change change) {
    leave_total();
    Share* share = from ? &at(*from) : nullptr;
    reserved_ -= share != nullptr ? unused(*share) : 0;
    if (!from) reserved_ -= unused_pool();
    change(used_);
    if (!from) change(pool_);
    if (share != nullptr) change(share->used);
    reserved_ += share != nullptr ? unused(*share) : 0;
    if (!from) reserved_ += unused_pool();
    enter_total();
    if (share != nullptr && !share->live) forget_dead();
}

void MailboxLedger::hold(const DepositorMark& from, std::size_t size) {
    if (!from) places_ += places_of(size);
    count(from, [size](Usage& usage) { add_to(usage, size); });
}

void MailboxLedger::release(const DepositorMark& from, std::size_t size) {
    if (!from) places_ -= std::min(places_, places_of(size));
    count(from, [size](Usage& usage) { take_from(usage, size); });
}

Usage MailboxLedger::used_by(std::uint64_t mark) const {
    const Share* share = find(mark);
    return share == nullptr ? Usage{} : share->used;
}

}  // namespace kith::mailbox
