// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/trace_log.h"

namespace kith::node {

using store::Table;

Bytes TraceLog::key(const crypto::AccountKey& chat, const crypto::MessageId& id) const {
    return concat(store_.index(Table::Trace, chat), id);
}

Result<message::Trace> TraceLog::load(const crypto::AccountKey& chat,
                                      const crypto::MessageId& id) const {
    KITH_TRY(const auto row, store_.get(Table::Trace, key(chat, id)));
    if (!row) return message::Trace();
    return message::Trace::decode(*row);
}

void TraceLog::add(store::Changes& changes,
                   const crypto::AccountKey& chat,
                   const crypto::MessageId& id,
                   message::TraceStep step) const {
    auto trace = load(chat, id).value_or(message::Trace());
    trace.add(std::move(step));
    changes.put(Table::Trace, key(chat, id), trace.encode());
}

}  // namespace kith::node
