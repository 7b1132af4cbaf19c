// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/port_keeper.h"

#include "core/base/log.h"

namespace kith::transport {
namespace {

// RFC 6335: dynamic ports.
constexpr std::uint16_t first_dynamic = 49152;
constexpr std::uint64_t dynamic_ports = 65536 - first_dynamic;

}  // namespace

PortKeeper::PortKeeper(asio::any_io_executor executor,
                       Clock& clock,
                       Random& random,
                       Worker& worker,
                       AskRouter ask,
                       OnChange on_change)
    : clock_(clock),
      random_(random),
      worker_(worker),
      ask_(std::move(ask)),
      on_change_(std::move(on_change)),
      again_(executor),
      scope_(executor) {}

void PortKeeper::start(std::uint16_t port) {
    scope_.spawn(keep(port));
}

Task<> PortKeeper::keep(std::uint16_t port) {
    while (!stopping_) {
        again_.reset();
        const auto mapped = co_await ask_for_any(port);
        settle(mapped);
        if (stopping_) break;
        const Alarm alarm = clock_.call_after(map_renewal, [this] { again_.set(); });
        co_await again_.wait();
    }
    if (!mapped_) co_return;
    MapRequest request;
    request.internal_port = port;
    request.external_port = external_port_;
    std::ignore = co_await ask(request);
    mapped_.reset();
}

Task<Result<MappedPort>> PortKeeper::ask_for_any(std::uint16_t port) {
    MapRequest request;
    request.internal_port = port;
    request.external_port = external_port_ == 0 ? port : external_port_;
    request.lease = map_lease;
    auto mapped = co_await ask(request);
    for (int i = 0; i < map_other_ports && !stopping_; ++i) {
        if (mapped || mapped.error().code != Code::Refused) break;
        const auto offset = static_cast<std::uint16_t>(random_.below(dynamic_ports));
        request.external_port = static_cast<std::uint16_t>(first_dynamic + offset);
        mapped = co_await ask(request);
    }
    if (mapped) external_port_ = request.external_port;
    co_return mapped;
}

Task<Result<MappedPort>> PortKeeper::ask(MapRequest request) {
    // By value: the worker shares nothing with the strand.
    std::function<Result<MappedPort>()> job = [call = ask_, request] { return call(request); };
    auto done = co_await worker_.run<Result<MappedPort>>(std::move(job));
    if (!done) co_return tl::unexpected(std::move(done).error());
    co_return std::move(*done);
}

void PortKeeper::settle(const Result<MappedPort>& mapped) {
    std::optional<MappedPort> now;
    if (mapped) now = *mapped;
    if (!mapped) {
        log::debug(log::Category::Transport, "no port mapping: {}", mapped.error().context);
    }
    if (now == mapped_) return;
    mapped_ = now;
    if (on_change_ && !stopping_) on_change_(mapped_);
}

Task<> PortKeeper::stop() {
    stopping_ = true;
    again_.set();
    co_await scope_.join();
}

}  // namespace kith::transport
