// SPDX-License-Identifier: GPL-3.0-or-later
// How much mail a host pushes over one link before the owner has deleted some of it: at most
// 256 KiB; beyond that a NUDGE carries a count only (docs/spec/mailbox.md#push).
#pragma once

#include "core/crypto/keys.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace kith::mailbox {

inline constexpr std::size_t push_window_bytes = std::size_t{256} << 10;

/// One for each lease that was picked up on a link. Value type.
class PushWindow {
  public:
    /// `env_ids`: which envelopes the owner's device asked for; empty: all.
    explicit PushWindow(std::vector<std::uint32_t> env_ids) : env_ids_(std::move(env_ids)) {}

    bool wants(std::uint32_t env_id) const;

    /// Counts a pushed envelope; false: the window is full, push a count only. The first envelope
    /// always fits.
    bool take(std::uint64_t seq, std::uint32_t size);

    /// The owner has deleted these places.
    void deleted(const std::vector<std::uint64_t>& places);

    std::size_t unacknowledged() const { return bytes_; }

  private:
    std::vector<std::uint32_t> env_ids_;
    std::unordered_map<std::uint64_t, std::uint32_t> pushed_;
    std::size_t bytes_ = 0;
};

}  // namespace kith::mailbox
