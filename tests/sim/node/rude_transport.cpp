// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/node/rude_transport.h"

#include "tests/support/transport/wrapped_stream.h"

namespace kith::test {
namespace {

using transport::Channel;

class RudeStream final : public WrappedStream {
  public:
    explicit RudeStream(std::unique_ptr<Channel> inner) : WrappedStream(std::move(inner)) {}

    [[nodiscard]] Task<Result<wire::Frame>> receive() override {
        for (;;) {
            auto frame = co_await inner().receive();
            // It never said what these are about.
            const bool about_messages = frame && (frame->type == wire::FrameType::Ack ||
                                                  frame->type == wire::FrameType::Busy);
            if (!rude_ || !about_messages) co_return frame;
        }
    }

    Result<> send(ByteView frame) override { return inner().send(frame); }

    Result<> say(ByteView frame) {
        rude_ = true;
        return inner().send(frame);
    }

  private:
    bool rude_ = false;
};

}  // namespace

std::unique_ptr<Channel> RudeTransport::held(std::unique_ptr<Channel> channel) {
    const transport::LinkInfo info = channel->info();
    auto stream = std::make_unique<RudeStream>(std::move(channel));
    if (info.is_device_link()) {
        say_ = [raw = stream.get()](ByteView frame) { return raw->say(frame); };
    }
    return std::make_unique<Channel>(info, std::move(stream));
}

Task<Result<std::unique_ptr<Channel>>> RudeTransport::dial(transport::DialRequest request,
                                                           SteadyTime deadline) {
    auto channel = co_await inner().dial(std::move(request), deadline);
    if (!channel) co_return tl::unexpected(channel.error());
    co_return held(*std::move(channel));
}

Task<Result<std::unique_ptr<Channel>>> RudeTransport::accept() {
    auto channel = co_await inner().accept();
    if (!channel) co_return tl::unexpected(channel.error());
    co_return held(*std::move(channel));
}

}  // namespace kith::test
