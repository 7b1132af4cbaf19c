// SPDX-License-Identifier: GPL-3.0-or-later
// How a link is opened, as a machine without a socket: frames go in, frames to send come out.
//
//   CALL     caller    "I know the network secret and whom I want"; without it not one byte answers
//   AUTH     callee    its keys, and its signature over this connection
//   AUTH     caller    its keys, list and signature, or "anonymous"
//   WANT_DL  callee    only if that list is unknown; answered by DL
//   READY    callee    open
//
// The order matters: an outsider meets silence, and the caller names itself only to a callee that
// has proven who it is. Any error ends the link without a further byte; its cause stays here.
// Specification: docs/spec/link.md.
#pragma once

#include "core/transport/link_peer.h"
#include "core/transport/link_policy.h"
#include "core/wire/frame.h"

namespace kith::transport {

class LinkHandshake {
  public:
    LinkHandshake() = default;
    LinkHandshake(const LinkHandshake&) = delete;
    LinkHandshake& operator=(const LinkHandshake&) = delete;
    virtual ~LinkHandshake() = default;

    /// The frames to send before anything was received; empty for the callee.
    virtual Bytes start() = 0;

    /// Takes the next frame and gives the frames to send for it, often none. After an error the
    /// machine must not be used. Errors: Malformed, TooLarge, UnsupportedVersion (not the frame
    /// that belongs here), Refused, BadSignature, BadKey (a proof is wrong), and those of
    /// LinkPolicy::accept_list.
    virtual Result<Bytes> receive(const wire::Frame& frame) = 0;

    /// CALL was right: the peer is a member of this network.
    virtual bool is_called() const = 0;

    /// READY was sent or received.
    virtual bool is_open() const = 0;

    /// What has been proven; `remote` is left to the transport. Requires: is_open().
    virtual LinkInfo info() const = 0;
};

}  // namespace kith::transport
