// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/hostile/hostile_host.h"

#include "core/wire/deposit_frames.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kith::test {
namespace {

using wire::FrameType;

constexpr std::size_t pile_max = 64;
// Each mail is handed out so often more.
constexpr int replays_at_once = 3;
constexpr std::size_t replayed_bytes = std::size_t{48} << 10;
constexpr std::size_t pushes_held_back = 3;

constexpr std::array names{
    std::pair{Hostility::None, std::string_view("none")},
    std::pair{Hostility::Drop, std::string_view("drop")},
    std::pair{Hostility::Withhold, std::string_view("withhold")},
    std::pair{Hostility::Replay, std::string_view("replay")},
    std::pair{Hostility::Reorder, std::string_view("reorder")},
    std::pair{Hostility::Flip, std::string_view("flip")},
    std::pair{Hostility::Swap, std::string_view("swap")},
    std::pair{Hostility::LieInStat, std::string_view("lie-in-stat")},
    std::pair{Hostility::LieInAudit, std::string_view("lie-in-audit")},
    std::pair{Hostility::FalseGone, std::string_view("false-gone")},
    std::pair{Hostility::BadReceipt, std::string_view("bad-receipt")},
};

bool hands_out_nothing(Hostility what) {
    using enum Hostility;
    return what == Drop || what == Withhold || what == LieInStat || what == LieInAudit ||
           what == FalseGone;
}

template <class Body>
std::vector<Bytes> only(const Body& body) {
    std::vector<Bytes> out(1);
    wire::append_frame(out.front(), body);
    return out;
}

std::vector<Bytes> as_it_is(ByteView frame) {
    return {to_bytes(frame)};
}

}  // namespace

std::optional<Hostility> hostility_of(std::string_view word) {
    for (const auto& [what, name] : names) {
        if (name == word) return what;
    }
    return std::nullopt;
}

std::string_view to_string(Hostility what) {
    const auto found = std::ranges::find(names, what, [](const auto& one) { return one.first; });
    return found == names.end() ? "" : found->second;
}

void HostileHost::hear(Link& link, const wire::Frame& frame) {
    if (frame.type != FrameType::Pickup) return;
    if (const auto request = wire::Pickup::decode(frame.body)) {
        link.pickups[request->q] = request->lease;
    }
}

std::vector<Bytes> HostileHost::say(Link& link, ByteView frame) {
    const auto type = static_cast<FrameType>(frame[wire::frame_head - 1]);
    const ByteView body = frame.subspan(wire::frame_head);
    switch (type) {
        case FrameType::Batch:
            return batch(link, body);
        case FrameType::Nudge:
            return nudge(link, frame, body);
        case FrameType::StatReply:
            return stat(frame, body);
        case FrameType::AuditReply:
            return audit(frame, body);
        case FrameType::Receipt:
            return receipt(frame, body);
        default:
            return as_it_is(frame);
    }
}

// --- What is handed out

void HostileHost::remember(const wire::LeaseName& lease,
                           const std::vector<wire::HeldEnvelope>& items) {
    auto& pile = piles_[lease];
    for (const auto& item : items) {
        pile.push_back(to_bytes(item.envelope));
        if (pile.size() > pile_max) pile.pop_front();
    }
}

void HostileHost::tamper(const wire::LeaseName& lease,
                         std::vector<wire::HeldEnvelope>& items,
                         std::deque<Bytes>& made) {
    if (hands_out_nothing(what_)) return items.clear();
    if (what_ == Hostility::Reorder) {
        // Places rise as before: only what stands in them is another.
        for (std::size_t i = 0; i < items.size() / 2; ++i)
            std::swap(items[i].envelope, items[items.size() - 1 - i].envelope);
    } else if (what_ == Hostility::Flip) {
        for (auto& item : items) {
            made.push_back(to_bytes(item.envelope));
            const std::size_t at = 5 + random_.below(made.back().size() - 5);
            made.back()[at] ^= static_cast<std::uint8_t>(1U << random_.below(8));
            item.envelope = made.back();
        }
    } else if (what_ == Hostility::Swap) {
        std::vector<wire::HeldEnvelope> others;
        for (const auto& item : items) {
            const auto other = std::ranges::find_if(
                piles_, [&](const auto& one) { return one.first != lease && !one.second.empty(); });
            if (other == piles_.end()) break;
            made.push_back(other->second[random_.below(other->second.size())]);
            // As if it were for this owner's key, every second time.
            if (++swaps_ % 2 == 0) std::copy_n(item.envelope.begin(), 5, made.back().begin());
            others.push_back({item.seq, made.back()});
        }
        items = std::move(others);
    }
}

