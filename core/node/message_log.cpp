// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/message_log.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::node {
namespace {

using store::Table;

Bytes row_key(const store::Index& chat, std::uint64_t order) {
    Bytes key = to_bytes(chat);
    append_be<std::uint64_t>(key, order);
    return key;
}

std::uint64_t order_of(ByteView key) {
    return read_be<std::uint64_t>(key.last(8));
}

}  // namespace

MessageLog::MessageLog(store::Store& store)
    : store_(store), on_failure_(store.on_failure([this] { chats_.clear(); })) {}

Result<MessageLog::Chat*> MessageLog::load(const crypto::AccountKey& account) const {
    if (const auto found = chats_.find(account); found != chats_.end()) return &found->second;
    Chat chat;
    chat.index = store_.index(Table::Message, account);
    store::Scan newest{.table = Table::Message, .prefix = chat.index};
    newest.direction = store::Direction::Backward;
    newest.limit = 1;
    KITH_CHECK(store_.scan(newest, [&chat](ByteView key, ByteView value) {
        chat.last = order_of(key);
        const auto entry = decode_log_entry(value);
        chat.theirs = entry && entry->direction == Direction::In;
        return false;
    }));
    KITH_TRY(const auto row, store_.get(Table::Chat, chat.index));
    if (row) {
        wire::Reader in(*row, 64);
        in.tuple(2);
        chat.read = in.u64();
        chat.sequence = in.u64();
        if (!in.finish()) return fail(Code::Corrupt, "the summary of a chat cannot be read");
    }
    KITH_CHECK(count_unread(chat));
    return &chats_.emplace(account, chat).first->second;
}

Result<> MessageLog::count_unread(Chat& chat) const {
    chat.unread = 0;
    if (chat.read >= chat.last) return success();
    const Bytes from = row_key(chat.index, chat.read + 1);
    store::Scan rest{.table = Table::Message, .prefix = chat.index, .from = from};
    return store_.scan(rest, [&chat](ByteView, ByteView value) {
        const auto entry = decode_log_entry(value);
        if (entry && entry->direction == Direction::In) ++chat.unread;
        return true;
    });
}

Bytes MessageLog::summary(const Chat& chat) const {
    Bytes out;
    wire::Writer(out).array(2).uint(chat.read).uint(chat.sequence);
    return out;
}

store::Index MessageLog::index_key(const crypto::AccountKey& sender,
                                   const crypto::MessageId& id) const {
    std::array<std::uint8_t, 48> joined{};
    std::ranges::copy(sender.array(), joined.begin());
    std::ranges::copy(id.array(), joined.begin() + 32);
    return store_.index(Table::MessageIndex, joined);
}

Result<std::uint64_t> MessageLog::append(store::Changes& changes,
                                         const crypto::AccountKey& account,
                                         const crypto::AccountKey& sender,
                                         const LogEntry& entry) {
    KITH_TRY(Chat* const chat, load(account));
    const std::uint64_t order = ++chat->last;
    changes.put(Table::Message, row_key(chat->index, order), encode(entry));
    std::array<std::uint8_t, 40> place{};
    std::ranges::copy(account.array(), place.begin());
    std::ranges::copy(be_bytes<std::uint64_t>(order), place.begin() + 32);
    changes.put(Table::MessageIndex, index_key(sender, entry.id), place);
    chat->theirs = entry.direction == Direction::In;
    if (entry.direction == Direction::In) {
        ++chat->unread;
    } else {
        chat->sequence = std::max(chat->sequence, entry.sequence);
        changes.put(Table::Chat, chat->index, summary(*chat));
    }
    return order;
}

Result<std::optional<Place>> MessageLog::find(const crypto::AccountKey& sender,
                                              const crypto::MessageId& id) const {
    KITH_TRY(const auto row, store_.get(Table::MessageIndex, index_key(sender, id)));
    if (!row) return std::optional<Place>();
    // An empty row is a control message: known, but without a line.
    if (row->empty()) return std::optional(Place());
    if (row->size() != 40) return fail(Code::Corrupt, "the place of a message cannot be read");
    Place place;
    place.chat = crypto::AccountKey::copy_of(*row);
    place.order = read_be<std::uint64_t>(ByteView(*row).subspan(32));
    return std::optional(place);
}

void MessageLog::note(store::Changes& changes,
                      const crypto::AccountKey& sender,
                      const crypto::MessageId& id) const {
    changes.put(Table::MessageIndex, index_key(sender, id), {});
}

Result<LogEntry> MessageLog::read(const Place& place) const {
    KITH_TRY(const Chat* const chat, load(place.chat));
    KITH_TRY(const auto row, store_.get(Table::Message, row_key(chat->index, place.order)));
    if (!row) return fail(Code::NotFound, "no such message");
    return decode_log_entry(*row);
}

Result<std::vector<PlacedEntry>> MessageLog::page(const crypto::AccountKey& account,
                                                  std::uint64_t first,
                                                  std::uint64_t last,
                                                  std::size_t limit,
                                                  store::Direction direction) const {
    KITH_TRY(const Chat* const chat, load(account));
    std::vector<PlacedEntry> out;
    last = std::min(last, chat->last);
    if (first > last || limit == 0) return out;
    const bool forward = direction == store::Direction::Forward;
    const Bytes from = row_key(chat->index, forward ? first : last);
    const store::Scan walk{.table = Table::Message,
                           .prefix = chat->index,
                           .from = from,
                           .direction = direction,
                           .limit = limit};
    Result<> parsed;
    KITH_CHECK(store_.scan(walk, [&](ByteView key, ByteView value) {
        const std::uint64_t order = order_of(key);
        if (order < first || order > last) return false;
        auto entry = decode_log_entry(value);
        if (!entry) {
            parsed = fail(entry.error().code, entry.error().context);
            return false;
        }
        out.push_back({order, *std::move(entry)});
        return true;
    }));
    KITH_CHECK(parsed);
    return out;
}

Result<std::uint64_t> MessageLog::last_order(const crypto::AccountKey& chat) const {
    KITH_TRY(const Chat* const loaded, load(chat));
    return loaded->last;
}

Result<std::uint64_t> MessageLog::unread(const crypto::AccountKey& chat) const {
    KITH_TRY(const Chat* const loaded, load(chat));
    return loaded->unread;
}

Result<bool> MessageLog::newest_is_theirs(const crypto::AccountKey& chat) const {
    KITH_TRY(const Chat* const loaded, load(chat));
    return loaded->theirs;
}

Result<std::uint64_t> MessageLog::read_mark(const crypto::AccountKey& chat) const {
    KITH_TRY(const Chat* const loaded, load(chat));
    return loaded->read;
}

Result<> MessageLog::mark_read(store::Changes& changes,
                               const crypto::AccountKey& account,
                               std::uint64_t up_to) {
    KITH_TRY(Chat* const chat, load(account));
    up_to = std::min(up_to, chat->last);
    if (up_to <= chat->read) return success();
    chat->read = up_to;
    KITH_CHECK(count_unread(*chat));
    changes.put(Table::Chat, chat->index, summary(*chat));
    return success();
}

Result<std::uint64_t> MessageLog::next_sequence(const crypto::AccountKey& chat) const {
    KITH_TRY(const Chat* const loaded, load(chat));
    return loaded->sequence + 1;
}

}  // namespace kith::node
