// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes a body by the type of its frame and encodes it again.
#pragma once

#include "core/wire/bundle_frames.h"
#include "core/wire/deposit_frames.h"
#include "core/wire/handshake_frames.h"
#include "core/wire/lease_frames.h"
#include "core/wire/link_frames.h"

namespace kith::wire {

template <class Body>
Result<Bytes> again(ByteView body) {
    KITH_TRY(const auto decoded, Body::decode(body));
    return encode_body(decoded);
}

/// AUTH has two forms; its first item tells them apart well enough for a test.
inline Result<Bytes> auth_again(ByteView body) {
    return !body.empty() && body[0] == 0x94 ? again<AuthS>(body) : again<AuthC>(body);
}

/// The re-encoded body of the types that have a codec; Code::NotFound for others.
inline Result<Bytes> body_again(FrameType type, ByteView body) {
    switch (type) {
        case FrameType::Call:
            return again<Call>(body);
        case FrameType::Auth:
            return auth_again(body);
        case FrameType::WantDl:
            return again<WantDl>(body);
        case FrameType::Dl:
            return again<Dl>(body);
        case FrameType::Ready:
            return again<Ready>(body);
        case FrameType::Ping:
            return again<Ping>(body);
        case FrameType::Pong:
            return again<Pong>(body);
        case FrameType::Busy:
            return again<Busy>(body);
        case FrameType::Bye:
            return again<Bye>(body);
        case FrameType::Msg:
            return again<Msg>(body);
        case FrameType::Ack:
            return again<Ack>(body);
        case FrameType::GetBundle:
            return again<GetBundle>(body);
        case FrameType::Bundle:
            return again<BundleAnswer>(body);
        case FrameType::Deposit:
            return again<Deposit>(body);
        case FrameType::Receipt:
            return again<HostReceipt>(body);
        case FrameType::Refuse:
            return again<Refuse>(body);
        case FrameType::Stat:
            return again<Stat>(body);
        case FrameType::StatReply:
            return again<StatReply>(body);
        case FrameType::Audit:
            return again<Audit>(body);
        case FrameType::AuditReply:
            return again<AuditReply>(body);
        case FrameType::Pickup:
            return again<Pickup>(body);
        case FrameType::Batch:
            return again<Batch>(body);
        case FrameType::AckDel:
            return again<AckDel>(body);
        case FrameType::Deleted:
            return again<Deleted>(body);
        case FrameType::LeaseReq:
            return again<LeaseReq>(body);
        case FrameType::Lease:
            return again<Lease>(body);
        case FrameType::CapSet:
            return again<CapSet>(body);
        case FrameType::Nudge:
            return again<Nudge>(body);
        default:
            return fail(Code::NotFound, "no codec");
    }
}

}  // namespace kith::wire
