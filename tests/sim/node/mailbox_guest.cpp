// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/node/mailbox_guest.h"

#include "core/message/envelope.h"
#include "core/store/account_table.h"
#include "core/wire/link_frames.h"

#include <algorithm>

namespace kith::test {
namespace {

constexpr Duration patience = seconds(5);

}  // namespace

Bytes fake_envelope(Random& random, std::size_t size, std::uint32_t env_id) {
    Bytes out(size);
    random.fill(out);
    out[0] = 1;
    std::ranges::copy(be_bytes<std::uint32_t>(env_id), out.begin() + 1);
    return out;
}

Guest::Guest(World& world, Person& host, const Endpoint& at, std::uint64_t seed)
    : world_(world),
      host_(host),
      random_(seed),
      transport_(world.strand.io.get_executor(), world.network, at, random_) {
    const store::AccountTable table(host.store);
    auto network = std::move((*table.load())->network);
    host_key_ = (*table.mailbox_key())->public_key();
    box_ = identity::box_id(host_key_);
    transport_.start({network.link_key(),
                      [] { return std::vector<transport::ServedIdentity>(); },
                      [](const auto&) { return nullptr; },
                      [](const auto&, const auto&) { return success(); },
                      [](const auto&, const auto&) { return transport::Admission::Refused; }});
}

Guest::~Guest() {
    hang_up();
    world_.get(transport_.stop());
}

bool Guest::call() {
    hang_up();
    transport::DialRequest request;
    request.callee = transport::BoxCallee{box_};
    request.candidates = {host_.address()};
    std::optional<Result<std::unique_ptr<transport::Channel>>> dialled;
    const auto dial = [&]() -> Task<> {
        dialled = co_await transport_.dial(request, world_.clock.now() + seconds(8));
    };
    world_.get(dial());
    if (!*dialled) return false;
    channel_ = **std::move(dialled);
    frames_.clear();
    q = 0;
    reading_ = true;
    asio::co_spawn(world_.strand.io.get_executor(), read(), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    });
    return true;
}

Task<> Guest::read() {
    for (;;) {
        const auto frame = co_await channel_->receive();
        if (!frame) break;
        if (frame->type == wire::FrameType::Ping) {
            wire::Pong pong;
            pong.q = wire::Ping::decode(frame->body)->q;
            pong.wall = unix_seconds(world_.clock.wall());
            pong.seen = host_.address();
            send(pong);
            continue;
        }
        frames_.push_back({frame->type, to_bytes(frame->body)});
    }
    reading_ = false;
}

void Guest::hang_up() {
    if (!channel_) return;
    channel_->close();
    world_.run_until([this] { return !reading_; }, patience);
    channel_.reset();
}

bool Guest::ended() {
    return world_.run_until([this] { return !reading_; }, patience);
}

void Guest::send_frame(ByteView frame) {
    const auto sent = channel_->send(frame);
    if (!sent) throw std::runtime_error(sent.error().context);
}

void Guest::send_raw(wire::FrameType type, ByteView body) {
    Bytes frame;
    wire::append_frame(frame, type, body);
    send_frame(frame);
}

Guest::Frame Guest::next() {
    world_.run_until([this] { return !frames_.empty() || !reading_; }, patience);
    if (frames_.empty()) return {wire::FrameType::Bye, {}};
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
}

std::size_t Guest::waiting() {
    world_.run(seconds(1));
    return frames_.size();
}

std::array<std::uint8_t, 64> Guest::own(const crypto::LeaseKeyPair& owner) const {
    return mailbox::prove_owner(owner, channel_->info().binding, box_).array();
}

wire::LeaseName Guest::lease_of(const crypto::LeaseKeyPair& owner) const {
    return identity::lease_id(owner.public_key(), box_).array();
}

wire::LeaseReq Guest::lease_request(const crypto::LeaseKeyPair& owner) const {
    wire::LeaseReq request;
    request.key = owner.public_key().array();
    request.proof = own(owner);
    request.bytes = 1 << 30;
    return request;
}

wire::Deposit Guest::deposit(const crypto::DepositKeyPair& key, ByteView envelope) const {
    wire::Deposit request;
    request.envelope = envelope;
    request.ttl = 86400;
    const mailbox::LinkToBox where{channel_->info().binding, box_};
    wire::DepositCapability right;
    right.key = key.public_key().array();
    const auto hash = message::envelope_hash(envelope);
    right.sig = mailbox::sign_deposit(key, where, hash, request.ttl).array();
    request.right = right;
    return request;
}

wire::Pickup Guest::pickup(const crypto::LeaseKeyPair& owner, std::uint64_t cursor) const {
    wire::Pickup request;
    request.lease = lease_of(owner);
    request.proof = own(owner);
    request.cursor = cursor;
    request.bytes = 16 << 20;
    return request;
}

wire::AckDel Guest::ackdel(const crypto::LeaseKeyPair& owner, ByteView envelope) const {
    wire::AckDel request;
    request.lease = lease_of(owner);
    request.envelopes.push_back(mailbox::tag_of(message::envelope_hash(envelope)).array());
    return request;
}

}  // namespace kith::test
