// SPDX-License-Identifier: GPL-3.0-or-later
// From the name of a method to the function that answers it. Each noun adds its own
// (api_handlers_*); a test compares the whole with the table of core/api/method.h.
#pragma once

#include "core/base/assert.h"
#include "daemon/api_connection.h"
#include "daemon/api_context.h"

#include <functional>
#include <memory>
#include <unordered_map>

namespace kith::daemon {

/// One call as a handler of the lowest kind gets it.
struct ApiCall {
    api::Request request;
    ApiReply reply;
    ApiConnection& client;  // during the call only
};

class ApiMethods {
  public:
    using Handler = std::function<void(ApiContext&, ApiCall)>;

    /// Answered at once.
    template <class P>
    using Now = api::Outcome<typename P::Result> (*)(ApiContext&, P);
    /// Answered by a coroutine: parameters by value, the context outlives it.
    template <class P>
    using Later = Task<api::Outcome<typename P::Result>> (*)(ApiContext&, P);

    /// Gives the outcome of a call. Call it, or one of its copies, once; dropped, the call fails.
    template <class R>
    using Answer = std::function<void(const api::Outcome<R>&)>;
    /// Answered by a callback, on the strand: for what is called by the ten thousand a second.
    template <class P>
    using Told = void (*)(ApiContext&, P, Answer<typename P::Result>);

    /// `calls` owns the coroutines of Later handlers, `transitions` those that end the node.
    ApiMethods(AsyncScope& calls, AsyncScope& transitions)
        : calls_(calls), transitions_(transitions) {}

    template <class P>
    void add(Now<P> answer) {
        add_raw(api::name_of<P>(), [answer](ApiContext& context, ApiCall call) {
            auto parameters = call.request.as<P>();
            if (!parameters) return call.reply.fail(parameters.error());
            call.reply.finish(answer(context, *std::move(parameters)));
        });
    }

    template <class P>
    void add(Told<P> begin) {
        add_raw(api::name_of<P>(), [this, begin](ApiContext& context, ApiCall call) {
            auto parameters = call.request.as<P>();
            if (!parameters) return call.reply.fail(parameters.error());
            auto waiting = std::make_shared<Waiting>(calls_, std::move(call.reply));
            begin(context,
                  *std::move(parameters),
                  [waiting = std::move(waiting)](const auto& outcome) {
                      waiting->reply.finish(outcome);
                  });
        });
    }

    template <class P>
    void add(Later<P> answer) {
        add_later<P>(answer, calls_);
    }

    /// For what locks, unlocks or creates the profile: it waits for the others.
    template <class P>
    void add_transition(Later<P> answer) {
        add_later<P>(answer, transitions_);
    }

    void add_raw(std::string_view name, Handler handler) {
        const bool added = handlers_.emplace(name, std::move(handler)).second;
        KITH_ASSERT(added);
    }

    /// nullptr: no such method.
    const Handler* find(std::string_view name) const {
        const auto found = handlers_.find(name);
        return found == handlers_.end() ? nullptr : &found->second;
    }

    std::size_t size() const { return handlers_.size(); }

  private:
    // A call that a callback will answer: who waits for all calls waits for it too.
    struct Waiting {
        Waiting(AsyncScope& calls, ApiReply to) : call(calls), reply(std::move(to)) {}

        AsyncScope::Guest call;
        ApiReply reply;
    };

    template <class P>
    void add_later(Later<P> answer, AsyncScope& scope) {
        add_raw(api::name_of<P>(), [answer, &scope](ApiContext& context, ApiCall call) {
            auto parameters = call.request.as<P>();
            if (!parameters) return call.reply.fail(parameters.error());
            scope.spawn(finish(answer(context, *std::move(parameters)), std::move(call.reply)));
        });
    }

    template <class R>
    [[nodiscard]] static Task<> finish(Task<api::Outcome<R>> work, ApiReply reply) {
        const api::Outcome<R> outcome = co_await std::move(work);
        reply.finish(outcome);
    }

    AsyncScope& calls_;
    AsyncScope& transitions_;
    std::unordered_map<std::string_view, Handler> handlers_;
};

void add_account_methods(ApiMethods& methods);
void add_contact_methods(ApiMethods& methods);
void add_invite_methods(ApiMethods& methods);
void add_message_methods(ApiMethods& methods);
void add_event_methods(ApiMethods& methods);
void add_network_methods(ApiMethods& methods);
void add_mailbox_methods(ApiMethods& methods);
void add_reputation_methods(ApiMethods& methods);
void add_status_methods(ApiMethods& methods);

}  // namespace kith::daemon
