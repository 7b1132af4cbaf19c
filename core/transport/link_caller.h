// SPDX-License-Identifier: GPL-3.0-or-later
// The calling side of the link handshake (link_handshake.h).
#pragma once

#include "core/transport/link_handshake.h"
#include "core/wire/handshake_frames.h"

#include <optional>

namespace kith::transport {

class LinkCaller final : public LinkHandshake {
  public:
    /// `as`: Anonymous or Device. `policy` must outlive the machine.
    LinkCaller(const LinkPolicy& policy,
               Callee callee,
               LinkRole as,
               const crypto::ChannelBinding& x);

    Bytes start() override;
    Result<Bytes> receive(const wire::Frame& frame) override;

    bool is_called() const override { return true; }

    bool is_open() const override { return state_ == State::Open; }

    LinkInfo info() const override;

    /// The answer at this address came from somebody else than the callee: not worth another try.
    bool met_another() const { return met_another_; }

  private:
    enum class State { Start, AwaitAuth, AwaitReady, Open, Failed };

    Result<Bytes> on_auth(ByteView body);
    Result<Bytes> on_want_list(ByteView body);
    Result<Bytes> on_ready(ByteView body);
    Result<> check_device(const DeviceCallee& callee, const wire::AuthS& auth);
    Result<> check_box(const BoxCallee& callee, const wire::AuthS& auth);
    Result<> check_listed(const DeviceCallee& callee, const DevicePeer& peer) const;
    Result<Bytes> introduce();

    const LinkPolicy& policy_;
    Callee callee_;
    LinkRole as_;
    crypto::ChannelBinding x_;
    State state_ = State::Start;
    std::optional<DeviceIdentity> own_;
    std::array<std::uint8_t, 16> responder_{};
    Peer peer_;
    bool list_sent_ = false;
    bool met_another_ = false;
};

/// What CALL names.
crypto::CallId call_id_of(const Callee& callee);

/// Whether a device may be called as a device: a verified list vouches for it (docs/spec/link.md).
bool may_introduce(const LinkPolicy& policy, const DeviceCallee& callee);

}  // namespace kith::transport
