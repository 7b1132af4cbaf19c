// SPDX-License-Identifier: GPL-3.0-or-later
// The history: every message of every chat, in the order in which this device came to know it.
//
// A chat is the other account (or our own, for notes to self). Rows are keyed by chat and order, so
// a page is one short walk however long the chat is. The index finds a message by sender and id; it
// is also what makes a message appear once: a second one of the same sender and id has a place.
//
// Caches follow the store: after a failed commit they are dropped and read again. Strand only.
#pragma once

#include "core/node/log_entry.h"
#include "core/store/store.h"

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace kith::node {

/// Where a message stands.
struct Place {
    crypto::AccountKey chat;
    std::uint64_t order = 0;

    friend bool operator==(const Place&, const Place&) = default;
};

struct PlacedEntry {
    std::uint64_t order = 0;
    LogEntry entry;
};

class MessageLog {
  public:
    explicit MessageLog(store::Store& store);

    /// Adds a line at the end of a chat. `sender` is whose id it is: our own account for outgoing
    /// ones. Requires: find(sender, id) gave nothing.
    Result<std::uint64_t> append(store::Changes& changes,
                                 const crypto::AccountKey& chat,
                                 const crypto::AccountKey& sender,
                                 const LogEntry& entry);

    Result<std::optional<Place>> find(const crypto::AccountKey& sender,
                                      const crypto::MessageId& id) const;
    /// Marks an id as taken without a line: control messages are exactly-once as well.
    void note(store::Changes& changes,
              const crypto::AccountKey& sender,
              const crypto::MessageId& id) const;

    /// NotFound: no line there.
    Result<LogEntry> read(const Place& place) const;

    /// At most `limit` lines with order in [first, last], oldest first or newest first.
    Result<std::vector<PlacedEntry>> page(const crypto::AccountKey& chat,
                                          std::uint64_t first,
                                          std::uint64_t last,
                                          std::size_t limit,
                                          store::Direction direction) const;

    /// Lines so far; orders run from 1 to this.
    Result<std::uint64_t> last_order(const crypto::AccountKey& chat) const;
    /// Incoming lines that nobody has read.
    Result<std::uint64_t> unread(const crypto::AccountKey& chat) const;
    /// Whether the last line of the chat came from the other side.
    Result<bool> newest_is_theirs(const crypto::AccountKey& chat) const;
    /// Order up to which the chat was read.
    Result<std::uint64_t> read_mark(const crypto::AccountKey& chat) const;
    Result<> mark_read(store::Changes& changes,
                       const crypto::AccountKey& chat,
                       std::uint64_t up_to);

    /// The next number for an outgoing message of this chat.
    Result<std::uint64_t> next_sequence(const crypto::AccountKey& chat) const;

  private:
    struct Chat {
        store::Index index{};
        std::uint64_t last = 0;
        std::uint64_t read = 0;
        std::uint64_t unread = 0;
        std::uint64_t sequence = 0;
        bool theirs = false;  // the newest line
    };

    Result<Chat*> load(const crypto::AccountKey& chat) const;
    Result<> count_unread(Chat& chat) const;
    Bytes summary(const Chat& chat) const;
    store::Index index_key(const crypto::AccountKey& sender, const crypto::MessageId& id) const;

    store::Store& store_;
    mutable std::unordered_map<crypto::AccountKey, Chat> chats_;
    store::Subscription on_failure_;
};

}  // namespace kith::node
