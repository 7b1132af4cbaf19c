// SPDX-License-Identifier: GPL-3.0-or-later
// The daily walk over the records: what says nothing any more goes, and of people who are no
// contacts those with the least evidence, when there are too many. Contacts and blocks stay.
//
// In steps of some milliseconds, so that nobody waits for it. Strand only.
// Specification: docs/spec/reputation.md#storage.
#pragma once

#include "core/node/reputation_book.h"

#include <vector>

namespace kith::node {

class ReputationSweep {
  public:
    /// Records that one step looks at.
    static constexpr std::size_t step_rows = 2048;
    static constexpr Duration period = days(1);

    ReputationSweep(store::Store& store, ReputationBook& book) : table_(store), book_(book) {}

    /// Goes a step further, if a walk is under way or due. What is to be erased joins `changes`.
    Result<> look(store::Changes& changes, SteadyTime now);

  private:
    struct Unknown {
        double evidence = 0;
        Bytes key;
    };

    void judge(ByteView key, const reputation::Record* record);
    void thin_out();
    void erase(store::Changes& changes);

    store::ReputationTable table_;
    ReputationBook& book_;
    bool walking_ = false;
    std::optional<SteadyTime> ended_;
    Bytes after_;
    std::vector<Unknown> unknown_;
    std::vector<Bytes> gone_;
};

}  // namespace kith::node
