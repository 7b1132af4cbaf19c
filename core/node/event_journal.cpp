// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/event_journal.h"

#include "core/node/journal_subscription.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <fmt/format.h>

#include <charconv>

namespace kith::node {
namespace {

using store::Table;

// Rows removed in one batch when the journal is over its bounds: pruning never makes a long turn.
constexpr std::size_t prune_step = 64;

bool extends(const EventRef& last, const EventRef& next) {
    const auto* a = std::get_if<MessagesRef>(&last);
    const auto* b = std::get_if<MessagesRef>(&next);
    if (a && b) return a->chat == b->chat && a->last + 1 == b->first;
    const auto* c = std::get_if<ReceiptsRef>(&last);
    const auto* d = std::get_if<ReceiptsRef>(&next);
    if (c && d) {
        return c->chat == d->chat && c->device == d->device && c->outcome == d->outcome &&
               c->run.last + 1 == d->run.first && c->run.time == d->run.time;
    }
    return false;
}

void extend(EventRef& last, const EventRef& next) {
    if (auto* messages = std::get_if<MessagesRef>(&last)) {
        messages->last = std::get<MessagesRef>(next).last;
    } else if (auto* receipts = std::get_if<ReceiptsRef>(&last)) {
        receipts->run.last = std::get<ReceiptsRef>(next).run.last;
    }
}

}  // namespace

std::string to_string(Cursor cursor) {
    return fmt::format("e1.{}", cursor.value);
}

Result<Cursor> parse_cursor(std::string_view text) {
    constexpr std::string_view prefix = "e1.";
    Cursor cursor;
    if (text.starts_with(prefix)) {
        const auto digits = text.substr(prefix.size());
        const auto end = digits.data() + digits.size();
        const auto read = std::from_chars(digits.data(), end, cursor.value);
        if (read.ec == std::errc{} && read.ptr == end) return cursor;
    }
    return fail(Code::Malformed, "this is not a cursor");
}

std::string_view type_of(const EventBody& body) {
    struct Name {
        std::string_view operator()(const MessageView&) const { return "message"; }

        std::string_view operator()(const ReceiptView&) const { return "receipt"; }

        std::string_view operator()(const ContactView&) const { return "contact"; }

        std::string_view operator()(const GapView&) const { return "gap"; }

        std::string_view operator()(const NoticeView&) const { return "notice"; }

        std::string_view operator()(const PresenceView&) const { return "presence"; }

        std::string_view operator()(const NetworkView&) const { return "network"; }
    };

    return std::visit(Name{}, body);
}

EventJournal::EventJournal(store::Store& store, const Clock& clock, EventSource& source)
    : store_(store),
      clock_(clock),
      source_(source),
      on_close_(store.on_close([this](store::Changes& changes) { close_batch(changes); })),
      on_failure_(store.on_failure([this] { forget_pending(); })) {}

EventJournal::~EventJournal() {
    *alive_ = false;
}

Result<> EventJournal::find_oldest() {
    const store::Scan first{.table = Table::Event, .limit = 1};
    return store_.scan(first, [this](ByteView key, ByteView) {
        oldest_ = read_be<std::uint64_t>(key);
        return false;
    });
}

Result<> EventJournal::open() {
    KITH_CHECK(find_oldest());
    store::Scan last{.table = Table::Event};
    last.direction = store::Direction::Backward;
    last.limit = 1;
    Result<> parsed;
    KITH_CHECK(store_.scan(last, [&](ByteView key, ByteView value) {
        const auto row = decode_event_row(value);
        if (!row) {
            parsed = fail(row.error().code, row.error().context);
            return false;
        }
        next_ = read_be<std::uint64_t>(key);
        for (const auto& ref : row->refs)
            next_ += count_of(ref);
        return false;
    }));
    KITH_CHECK(parsed);
    visible_ = next_ - 1;
    const store::Scan all{.table = Table::Consumer};
    return store_.scan(all, [this](ByteView key, ByteView value) {
        wire::Reader in(value, 64);
        in.tuple(2);
        Consumer consumer;
        consumer.cursor = in.u64();
        consumer.seen = from_unix_millis(in.u64());
        if (in.finish()) consumers_.emplace(as_text(key), consumer);
        return true;
    });
}

void EventJournal::add(EventRef ref) {
    if (!pending_.empty() && extends(pending_.back(), ref)) {
        extend(pending_.back(), ref);
    } else {
        pending_.push_back(std::move(ref));
    }
}

void EventJournal::close_batch(store::Changes& changes) {
    if (pending_.empty()) return;
    // A row is read back by the bounded reader: more references take more rows.
    for (std::size_t at = 0; at < pending_.size(); at += limits::msgpack_items / 8) {
        const std::size_t end = std::min(pending_.size(), at + limits::msgpack_items / 8);
        EventRow row{clock_.wall(), {}};
        const std::uint64_t first = next_;
        for (std::size_t i = at; i < end; ++i) {
            next_ += count_of(pending_[i]);
            row.refs.push_back(std::move(pending_[i]));
        }
        changes.put(Table::Event, be_bytes<std::uint64_t>(first), encode(row));
    }
    pending_.clear();
    prune(changes);
    const std::uint64_t last = next_ - 1;
    store_.when_synced(store_.open_batch(), [this, alive = alive_, last](const Result<>& result) {
        if (!*alive || !result) return;
        visible_ = std::max(visible_, last);
        const auto followers = followers_;
        for (auto* follower : followers)
            follower->wake();
    });
}

void EventJournal::prune(store::Changes& changes) {
    if (next_ - oldest_ <= max_events) return;
    std::size_t removed = 0;
    // Not from the start: rows that went lately are still in the store's way.
    const auto from = be_bytes<std::uint64_t>(oldest_);
    const store::Scan old{.table = Table::Event, .from = from, .limit = prune_step};
    const auto walked = store_.scan(old, [&](ByteView key, ByteView) {
        oldest_ = read_be<std::uint64_t>(key);
        if (next_ - oldest_ <= max_events) return false;
        changes.erase(Table::Event, key);
        ++removed;
        return true;
    });
    if (!walked) log::warn(log::Category::Store, "old events stay: {}", walked.error().context);
}

void EventJournal::forget_pending() {
    pending_.clear();
    next_ = visible_ + 1;
    // What was to go with that batch is still there.
    if (const auto found = find_oldest(); !found)
        log::warn(log::Category::Store, "the oldest event: {}", found.error().context);
}

void EventJournal::announce(const EventBody& body) {
    const auto followers = followers_;
    for (auto* follower : followers)
        follower->announce(body);
}

Result<std::optional<EventJournal::Page>> EventJournal::page_at(std::uint64_t cursor) const {
    if (cursor > visible_) return std::optional<Page>();
    // Rows are named by their first cursor: the last one that begins at or before this one.
    std::optional<Page> page;
    Result<> parsed;
    const auto from = be_bytes<std::uint64_t>(cursor);
    const auto keep = [&](ByteView key, ByteView value) {
        auto row = decode_event_row(value);
        if (row) {
            page = Page{read_be<std::uint64_t>(key), *std::move(row)};
        } else {
            parsed = fail(row.error().code, row.error().context);
        }
        return false;
    };
    store::Scan walk{.table = Table::Event, .from = from};
    walk.direction = store::Direction::Backward;
    walk.limit = 1;
    KITH_CHECK(store_.scan(walk, keep));
    KITH_CHECK(parsed);
    const auto end_of = [](const Page& found) {
        std::uint64_t end = found.first;
        for (const auto& ref : found.row.refs)
            end += count_of(ref);
        return end;
    };
    if (page && end_of(*page) > cursor) return page;
    page.reset();
    walk.direction = store::Direction::Forward;
    KITH_CHECK(store_.scan(walk, keep));
    KITH_CHECK(parsed);
    return page;
}

Bytes EventJournal::consumer_row(const Consumer& consumer) {
    Bytes out;
    wire::Writer(out).array(2).uint(consumer.cursor).uint(unix_millis(consumer.seen));
    return out;
}

Result<std::unique_ptr<Subscription>> EventJournal::subscribe(SubscribeOptions options,
                                                              std::function<void()> on_ready) {
    std::uint64_t next = visible_ + 1;
    using From = SubscribeOptions::From;
    const auto consumer = consumers_.find(options.as);
    if (options.from == From::Start) next = oldest_;
    if (options.from == From::Last && consumer != consumers_.end()) {
        next = consumer->second.cursor + 1;
    }
    if (options.from == From::At) next = options.at.value + 1;
    if (next < oldest_) {
        return fail(Code::NotFound,
                    fmt::format("the journal begins at {}", to_string(Cursor{oldest_})));
    }
    if (next > visible_ + 1) return fail(Code::Malformed, "this cursor lies in the future");
    return std::make_unique<JournalSubscription>(
        *this, std::move(options), next, std::move(on_ready));
}

Task<Result<>> EventJournal::ack(std::string as, Cursor cursor) {
    if (as.empty() || as.size() > 64) {
        co_return fail(Code::InvalidArgument, "a consumer has a name of 1 to 64 bytes");
    }
    if (cursor.value > visible_) co_return fail(Code::NotFound, "no event has this cursor yet");
    const auto found = consumers_.find(as);
    if (found == consumers_.end() && consumers_.size() >= max_consumers) {
        co_return fail(Code::QuotaExceeded, "too many consumers; forget one first");
    }
    Consumer consumer = found == consumers_.end() ? Consumer{} : found->second;
    consumer.cursor = std::max(consumer.cursor, cursor.value);
    consumer.seen = clock_.wall();
    store::Changes changes;
    changes.put(Table::Consumer, as_bytes(as), consumer_row(consumer));
    KITH_CO_CHECK(co_await store_.commit(std::move(changes)));
    consumers_[as] = consumer;
    co_return success();
}

std::vector<ConsumerView> EventJournal::consumers() const {
    std::vector<ConsumerView> out;
    for (const auto& [name, consumer] : consumers_) {
        out.push_back({name,
                       {consumer.cursor},
                       visible_ - std::min(visible_, consumer.cursor),
                       consumer.seen});
    }
    return out;
}

Task<Result<>> EventJournal::forget(std::string as) {
    if (!consumers_.contains(as)) co_return fail(Code::NotFound, "no such consumer");
    store::Changes changes;
    changes.erase(Table::Consumer, as_bytes(as));
    KITH_CO_CHECK(co_await store_.commit(std::move(changes)));
    consumers_.erase(as);
    co_return success();
}

}  // namespace kith::node
