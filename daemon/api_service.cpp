// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/api_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kith::daemon {
namespace {

/// Nouns whose calls are answered whatever becomes of the profile.
bool is_about_the_daemon(std::string_view method) {
    constexpr std::array<std::string_view, 5> nouns{
        "hello", "status.", "daemon.", "config.", "profile."};
    return std::ranges::any_of(nouns,
                               [&](std::string_view noun) { return method.starts_with(noun); });
}

}  // namespace

ApiService::ApiService(asio::any_io_executor executor, Lent lent)
    : calls_(executor),
      transitions_(executor),
      context_{lent.clock,
               lent.profile,
               lent.config,
               streams_,
               std::move(lent.version),
               lent.clock.now(),
               std::move(lent.stop)},
      methods_(calls_, transitions_) {
    add_account_methods(methods_);
    add_contact_methods(methods_);
    add_invite_methods(methods_);
    add_message_methods(methods_);
    add_event_methods(methods_);
    add_network_methods(methods_);
    add_mailbox_methods(methods_);
    add_reputation_methods(methods_);
    add_status_methods(methods_);
}

bool ApiService::ready_for(const api::Request& request) const {
    return !context_.profile.busy() || is_about_the_daemon(request.method);
}

void ApiService::call(api::Request request, ApiReply reply, ApiConnection& client) {
    const ApiMethods::Handler* handler = methods_.find(request.method);
    if (handler == nullptr) {
        return reply.fail(api::Failure(api::Problem::Method,
                                       fmt::format("there is no method \"{}\"", request.method)));
    }
    (*handler)(context_, ApiCall{std::move(request), std::move(reply), client});
}

Task<> ApiService::let_go() {
    streams_.end_all();
    co_await calls_.join();
}

}  // namespace kith::daemon
