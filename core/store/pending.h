// SPDX-License-Identifier: GPL-3.0-or-later
// Changes handed in but not synced: the open batch, and the batch in flight before it. Reads see
// them, the newer one first; a crash does not.
#pragma once

#include "core/store/batch.h"
#include "core/store/store.h"

#include <memory>
#include <vector>

namespace kith::store {

class Pending {
  public:
    Pending();

    Batch& open() { return *open_; }

    const Batch& open() const { return *open_; }

    const Batch& in_flight() const { return *in_flight_; }

    /// The open batch becomes the one in flight; an empty one opens.
    /// Requires: nothing in flight.
    void close();

    /// The batch in flight is on disk.
    void landed();

    /// Forgets both: they will never be on disk.
    void forget();

    /// The newest change of a row; nullptr when none is pending.
    const BatchRow* find(Table table, ByteView key) const;

    /// The newest changes of the rows in the range of a scan, in its order; limit not applied. The
    /// pointers hold until something joins, closes or lands.
    std::vector<const BatchRow*> range(const Scan& scan) const;

  private:
    std::unique_ptr<Batch> open_;
    std::unique_ptr<Batch> in_flight_;
};

/// Whether a key lies in the range of a scan.
bool in_range(const Scan& scan, ByteView key);

/// Walks stored rows and pending changes as one table. `walk(visitor)` must walk the stored rows of
/// the range in the order of the scan until the visitor says false.
Result<> merge(const Scan& scan,
               const Pending& pending,
               const std::function<Result<>(const Visitor&)>& walk,
               const Visitor& visit);

}  // namespace kith::store
