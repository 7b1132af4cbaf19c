// SPDX-License-Identifier: GPL-3.0-or-later
// Keys of messages that have not come yet, although later ones have. Bounded: 2,000 keys of a
// session, 5 chains that ended; beyond that the oldest go, and their messages are lost.
//
// A chain that ended is known by its header key for as long as it has keys here.
// Specification: docs/spec/session.md#skipped-keys.
#pragma once

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace kith::session {

using crypto::HeaderKey;
using crypto::MessageKey;

/// How long a key waits for its message.
inline constexpr Duration skipped_key_age = days(21);

/// Names a skipped key within its session.
struct SkippedId {
    std::uint32_t chain = 0;
    std::uint32_t number = 0;

    friend auto operator<=>(const SkippedId&, const SkippedId&) = default;
};

/// What the stored rows of a session must follow.
struct SkippedChange {
    std::vector<SkippedId> added;
    std::vector<SkippedId> removed;

    bool empty() const { return added.empty() && removed.empty(); }

    /// Takes out what was added and removed again: no row of it was ever stored.
    void settle();
};

/// A key on its way in.
struct SkippedKey {
    std::uint32_t number = 0;
    MessageKey key;
};

class SkippedKeys {
  public:
    /// A chain with the keys that are left of it.
    struct Chain {
        struct Entry {
            std::uint32_t number = 0;
            MessageKey key;
            Timestamp since{};
        };

        std::uint32_t chain = 0;
        HeaderKey header;
        std::vector<Entry> entries;  ///< ascending, never empty
    };

    SkippedKeys() = default;

    /// Ascending by number of the chain.
    std::span<const Chain> chains() const { return chains_; }

    std::size_t size() const { return size_; }

    /// nullptr: the message was read, or its key was dropped.
    const MessageKey* find(SkippedId id) const;

    /// Takes keys of one chain in ascending order, above all that it has.
    void add(std::uint32_t chain,
             const HeaderKey& header,
             std::vector<SkippedKey> keys,
             Timestamp now,
             SkippedChange& change);

    /// Removes one key if it is there.
    void remove(SkippedId id, SkippedChange& change);

    /// Keeps the newest limits::old_chains chains below `current`.
    void drop_old_chains(std::uint32_t current, SkippedChange& change);

    /// Keeps the highest `keep` keys.
    void trim(std::size_t keep, SkippedChange& change);

    /// Drops keys that have waited for skipped_key_age.
    void expire(Timestamp now, SkippedChange& change);

    /// The stored row of a key, HK 32 || mk 32 || u64 since (s); secret. Requires: find(id).
    Bytes encode_row(SkippedId id) const;

    /// Puts a stored row back. Corrupt: not a row, or one that exists.
    Result<> restore_row(SkippedId id, ByteView row);

  private:
    std::vector<Chain>::iterator chain_at(std::uint32_t chain);
    void drop_chain(std::vector<Chain>::iterator chain, SkippedChange& change);

    std::vector<Chain> chains_;
    std::size_t size_ = 0;
};

}  // namespace kith::session
