// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to messages of ours on their way, kept with them: each step is written in the batch
// of its transition. What went straight to its device leaves no trace but its receipt.
//
//   Table::Trace   key index(chat) 16 || msg_id 16      value: message::Trace
//
// Specification: docs/spec/message.md#trace.
#pragma once

#include "core/message/trace.h"
#include "core/store/store.h"

namespace kith::node {

class TraceLog {
  public:
    explicit TraceLog(const store::Store& store) : store_(store) {}

    /// Adds a step. A trace that cannot be read is begun anew: it is a help, not a record.
    void add(store::Changes& changes,
             const crypto::AccountKey& chat,
             const crypto::MessageId& id,
             message::TraceStep step) const;

    /// Empty when nothing was noted.
    Result<message::Trace> load(const crypto::AccountKey& chat, const crypto::MessageId& id) const;

  private:
    Bytes key(const crypto::AccountKey& chat, const crypto::MessageId& id) const;

    const store::Store& store_;
};

}  // namespace kith::node
