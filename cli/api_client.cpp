// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/api_client.h"

#include "cli/clock.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace kith::cli {
namespace {

using api::failure;
using api::Problem;

constexpr std::uint64_t hello_id = 0;

api::Failure daemon_gone() {
    return api::Failure(Problem::NoDaemon, "the daemon has ended", "kith daemon logs");
}

api::Failure too_slow() {
    return api::Failure(
        Problem::Timeout, "the daemon did not answer in time", "kith daemon status");
}

/// False when `deadline` passed before the socket was ready.
bool ready(int socket, short events, SteadyTime deadline) {
    for (;;) {
        pollfd wanted{socket, events, 0};
        const int count = ::poll(&wanted, 1, poll_timeout(deadline));
        if (count > 0) return true;
        if (count == 0 || errno != EINTR) return false;
    }
}

}  // namespace

ApiClient::ApiClient(Descriptor socket) : socket_(std::move(socket)) {
    api::HelloCall hello;
    hello.client = fmt::format("kith {}", program_version);
    hello.api = {api::api_version};
    api::append_request(out_, hello_id, hello);
}

api::Outcome<api::Hello> ApiClient::hello(Duration timeout) {
    const SteadyTime deadline = steady_now() + timeout;
    KITH_CHECK(send_all(deadline));
    while (!hello_) {
        KITH_TRY(auto incoming, take());
        if (incoming && incoming->id == hello_id) {
            KITH_CHECK(take_hello(*incoming));
        } else if (!incoming) {
            KITH_TRY(const bool more, receive(deadline));
            if (!more) return tl::unexpected(too_slow());
        }
    }
    return *hello_;
}

api::Outcome<api::Incoming> ApiClient::wait_for(std::uint64_t id, Duration timeout) {
    const SteadyTime deadline = steady_now() + timeout;
    KITH_CHECK(send_all(deadline));
    for (;;) {
        KITH_TRY(auto incoming, take());
        if (!incoming) {
            KITH_TRY(const bool more, receive(deadline));
            if (!more) return tl::unexpected(too_slow());
        } else if (incoming->id == hello_id) {
            KITH_CHECK(take_hello(*incoming));
        } else if (incoming->id == id) {
            KITH_CHECK(keep_items());
            if (incoming->failure) return tl::unexpected(*std::move(incoming->failure));
            return *std::move(incoming);
        }
        // Else: the answer to a call that was given up.
    }
}

api::Outcome<> ApiClient::take_hello(const api::Incoming& answer) {
    if (answer.failure) return tl::unexpected(*answer.failure);
    auto hello = api::decode<api::Hello>(answer.result);
    if (!hello) return not_understood("hello", hello.error());
    if (!any_version_ && compare_versions(hello->version, program_version) < 0) {
        return failure(
            Problem::VersionClash,
            fmt::format("the daemon is kithd {}, this is kith {}", hello->version, program_version),
            "kith daemon restart");
    }
    hello_ = *std::move(hello);
    return {};
}

api::Outcome<std::optional<Streamed>> ApiClient::next(Duration timeout) {
    const SteadyTime deadline = steady_now() + timeout;
    KITH_CHECK(send_all(deadline));
    for (;;) {
        KITH_CHECK(keep_items());
        if (!items_.empty()) {
            Streamed first = std::move(items_.front());
            items_.pop_front();
            return std::optional<Streamed>(std::move(first));
        }
        KITH_TRY(const bool more, receive(deadline));
        if (!more) return std::optional<Streamed>();
    }
}

api::Outcome<> ApiClient::keep_items() {
    for (;;) {
        KITH_TRY(const auto other, take());
        if (!other) return {};  // else: the answer to a call that was given up
    }
}

api::Outcome<std::optional<api::Incoming>> ApiClient::take() {
    while (const auto line = lines_.next()) {
        KITH_TRY(api::Incoming incoming, api::parse_incoming(*line));
        if (!incoming.item) return std::optional<api::Incoming>(std::move(incoming));
        items_.push_back({std::move(incoming.document), *std::move(incoming.item)});
    }
    if (lines_.overflowed()) {
        return failure(Problem::VersionClash, "the daemon sent a line of more than 1 MiB");
    }
    return std::optional<api::Incoming>();
}

api::Outcome<> ApiClient::send_all(SteadyTime deadline) {
    std::size_t sent = 0;
    while (sent < out_.size()) {
        const auto count = ::send(
            socket_.get(), out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!ready(socket_.get(), POLLOUT, deadline)) return tl::unexpected(too_slow());
        } else if (errno != EINTR) {
            return tl::unexpected(daemon_gone());
        }
    }
    out_.clear();
    return {};
}

api::Outcome<bool> ApiClient::receive(SteadyTime deadline) {
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) {
            lines_.append({buffer.data(), static_cast<std::size_t>(count)});
            return true;
        }
        if (count == 0) return tl::unexpected(daemon_gone());
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!ready(socket_.get(), POLLIN, deadline)) return false;
        } else if (errno != EINTR) {
            return tl::unexpected(daemon_gone());
        }
    }
}

tl::unexpected<api::Failure> ApiClient::not_understood(std::string_view method,
                                                       const api::Failure& why) {
    api::Failure clash(Problem::VersionClash,
                       "the daemon answered something this kith does not understand",
                       "kith daemon restart");
    clash.facts.push_back(fmt::format("{}: {}", method, why.message));
    return tl::unexpected(std::move(clash));
}

int compare_versions(std::string_view a, std::string_view b) {
    while (!a.empty() || !b.empty()) {
        const auto number = [](std::string_view& text) {
            int value = 0;
            const auto end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
            text.remove_prefix(static_cast<std::size_t>(end - text.data()));
            // What is no number ends the comparison: "1.2-rc1" counts as 1.2.
            text = text.starts_with('.') ? text.substr(1) : std::string_view();
            return value;
        };
        const int left = number(a);
        const int right = number(b);
        if (left != right) return left < right ? -1 : 1;
    }
    return 0;
}

}  // namespace kith::cli
