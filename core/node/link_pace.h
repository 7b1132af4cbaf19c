// SPDX-License-Identifier: GPL-3.0-or-later
// How fast messages go out on one link after its peer said BUSY: nothing until it may go on, then
// rounds, each as large as what was taken of the one before and a quarter more.
//
//   free --BUSY--> held --time, or the peer's word--> round of r --all taken--> round of 2r .. free
//                   ^-------------------BUSY---------------'
//
// So the order of messages stays, a slow peer is asked with little that comes back, and a peer that
// takes more is soon given all. Numbers are those of frames on this link; time is the caller's.
// Value type. Specification: docs/spec/link.md#busy.
#pragma once

#include "core/wire/link_frames.h"

#include <cstdint>
#include <optional>

namespace kith::node {

class LinkPace {
  public:
    /// Whether one more may be written now.
    bool may_send() const { return !held_ && left_ != 0; }

    bool held() const { return held_; }

    /// A message was written.
    void sent();

    /// BUSY names `first` as its lowest number; `next` is the number that the next message will
    /// get. False: of a round that is over, nothing changes.
    bool refused(std::uint32_t first, std::uint32_t next, wire::BusyCode code);

    /// The time of a BUSY has come, or the peer says that it takes messages: a round begins.
    void resume(std::uint32_t next);

    /// Messages up to number `highest` were taken; `next` as above. When it was the last one of
    /// the round, all before it are decided, and the next round begins: true.
    bool acknowledged(std::uint32_t highest, std::uint32_t next);

    /// The round is written and its last message not answered.
    bool waits_for_answer() const { return !held_ && left_ == 0; }

    /// The last message of the round stays without an answer, as one that cannot be read: another
    /// one may be written.
    void one_more();

    /// A new link to a peer that took nothing last time: begins with one.
    void begin_carefully();

  private:
    static constexpr std::uint32_t free_flow = 0xffffffff;

    bool held_ = false;
    std::uint32_t round_ = free_flow;  // messages in this round
    std::uint32_t left_ = free_flow;   // of them, not written yet
    std::uint32_t first_ = 1;          // number of the first one
};

}  // namespace kith::node
