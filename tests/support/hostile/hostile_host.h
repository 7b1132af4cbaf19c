// SPDX-License-Identifier: GPL-3.0-or-later
// What a hostile mailbox host does with what it is asked and what it answers
// (docs/spec/mailbox.md#hostile-hosts). The host behind it is a real one: it signs its receipts and
// keeps its rows, and this changes the frames on their way out.
#pragma once

#include "core/base/random.h"
#include "core/wire/lease_frames.h"

#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace kith::test {

enum class Hostility {
    None,
    Drop,        ///< signs for everything, hands out nothing, and denies it
    Withhold,    ///< the same, and says that it is there
    Replay,      ///< hands out again and again what was collected
    Reorder,     ///< hands out in another order
    Flip,        ///< changes a bit of each envelope
    Swap,        ///< hands out another owner's mail instead
    LieInStat,   ///< drops, and says that the owner has collected it
    LieInAudit,  ///< drops, says that it is there, and makes up the proof
    FalseGone,   ///< answers each deposit with "gone"
    BadReceipt,  ///< keeps everything, and signs for nothing: its receipts are not its own
};

/// "drop", "lie-in-stat"; nullopt: no such word.
std::optional<Hostility> hostility_of(std::string_view word);
std::string_view to_string(Hostility what);

/// What one host remembers, over all links.
class HostileHost {
  public:
    HostileHost(Hostility what, Random& random) : what_(what), random_(random) {}

    /// From now on.
    void turn(Hostility what) { what_ = what; }

    Hostility what() const { return what_; }

    /// One link, as the host sees it.
    struct Link {
        std::map<std::uint32_t, wire::LeaseName> pickups;  // by number
        std::vector<Bytes> held_back;                      // pushes
    };

    /// A request has come in.
    void hear(Link& link, const wire::Frame& frame);
    /// What is sent instead of this whole frame: any number of frames.
    std::vector<Bytes> say(Link& link, ByteView frame);

  private:
    /// Mail of one owner that went through our hands.
    using Pile = std::deque<Bytes>;

    std::vector<Bytes> batch(Link& link, ByteView body);
    std::vector<Bytes> nudge(Link& link, ByteView frame, ByteView body);
    std::vector<Bytes> stat(ByteView frame, ByteView body) const;
    std::vector<Bytes> audit(ByteView frame, ByteView body);
    std::vector<Bytes> receipt(ByteView frame, ByteView body) const;
    void remember(const wire::LeaseName& lease, const std::vector<wire::HeldEnvelope>& items);
    /// Changes what is handed out; the bytes live in `made`.
    void tamper(const wire::LeaseName& lease,
                std::vector<wire::HeldEnvelope>& items,
                std::deque<Bytes>& made);
    std::vector<Bytes> replays(const wire::LeaseName& lease) const;

    Hostility what_;
    Random& random_;
    std::map<wire::LeaseName, Pile> piles_;
    std::size_t swaps_ = 0;
};

}  // namespace kith::test
