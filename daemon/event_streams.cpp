// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/event_streams.h"

#include "core/base/log.h"
#include "daemon/api_objects.h"

#include <fmt/format.h>

namespace kith::daemon {

namespace {

using api::failure;
using api::Problem;

// Read from the journal at a time: enough for one full write, few enough to stop in between.
constexpr std::size_t events_at_a_time = 64;

api::Failure cursor_gone(const Error& error) {
    if (error.code != Code::NotFound) return api::from_error(error);
    api::Failure gone(Problem::CursorGone, "the journal does not reach back that far");
    if (!error.context.empty()) gone.facts.push_back(error.context);
    gone.hint = "kith listen --from start";
    return gone;
}

api::Outcome<node::SubscribeOptions> options_from(const api::EventsSubscribe& wish) {
    using From = node::SubscribeOptions::From;
    node::SubscribeOptions options;
    for (const std::string& type : wish.types) {
        if (!api::is_event_type(type)) {
            return failure(Problem::Usage, fmt::format("there is no event type \"{}\"", type));
        }
    }
    options.types = wish.types;
    options.as = wish.as.value_or("");
    if (options.as.size() > 64) return failure(Problem::Usage, "\"as\" is too long");
    // Without a name there is nobody to acknowledge.
    const std::uint64_t window = wish.window.value_or(limits::event_window);
    options.window =
        options.as.empty() ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(window, 4096));
    const std::string from = wish.from.value_or(options.as.empty() ? "now" : "last");
    if (from == "now") {
        options.from = From::Now;
    } else if (from == "start") {
        options.from = From::Start;
    } else if (from == "last") {
        options.from = From::Last;
    } else {
        const auto cursor = node::parse_cursor(from);
        if (!cursor) return failure(Problem::Usage, fmt::format("\"{}\" is no cursor", from));
        options.from = From::At;
        options.at = *cursor;
    }
    return options;
}

}  // namespace

class EventStream final : public ApiStream {
  public:
    EventStream(ApiContext& context,
                std::shared_ptr<ApiOutlet> outlet,
                std::uint64_t id,
                std::string consumer)
        : context_(context), outlet_(std::move(outlet)), id_(id), consumer_(std::move(consumer)) {
        context_.streams.streams_.insert(this);
    }

    ~EventStream() override { context_.streams.streams_.erase(this); }

    void follow(std::unique_ptr<node::Subscription> subscription) {
        subscription_ = std::move(subscription);
    }

    void pump() override {
        // The client's room may open while events are being written.
        if (pumping_) return;
        pumping_ = true;
        while (subscription_ != nullptr && outlet_->open() && outlet_->has_room()) {
            const auto events = subscription_->take(events_at_a_time);
            if (!events) {
                end(events.error());
                break;
            }
            if (events->empty()) break;
            write(*events);
        }
        pumping_ = false;
    }

    const std::string& consumer() const { return consumer_; }

    void acknowledged(node::Cursor cursor) {
        if (subscription_ == nullptr) return;
        subscription_->acknowledged(cursor);
        pump();
    }

    void end() {
        subscription_.reset();
        outlet_->close_when_drained();
    }

  private:
    void write(const std::vector<node::Event>& events) {
        const auto node = context_.node();
        if (!node) return;
        for (const node::Event& event : events) {
            if (std::holds_alternative<node::ContactView>(event.body)) context_.tags.forget();
            const crypto::AccountKey* account = tagged_account(event.body);
            const NameTag tag =
                account ? context_.tags.of(**node, *account, context_.clock.now()) : NameTag{};
            std::optional<std::string> cursor;
            if (event.cursor) cursor = node::to_string(*event.cursor);
            api::append_event(outlet_->lines(), id_, cursor, api::to_json(to_api(event, tag)));
        }
        outlet_->flush_later();
    }

    void end(const Error& error) {
        log::warn(log::Category::Api, "a stream of events ended: {}", error.context);
        end();
    }

    ApiContext& context_;
    std::shared_ptr<ApiOutlet> outlet_;
    std::uint64_t id_;
    std::string consumer_;
    std::unique_ptr<node::Subscription> subscription_;
    bool pumping_ = false;
};

api::Outcome<api::Subscription> EventStreams::open(ApiContext& context,
                                                   ApiConnection& client,
                                                   const api::EventsSubscribe& wish) {
    KITH_TRY(node::Node* const node, context.node());
    KITH_TRY(node::SubscribeOptions options, options_from(wish));
    const std::uint64_t id = ++last_id_;
    auto stream = std::make_unique<EventStream>(context, client.outlet(), id, options.as);
    EventStream* const raw = stream.get();
    auto subscription = node->events().subscribe(std::move(options), [raw] { raw->pump(); });
    if (!subscription) return tl::unexpected(cursor_gone(subscription.error()));
    const api::Subscription answer{
        id, node::to_string((*subscription)->position()), (*subscription)->behind()};
    raw->follow(*std::move(subscription));
    if (!client.add_stream(id, std::move(stream))) {
        return failure(Problem::Busy, "too many streams on one connection");
    }
    return answer;
}

void EventStreams::acknowledged(const std::string& consumer, node::Cursor cursor) {
    for (EventStream* stream : streams_) {
        if (!consumer.empty() && stream->consumer() == consumer) stream->acknowledged(cursor);
    }
}

void EventStreams::end_all() {
    for (EventStream* stream : streams_)
        stream->end();
}

}  // namespace kith::daemon
