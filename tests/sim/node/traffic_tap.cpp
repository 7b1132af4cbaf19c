// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/node/traffic_tap.h"

#include "tests/support/transport/wrapped_stream.h"

namespace kith::test {
namespace {

using transport::Channel;

std::string cause_of(wire::FrameType type) {
    switch (type) {
        case wire::FrameType::Ping:
        case wire::FrameType::Pong:
            return "keepalive";
        case wire::FrameType::Msg:
        case wire::FrameType::Ack:
        case wire::FrameType::Busy:
            return "messages of devices";
        case wire::FrameType::Pickup:
        case wire::FrameType::Batch:
        case wire::FrameType::Nudge:
        case wire::FrameType::AckDel:
        case wire::FrameType::Deleted:
            return "collecting mail";
        case wire::FrameType::LeaseReq:
        case wire::FrameType::Lease:
        case wire::FrameType::CapSet:
            return "leases and settings";
        case wire::FrameType::Stat:
        case wire::FrameType::StatReply:
        case wire::FrameType::Audit:
        case wire::FrameType::AuditReply:
            return "checks of copies";
        case wire::FrameType::Deposit:
        case wire::FrameType::Receipt:
        case wire::FrameType::Refuse:
            return "deposits";
        default:
            return "other";
    }
}

class TappedStream final : public WrappedStream {
  public:
    TappedStream(std::unique_ptr<Channel> inner, TrafficLedger& ledger)
        : WrappedStream(std::move(inner)), ledger_(ledger) {}

    void note(transport::LinkMerit merit) override {
        if (merit == transport::LinkMerit::Protected) ++ledger_.protections;
        WrappedStream::note(merit);
    }

    [[nodiscard]] Task<Result<wire::Frame>> receive() override {
        const auto frame = co_await inner().receive();
        if (frame) {
            ledger_.count(static_cast<std::uint8_t>(frame->type),
                          wire::frame_head + frame->body.size());
        }
        co_return frame;
    }

    Result<> send(ByteView frame) override {
        ledger_.count(frame[wire::frame_head - 1], frame.size());
        return inner().send(frame);
    }

  private:
    TrafficLedger& ledger_;
};

}  // namespace

void TrafficLedger::count(std::uint8_t type, std::size_t bytes) {
    Line& line = causes[cause_of(static_cast<wire::FrameType>(type))];
    ++line.frames;
    line.bytes += bytes;
}

TrafficLedger& TrafficLedger::operator+=(const TrafficLedger& other) {
    for (const auto& [cause, line] : other.causes) {
        causes[cause].frames += line.frames;
        causes[cause].bytes += line.bytes;
    }
    links += other.links;
    protections += other.protections;
    return *this;
}

std::unique_ptr<Channel> TrafficTap::tapped(std::unique_ptr<Channel> channel) {
    const transport::LinkInfo info = channel->info();
    const auto before = channel->traffic();
    auto& line = ledger_.causes["handshakes"];
    line.frames += before.frames_in + before.frames_out;
    line.bytes += before.bytes_in + before.bytes_out;
    ++ledger_.links;
    return std::make_unique<Channel>(info,
                                     std::make_unique<TappedStream>(std::move(channel), ledger_));
}

Task<Result<std::unique_ptr<Channel>>> TrafficTap::dial(transport::DialRequest request,
                                                        SteadyTime deadline) {
    auto channel = co_await inner().dial(std::move(request), deadline);
    if (!channel) co_return tl::unexpected(channel.error());
    co_return tapped(*std::move(channel));
}

Task<Result<std::unique_ptr<Channel>>> TrafficTap::accept() {
    auto channel = co_await inner().accept();
    if (!channel) co_return tl::unexpected(channel.error());
    co_return tapped(*std::move(channel));
}

}  // namespace kith::test
