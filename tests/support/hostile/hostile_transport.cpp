// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/hostile/hostile_transport.h"

#include "core/base/assert.h"

namespace kith::test {
namespace {

using transport::Channel;

/// A link to the mailbox, as the host behind it sees it.
class HostileStream final : public transport::FrameStream {
  public:
    HostileStream(std::unique_ptr<Channel> inner,
                  HostileHost& host,
                  const std::function<void(HostileHost&)>& before)
        : inner_(std::move(inner)), host_(host), before_(before) {}

    // An open link needs none of these.
    void set_hooks(transport::StreamHooks) override {}

    [[nodiscard]] Task<Result<>> connect(Endpoint) override { co_return success(); }

    [[nodiscard]] Task<Result<crypto::ChannelBinding>> handshake(transport::StreamSide) override {
        co_return inner_->info().binding;
    }

    void set_open() override {}

    [[nodiscard]] Task<Result<wire::Frame>> receive() override {
        auto frame = co_await inner_->receive();
        if (before_) before_(host_);
        if (frame) host_.hear(link_, *frame);
        co_return frame;
    }

    Result<> send(ByteView frame) override {
        if (before_) before_(host_);
        for (const Bytes& said : host_.say(link_, frame))
            KITH_CHECK(inner_->send(said));
        return success();
    }

    std::size_t unsent() const override { return inner_->unsent(); }

    [[nodiscard]] Task<> wait_writable(std::size_t below) override {
        return inner_->wait_writable(below);
    }

    void close() override { inner_->close(); }

    void finish() override { inner_->finish(); }

    void close_malformed() override { inner_->close_malformed(); }

    void note(transport::LinkMerit merit) override { inner_->note(merit); }

    transport::LinkTraffic traffic() const override { return inner_->traffic(); }

    std::optional<Duration> round_trip() const override { return std::nullopt; }

    Endpoint local() const override { return inner_->local(); }

  private:
    std::unique_ptr<Channel> inner_;
    HostileHost& host_;
    const std::function<void(HostileHost&)>& before_;
    HostileHost::Link link_;
};

}  // namespace

HostileTransport::HostileTransport(transport::Transport& inner,
                                   HostileHost& host,
                                   std::function<void(HostileHost&)> before)
    : inner_(inner), host_(host), before_(std::move(before)) {}

Task<Result<std::unique_ptr<Channel>>> HostileTransport::accept() {
    auto channel = co_await inner_.accept();
    if (!channel || (*channel)->info().own_role != transport::LinkRole::Box) co_return channel;
    const transport::LinkInfo info = (*channel)->info();
    auto stream = std::make_unique<HostileStream>(*std::move(channel), host_, before_);
    co_return std::make_unique<Channel>(info, std::move(stream));
}

}  // namespace kith::test
