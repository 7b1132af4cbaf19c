// SPDX-License-Identifier: GPL-3.0-or-later
// What one link may hand in after we refused a message of it: nothing until that message comes
// again, so that nothing overtakes it. Judged by the bytes, since a repeated message has a new
// number. When the peer has given the message up, another one counts after a pause as long as we
// asked for.
//
// Also collects the numbers of what is refused, so that a whole window of messages is answered with
// few BUSY frames. Value type; time is the caller's. Specification: docs/spec/link.md#busy.
#pragma once

#include "core/base/limits.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/wire/link_frames.h"

#include <optional>
#include <utility>
#include <vector>

namespace kith::node {

class LinkIntake {
  public:
    struct Refusal {
        crypto::InnerId id;
        std::uint32_t n = 0;  ///< of its frame
        wire::BusyCode code = wire::BusyCode::Credit;
        Duration retry{};
    };

    /// Something was refused and has not come again.
    bool is_shut() const { return head_.has_value(); }

    /// What was refused, while it is shut.
    const std::optional<Refusal>& head() const { return head_; }

    /// Whether this message is to be judged: the one that was refused, or a new beginning.
    bool is_next(const crypto::InnerId& id, SteadyTime now) const;

    /// The message was judged and refused: nothing before it from now on.
    void shut(const Refusal& refusal, SteadyTime now);

    /// It came again and was taken.
    void open() { head_.reset(); }

    /// A message came behind the refused one. True: the peer sends on through BUSY, more than can
    /// have been under way; once for each refusal.
    bool passed_by(SteadyTime now);

    // --- Numbers --------------------------------------------------------------------------------

    /// Notes a refused number. True: say it now, another one would not fit.
    bool refused(std::uint32_t n);

    /// What is to be said, and nothing is left. Empty: nothing was refused.
    std::vector<std::uint32_t> take_refused() { return std::exchange(refused_, {}); }

  private:
    std::optional<Refusal> head_;
    SteadyTime last_{};  // when something was refused last
    std::size_t behind_ = 0;
    std::vector<std::uint32_t> refused_;
};

}  // namespace kith::node
