// SPDX-License-Identifier: GPL-3.0-or-later
// Which numbered messages of each sending device have not come: a message that was swallowed on the
// way shows once the next one has arrived by any way.
//
//   Table::Gap   index(did) 16      value: see gap_book.cpp
//
// A tracker moves with every message and is written once a batch, by the close hook. Strand only.
// Specification: docs/spec/message.md#gaps.
#pragma once

#include "core/message/gap.h"
#include "core/node/transaction.h"

#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace kith::node {

class GapBook {
  public:
    /// What overtakes is told of only when the rest has not come for so long: paths differ in
    /// speed.
    static constexpr Duration patience = minutes(1);

    explicit GapBook(store::Store& store);

    /// Before anything else, and again after a failed commit. Corrupt.
    Result<> load();

    /// A message with this number has been taken up; 0: it has none. That everything was found
    /// again after all is told in the step.
    void observe(Transaction& step,
                 const crypto::AccountKey& chat,
                 const crypto::DeviceId& device,
                 std::uint64_t sequence,
                 Timestamp now);

    /// A number above all that this device has used with us: its message cannot be here yet.
    /// False also for 0, and where nothing is known.
    bool is_beyond(const crypto::DeviceId& device, std::uint64_t sequence) const;

    /// Tells of what has been missing for longer than our patience. Call every few minutes.
    void report(Transaction& step, Timestamp now);

  private:
    struct Numbers {
        crypto::AccountKey chat;
        message::GapTracker tracker;
        std::optional<Timestamp> missing_since;
        bool told = false;
    };

    static Bytes encode(const Numbers& numbers);
    static Result<Numbers> decode(ByteView row);
    void flush(store::Changes& changes);
    const store::Index& index_of(const crypto::DeviceId& device) const;

    store::Store& store_;
    // By index: what the key of a row tells.
    std::map<store::Index, Numbers> devices_;
    // An index is a MAC, and one is needed for each message.
    mutable std::unordered_map<crypto::DeviceId, store::Index> indices_;
    std::set<store::Index> dirty_;
    store::Subscription on_close_;
};

}  // namespace kith::node
