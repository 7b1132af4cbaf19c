// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/peer_link.h"

#include "core/base/log.h"
#include "core/wire/deposit_frames.h"
#include "core/wire/frame.h"
#include "core/wire/lease_frames.h"

#include <algorithm>
#include <utility>

namespace kith::node {
namespace {

using wire::FrameType;

// After a refusal, for a message that gets no answer at all.
constexpr Duration answer_patience = seconds(5);

}  // namespace

PeerLink::PeerLink(std::uint64_t serial,
                   std::unique_ptr<transport::Channel> channel,
                   LinkHandler& handler,
                   Outbox& outbox,
                   Clock& clock,
                   Random& random,
                   const asio::any_io_executor& executor)
    : serial_(serial),
      channel_(std::move(channel)),
      handler_(handler),
      outbox_(outbox),
      clock_(clock),
      random_(random),
      scope_(executor),
      feed_(executor),
      since_(clock.wall()),
      last_heard_(clock.now()),
      last_message_(clock.now()) {}

const transport::DevicePeer* PeerLink::device() const {
    if (!info().is_device_link()) return nullptr;
    return std::get_if<transport::DevicePeer>(&channel_->peer());
}

Task<> PeerLink::run() {
    scope_.spawn(feed());
    watch();
    while (open_) {
        if (handler_.overloaded(*this)) co_await handler_.room(*this);
        const auto frame = co_await channel_->receive();
        if (!frame) break;
        last_heard_ = clock_.now();
        missed_ = 0;
        if (!dispatch(*frame)) {
            handler_.on_malformed(*this);
            channel_->close_malformed();
            break;
        }
    }
    ended();
    co_await scope_.join();
}

void PeerLink::ended() {
    open_ = false;
    watch_.cancel();
    resume_.cancel();
    one_more_.cancel();
    refusals_.cancel();
    channel_->close();
    feed_.set();
    for (auto& [q, waiting] : waiting_)
        waiting->done.set();
    waiting_.clear();
}

void PeerLink::close(wire::ByeCode code) {
    if (!open_) return;
    wire::Bye bye;
    bye.code = code;
    send(bye);
    open_ = false;
    feed_.set();
    // The word leaves with the write of this turn; the link ends right after it.
    watch_ = clock_.call_after(milliseconds(20), [this] { channel_->close(); });
}

void PeerLink::drop() {
    open_ = false;
    feed_.set();
    channel_->close();
}

bool PeerLink::dispatch(const wire::Frame& frame) {
    switch (frame.type) {
        case FrameType::Ping:
            return on_ping(frame.body);
        case FrameType::Pong:
            return on_pong(frame.body);
        case FrameType::GetBundle:
            return on_bundle_request(frame.body);
        case FrameType::Bundle:
            return on_answer<wire::BundleAnswer>(frame);
        case FrameType::Lease:
            return on_answer<wire::Lease>(frame);
        case FrameType::Receipt:
            return on_answer<wire::HostReceipt>(frame);
        case FrameType::Refuse:
            return on_answer<wire::Refuse>(frame);
        case FrameType::Batch:
            return on_answer<wire::Batch>(frame);
        case FrameType::Deleted:
            return on_answer<wire::Deleted>(frame);
        case FrameType::StatReply:
            return on_answer<wire::StatReply>(frame);
        case FrameType::AuditReply:
            return on_answer<wire::AuditReply>(frame);
        case FrameType::LeaseReq:
        case FrameType::CapSet:
        case FrameType::Deposit:
        case FrameType::Pickup:
        case FrameType::AckDel:
        case FrameType::Stat:
        case FrameType::Audit:
            return !called_by_us() && handler_.on_mailbox_request(*this, frame);
        case FrameType::Nudge:
            return called_by_us() && handler_.on_nudge(*this, frame.body);
        case FrameType::Msg:
            return device() != nullptr && on_msg(frame.body);
        case FrameType::Ack:
            return device() != nullptr && on_ack(frame.body);
        case FrameType::Busy:
            return device() != nullptr && on_busy(frame.body);
        case FrameType::Bye:
            drop();
            return true;
        default:
            return static_cast<std::uint8_t>(frame.type) >= wire::first_ignorable_type;
    }
}

// --- Incoming

bool PeerLink::on_msg(ByteView body) {
    const auto msg = wire::Msg::decode(body);
    if (!msg || msg->n <= last_n_) return false;
    last_n_ = msg->n;
    last_message_ = clock_.now();
    channel_->note(transport::LinkMerit::Useful);
    handler_.on_message(*this, msg->n, msg->inner);
    return true;
}

bool PeerLink::on_ack(ByteView body) {
    const auto ack = wire::Ack::decode(body);
    if (!ack) return false;
    for (const std::uint32_t n : ack->ns) {
        const auto found = in_flight_.find(n);
        if (found == in_flight_.end()) {
            // Named twice, or given back by BUSY before: harmless. Never sent: not.
            if (n >= next_n_) return false;
            continue;
        }
        const Sent sent = found->second;
        in_flight_bytes_ -= sent.size;
        in_flight_.erase(found);
        if (sent.receipt) handler_.on_taken(*this, sent.position);
    }
    last_message_ = clock_.now();
    if (ack->receipts) handler_.on_receipts(*this, *ack->receipts);
    if (Lane* const lane = outbox_.lane(device()->device); lane && !ack->ns.empty()) {
        go_on_after(*lane, *std::ranges::max_element(ack->ns));
    }
    pump();
    return true;
}

bool PeerLink::on_bundle_request(ByteView body) {
    const auto request = wire::GetBundle::decode(body);
    if (!request || !take_number(request->q)) return false;
    handler_.on_get_bundle(*this, *request);
    return true;
}

bool PeerLink::take_number(std::uint32_t q) {
    if (q <= last_q_) return false;
    last_q_ = q;
    return true;
}

void PeerLink::touch() {
    last_message_ = clock_.now();
    channel_->note(transport::LinkMerit::Useful);
}

template <class Body>
bool PeerLink::on_answer(const wire::Frame& frame) {
    const auto body = Body::decode(frame.body);
    return body && answer(body->q, frame.type, frame.body);
}

bool PeerLink::answer(std::uint32_t q, FrameType type, ByteView body) {
    const auto found = waiting_.find(q);
    if (found == waiting_.end()) return q < next_q_;  // late: its asker has given up
    const auto waiting = found->second;
    if (waiting->take && type != FrameType::Refuse && !waiting->take(body)) return true;
    waiting_.erase(found);
    waiting->answer = Answer{type, to_bytes(body)};
    waiting->done.set();
    return true;
}

// --- Outgoing

void PeerLink::reply(ByteView frame) {
    if (!open_) return;
    // A link that cannot take a control frame has lost its other end.
    if (auto sent = channel_->send(frame); !sent) drop();
}

void PeerLink::acknowledge(std::vector<std::uint32_t> ns, Bytes receipts) {
    if (!open_) return;
    std::size_t at = 0;
    do {
        const std::size_t count = std::min(ns.size() - at, limits::receipt_ids);
        wire::Ack ack;
        const auto from = ns.begin() + static_cast<std::ptrdiff_t>(at);
        ack.ns.assign(from, from + static_cast<std::ptrdiff_t>(count));
        at += count;
        // The receipt stands for messages of every path: the last frame carries it.
        if (at == ns.size() && !receipts.empty()) ack.receipts = ByteView(receipts);
        send(ack);
    } while (open_ && at < ns.size());
}

void PeerLink::pump() {
    if (!open_ || !device()) return;
    Lane* const lane = outbox_.lane(device()->device);
    if (!lane) return;
    if (!std::exchange(begun_, true) && lane->hold()) resume_hold(*lane);
    const std::uint64_t before = cursor_;
    fill(*lane);
    if (cursor_ != before && pace_.waits_for_answer()) {
        one_more_ = clock_.call_after(answer_patience, [this] {
            pace_.one_more();
            pump();
        });
    }
    if (cursor_ != before) handler_.on_sent(*this);
}

void PeerLink::fill(Lane& lane) {
    Bytes frame;
    while (open_ && pace_.may_send() && in_flight_.size() < limits::link_window &&
           in_flight_bytes_ < limits::link_window_bytes) {
        const OutboxEntry* const entry = lane.next(cursor_);
        if (!entry || entry->position > lane.durable()) return;
        if (entry->open) {
            // It will come again with its bytes, further behind.
            cursor_ = entry->position;
            continue;
        }
        if (channel_->unsent() > transport::message_room) {
            feed_.set();
            return;
        }
        const auto inner = outbox_.inner(lane, entry->position);
        if (!inner) {
            log::warn(log::Category::Store, "outbox: {}", inner.error().context);
            return;
        }
        wire::Msg msg;
        msg.n = next_n_;
        msg.inner = **inner;
        frame.clear();
        wire::append_frame(frame, msg);
        if (auto sent = channel_->send(frame); !sent) return;
        in_flight_.emplace(next_n_++, Sent{entry->position, frame.size(), entry->is_receipt()});
        in_flight_bytes_ += frame.size();
        outbox_.mark_sent(lane, entry->position);
        pace_.sent();
        cursor_ = entry->position;
        last_message_ = clock_.now();
    }
}

Task<> PeerLink::feed() {
    for (;;) {
        co_await feed_.wait();
        if (!open_) co_return;
        feed_.reset();
        co_await channel_->wait_writable(transport::message_room / 2);
        pump();
    }
}

Task<Result<PeerLink::Answer>> PeerLink::request(std::uint32_t q,
                                                 Bytes frame,
                                                 SteadyTime deadline,
                                                 TakeFrame take) {
    if (!open_) co_return fail(Code::Unreachable, "the link has ended");
    const auto waiting = std::make_shared<Waiting>(scope_.executor());
    waiting->take = std::move(take);
    waiting_.emplace(q, waiting);
    if (auto sent = channel_->send(frame); !sent) {
        waiting_.erase(q);
        co_return tl::unexpected(sent.error());
    }
    const Alarm alarm = clock_.call_at(deadline, [waiting] {
        // Frames that come late find nobody who would take them.
        waiting->take = [](ByteView) { return true; };
        waiting->answer = fail(Code::Timeout, "no answer in time");
        waiting->done.set();
    });
    co_await waiting->done.wait();
    // The link may be gone by now: nothing of it is touched.
    co_return std::move(waiting->answer);
}

}  // namespace kith::node
