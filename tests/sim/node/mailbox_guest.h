// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody who speaks the frames of a mailbox host, right or wrong, over a link that nobody else
// has a hand in: for tests of what a node does as a host.
#pragma once

#include "core/identity/account.h"
#include "core/mailbox/capability.h"
#include "core/mailbox/lease.h"
#include "core/wire/bundle_frames.h"
#include "core/wire/deposit_frames.h"
#include "core/wire/lease_frames.h"
#include "tests/sim/node/world.h"

#include <deque>
#include <variant>

namespace kith::test {

class Guest {
  public:
    struct Frame {
        wire::FrameType type{};
        Bytes body;
    };

    Guest(World& world, Person& host, const Endpoint& at, std::uint64_t seed);
    ~Guest();
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;

    /// Calls the mailbox, instead of the link there was. False: nobody answers as it.
    bool call();
    void hang_up();

    /// The host has ended the link.
    bool ended();

    void send_raw(wire::FrameType type, ByteView body);

    template <class Body>
    void send(const Body& body) {
        Bytes frame;
        wire::append_frame(frame, body);
        send_frame(frame);
    }

    /// The next frame that comes within some seconds; of type BYE when none does.
    Frame next();
    /// Frames that have come and were not taken; a second later, or now.
    std::size_t waiting();

    std::size_t arrived() const { return frames_.size(); }

    /// Sends with the next number, and gives the answer or the refusal.
    template <class Answer, class Body>
    std::variant<Answer, wire::RefuseCode> ask(Body body) {
        body.q = ++q;
        send(body);
        return answer<Answer>();
    }

    template <class Answer>
    std::variant<Answer, wire::RefuseCode> answer() {
        taken_ = next();
        if (taken_.type == wire::FrameType::Refuse) {
            return wire::Refuse::decode(taken_.body)->code;
        }
        if (taken_.type != Answer::type) throw std::runtime_error("not that answer");
        return *Answer::decode(taken_.body);
    }

    crypto::BoxId box() const { return box_; }

    /// This link, as signatures name it.
    mailbox::LinkToBox where() const { return {channel_->info().binding, box_}; }

    crypto::MailboxKey host_key() const { return host_key_; }

    // --- Requests -------------------------------------------------------------------------------

    std::array<std::uint8_t, 64> own(const crypto::LeaseKeyPair& owner) const;
    wire::LeaseReq lease_request(const crypto::LeaseKeyPair& owner) const;
    wire::LeaseName lease_of(const crypto::LeaseKeyPair& owner) const;
    wire::Deposit deposit(const crypto::DepositKeyPair& key, ByteView envelope) const;
    wire::Pickup pickup(const crypto::LeaseKeyPair& owner, std::uint64_t cursor) const;
    wire::AckDel ackdel(const crypto::LeaseKeyPair& owner, ByteView envelope) const;

    std::uint32_t q = 0;

  private:
    void send_frame(ByteView frame);
    [[nodiscard]] Task<> read();

    World& world_;
    Person& host_;
    SeededRandom random_;
    SimTransport transport_;
    crypto::BoxId box_;
    crypto::MailboxKey host_key_;
    std::unique_ptr<transport::Channel> channel_;
    std::deque<Frame> frames_;
    Frame taken_;
    bool reading_ = false;
};

/// Random bytes that look like an envelope.
Bytes fake_envelope(Random& random, std::size_t size = 1024, std::uint32_t env_id = 7);

}  // namespace kith::test
