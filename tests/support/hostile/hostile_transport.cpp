// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/hostile/hostile_transport.h"

#include "tests/support/transport/wrapped_stream.h"

namespace kith::test {
namespace {

using transport::Channel;

/// A link to the mailbox, as the host behind it sees it.
class HostileStream final : public WrappedStream {
  public:
    HostileStream(std::unique_ptr<Channel> inner,
                  HostileHost& host,
                  const std::function<void(HostileHost&)>& before)
        : WrappedStream(std::move(inner)), host_(host), before_(before) {}

    [[nodiscard]] Task<Result<wire::Frame>> receive() override {
        auto frame = co_await inner().receive();
        if (before_) before_(host_);
        if (frame) host_.hear(link_, *frame);
        co_return frame;
    }

    Result<> send(ByteView frame) override {
        if (before_) before_(host_);
        for (const Bytes& said : host_.say(link_, frame))
            KITH_CHECK(inner().send(said));
        return success();
    }

  private:
    HostileHost& host_;
    const std::function<void(HostileHost&)>& before_;
    HostileHost::Link link_;
};

}  // namespace

HostileTransport::HostileTransport(transport::Transport& inner,
                                   HostileHost& host,
                                   std::function<void(HostileHost&)> before)
    : WrappedTransport(inner), host_(host), before_(std::move(before)) {}

Task<Result<std::unique_ptr<Channel>>> HostileTransport::accept() {
    auto channel = co_await inner().accept();
    if (!channel || (*channel)->info().own_role != transport::LinkRole::Box) co_return channel;
    const transport::LinkInfo info = (*channel)->info();
    auto stream = std::make_unique<HostileStream>(*std::move(channel), host_, before_);
    co_return std::make_unique<Channel>(info, std::move(stream));
}

}  // namespace kith::test
