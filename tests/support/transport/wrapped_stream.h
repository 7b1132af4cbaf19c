// SPDX-License-Identifier: GPL-3.0-or-later
// An open channel as a stream again, for what stands in between: the test overrides what it
// changes.
#pragma once

#include "core/transport/channel.h"

namespace kith::test {

class WrappedStream : public transport::FrameStream {
  public:
    explicit WrappedStream(std::unique_ptr<transport::Channel> inner) : inner_(std::move(inner)) {}

    // An open link needs none of these.
    void set_hooks(transport::StreamHooks) override {}

    [[nodiscard]] Task<Result<>> connect(Endpoint) override { co_return success(); }

    [[nodiscard]] Task<Result<crypto::ChannelBinding>> handshake(transport::StreamSide) override {
        co_return inner_->info().binding;
    }

    void set_open() override {}

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

  protected:
    transport::Channel& inner() { return *inner_; }

  private:
    std::unique_ptr<transport::Channel> inner_;
};

}  // namespace kith::test
