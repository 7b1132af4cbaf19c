// SPDX-License-Identifier: GPL-3.0-or-later
// The called side of the link handshake (link_handshake.h). Until a right CALL has come it gives
// nothing to send, whatever it is fed.
#pragma once

#include "core/transport/link_handshake.h"
#include "core/wire/handshake_frames.h"

#include <optional>

namespace kith::transport {

class LinkCallee final : public LinkHandshake {
  public:
    /// `policy` must outlive the machine.
    LinkCallee(const LinkPolicy& policy, const crypto::ChannelBinding& x);

    Bytes start() override { return {}; }

    Result<Bytes> receive(const wire::Frame& frame) override;

    bool is_called() const override { return own_.has_value(); }

    bool is_open() const override { return state_ == State::Open; }

    LinkInfo info() const override;

    /// The peer is a contact: its link is not evicted.
    bool is_contact() const { return admission_ == Admission::Contact; }

  private:
    enum class State { AwaitCall, AwaitAuth, AwaitList, Open, Failed };

    Result<Bytes> on_call(ByteView body);
    Result<Bytes> on_auth(ByteView body);
    Result<Bytes> on_list(ByteView body);
    Result<> check_caller(const wire::AuthC::Device& auth);
    bool list_is_known() const;
    Result<Bytes> admit_device();
    Bytes ready();

    const LinkPolicy& policy_;
    crypto::ChannelBinding x_;
    State state_ = State::AwaitCall;
    std::optional<ServedIdentity> own_;  // who was called
    std::array<std::uint8_t, 16> own_id_{};
    Peer peer_;
    Admission admission_ = Admission::Stranger;
};

}  // namespace kith::transport