std::vector<Bytes> HostileHost::batch(Link& link, ByteView body) {
    auto batch = *wire::Batch::decode(body);
    const auto lease = link.pickups[batch.q];
    const bool had_items = !batch.items.empty();
    remember(lease, batch.items);
    std::deque<Bytes> made;
    tamper(lease, batch.items, made);
    // An empty batch that says "more" would mean that its bytes are used up.
    if (had_items && batch.items.empty() && batch.more) batch.more = false;
    auto out = only(batch);
    if (what_ == Hostility::Replay) std::ranges::move(replays(lease), std::back_inserter(out));
    return out;
}

std::vector<Bytes> HostileHost::replays(const wire::LeaseName& lease) const {
    const auto pile = piles_.find(lease);
    if (pile == piles_.end() || pile->second.empty()) return {};
    wire::Nudge nudge;
    nudge.lease = lease;
    nudge.items.emplace();
    std::size_t bytes = 0;
    std::uint64_t place = 0;
    for (const Bytes& envelope : pile->second) {
        bytes += envelope.size();
        if (bytes > replayed_bytes) break;
        nudge.items->push_back({++place, envelope});
    }
    if (nudge.items->empty()) return {};
    nudge.count = static_cast<std::uint32_t>(nudge.items->size());
    std::vector<Bytes> out;
    for (int i = 0; i < replays_at_once; ++i)
        out.push_back(only(nudge).front());
    return out;
}

std::vector<Bytes> HostileHost::nudge(Link& link, ByteView frame, ByteView body) {
    auto nudge = *wire::Nudge::decode(body);
    if (hands_out_nothing(what_)) return {};
    if (!nudge.items) return as_it_is(frame);
    remember(nudge.lease, *nudge.items);
    if (what_ == Hostility::Reorder) {
        link.held_back.push_back(to_bytes(frame));
        if (link.held_back.size() < pushes_held_back) return {};
        std::ranges::reverse(link.held_back);
        return std::exchange(link.held_back, {});
    }
    std::deque<Bytes> made;
    tamper(nudge.lease, *nudge.items, made);
    if (nudge.items->empty()) return {};
    auto out = only(nudge);
    if (what_ == Hostility::Replay) {
        std::ranges::move(replays(nudge.lease), std::back_inserter(out));
    }
    return out;
}

// --- What is said about it

std::vector<Bytes> HostileHost::stat(ByteView frame, ByteView body) const {
    auto reply = *wire::StatReply::decode(body);
    std::uint8_t says = 0;
    if (what_ == Hostility::LieInStat) says = 2;
    if (what_ == Hostility::LieInAudit) says = 1;
    if (says == 0 && what_ != Hostility::Drop) return as_it_is(frame);
    const Bytes states(reply.states.size(), says);
    reply.states = states;
    return only(reply);
}

std::vector<Bytes> HostileHost::audit(ByteView frame, ByteView body) {
    auto reply = *wire::AuditReply::decode(body);
    if (what_ == Hostility::LieInAudit) {
        reply.hash = random_.array<32>();
        return only(reply);
    }
    wire::Refuse refusal;
    refusal.q = reply.q;
    if (what_ == Hostility::Drop) refusal.code = wire::RefuseCode::Unknown;
    if (what_ == Hostility::LieInStat) refusal.code = wire::RefuseCode::Gone;
    return refusal.code == wire::RefuseCode::Off ? as_it_is(frame) : only(refusal);
}

std::vector<Bytes> HostileHost::receipt(ByteView frame, ByteView body) const {
    auto receipt = *wire::HostReceipt::decode(body);
    if (what_ == Hostility::BadReceipt) {
        receipt.sig.front() ^= 1;
        return only(receipt);
    }
    if (what_ != Hostility::FalseGone) return as_it_is(frame);
    wire::Refuse refusal;
    refusal.q = receipt.q;
    refusal.code = wire::RefuseCode::Gone;
    return only(refusal);
}

}  // namespace kith::test
