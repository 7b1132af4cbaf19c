// SPDX-License-Identifier: GPL-3.0-or-later
// Streams of events to clients, and acknowledgements to the consumers behind them.
//
// A stream gives events while its client takes them: it stops at the consumer's window and at a
// full buffer, and goes on by itself. Nothing is lost by either; cursors say where it stands.
#pragma once

#include "core/api/events.h"
#include "daemon/api_connection.h"
#include "daemon/api_context.h"

#include <set>

namespace kith::daemon {

class EventStream;

/// All streams of the daemon. Outlives them.
class EventStreams {
  public:
    /// Opens one for the client. cursor-gone; usage: too many, or an unknown type.
    api::Outcome<api::Subscription> open(ApiContext& context,
                                         ApiConnection& client,
                                         const api::EventsSubscribe& wish);

    /// The consumer is done with everything up to here: its streams go on.
    void acknowledged(const std::string& consumer, node::Cursor cursor);

    /// Ends all streams and their clients' connections: the node is about to go.
    void end_all();

  private:
    friend class EventStream;

    std::set<EventStream*> streams_;
    std::uint64_t last_id_ = 0;
};

}  // namespace kith::daemon
