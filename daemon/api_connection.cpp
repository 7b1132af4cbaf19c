// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/api_connection.h"

#include <array>

namespace kith::daemon {
namespace {

// A client with 64 calls in flight sends about 20 KiB at once.
constexpr std::size_t read_size = std::size_t{64} << 10;

}  // namespace

ApiConnection::ApiConnection(ApiSocket socket, ApiDispatcher& dispatcher, Clock& clock)
    : dispatcher_(dispatcher),
      outlet_(std::make_shared<ApiOutlet>(std::move(socket), clock)),
      calls_(std::make_shared<ApiCallCount>()),
      may_take_(outlet_->socket().get_executor()) {
    outlet_->on_room([this] {
        pump_streams();
        may_take_.pulse();
    });
    calls_->on_answer = [this] { may_take_.pulse(); };
}

ApiConnection::~ApiConnection() {
    outlet_->on_room({});
    calls_->on_answer = {};
    streams_.clear();
    outlet_->close();
}

Task<> ApiConnection::run() {
    std::string buffer(read_size, '\0');
    while (outlet_->open() && !finishing_) {
        boost::system::error_code error;
        const auto target = asio::buffer(buffer);
        const std::size_t count = co_await outlet_->socket().async_read_some(
            target, asio::redirect_error(asio::use_awaitable, error));
        if (error) break;
        lines_.append(std::string_view(buffer).substr(0, count));
        take_lines();
        while (!may_take() && outlet_->open() && !finishing_) {
            co_await may_take_.wait_pulse();
            take_lines();
        }
        if (lines_.overflowed()) {
            bad_line("null", api::Failure(api::Problem::Parse, "the line is too long"));
            outlet_->close_when_drained();
            break;
        }
    }
    // A client may close its writing half and still read: what it asked for is answered.
    outlet_->close_when_peer_leaves();
    while (outlet_->open() && calls_->value > 0)
        co_await may_take_.wait_pulse();
    outlet_->close_when_drained();
    while (outlet_->open())
        co_await may_take_.wait_pulse();
}

bool ApiConnection::may_take() const {
    return calls_->value < limits::api_calls && outlet_->has_room() && !postponed_;
}

void ApiConnection::take_lines() {
    while (may_take() && outlet_->open() && !finishing_) {
        const auto line = lines_.next();
        if (!line) break;
        take_line(*line);
    }
}

void ApiConnection::take_line(std::string_view line) {
    auto request = api::parse_request(line);
    if (!request) return bad_line(request.error().id, request.error().failure);
    if (!dispatcher_.ready_for(*request)) {
        postponed_ = *std::move(request);
        return;
    }
    take_request(*std::move(request));
}

void ApiConnection::take_request(api::Request request) {
    ApiReply reply(outlet_, calls_, request.id);
    dispatcher_.call(std::move(request), std::move(reply), *this);
}

void ApiConnection::resume() {
    if (!postponed_ || finishing_ || !dispatcher_.ready_for(*postponed_)) return;
    api::Request request = *std::move(postponed_);
    postponed_.reset();
    take_request(std::move(request));
    may_take_.pulse();
}

void ApiConnection::bad_line(const std::string& id, const api::Failure& failure) {
    api::append_failure(outlet_->lines(), id, failure);
    outlet_->flush_later();
    if (++bad_lines_ < api_bad_lines) return;
    finishing_ = true;
    outlet_->close_when_drained();
}

void ApiConnection::finish() {
    finishing_ = true;
    streams_.clear();
    may_take_.pulse();
    boost::system::error_code ignored;
    outlet_->socket().shutdown(ApiSocket::shutdown_receive, ignored);
}

bool ApiConnection::add_stream(std::uint64_t id, std::unique_ptr<ApiStream> stream) {
    if (streams_.size() >= api_streams) return false;
    streams_.emplace(id, std::move(stream));
    return true;
}

bool ApiConnection::remove_stream(std::uint64_t id) {
    return streams_.erase(id) > 0;
}

void ApiConnection::pump_streams() {
    for (const auto& [id, stream] : streams_)
        stream->pump();
}

}  // namespace kith::daemon
