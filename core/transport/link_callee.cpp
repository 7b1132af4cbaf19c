// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/link_callee.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"
#include "core/crypto/sign.h"
#include "core/identity/device.h"
#include "core/transport/link_proof.h"

#include <algorithm>

namespace kith::transport {
namespace {

using wire::FrameType;

ResponderId id_of(const ServedIdentity& served) {
    if (const auto* device = std::get_if<DeviceIdentity>(&served)) return device->device.array();
    return std::get<BoxIdentity>(served).box.array();
}

wire::ResponderKind kind_of(const ServedIdentity& served) {
    return std::holds_alternative<DeviceIdentity>(served) ? wire::ResponderKind::Device
                                                          : wire::ResponderKind::Mailbox;
}

Bytes keys_of(const ServedIdentity& served) {
    if (const auto* device = std::get_if<DeviceIdentity>(&served)) {
        return concat(device->signing, device->dh);
    }
    return to_bytes(std::get<BoxIdentity>(served).signing);
}

const LinkSigner& signer_of(const ServedIdentity& served) {
    if (const auto* device = std::get_if<DeviceIdentity>(&served)) return device->sign;
    return std::get<BoxIdentity>(served).sign;
}

}  // namespace

LinkCallee::LinkCallee(const LinkPolicy& policy, const crypto::ChannelBinding& x)
    : policy_(policy), x_(x) {}

Result<Bytes> LinkCallee::receive(const wire::Frame& frame) {
    const State before = std::exchange(state_, State::Failed);
    if (before == State::AwaitCall && frame.type == FrameType::Call) return on_call(frame.body);
    if (before == State::AwaitAuth && frame.type == FrameType::Auth) return on_auth(frame.body);
    if (before == State::AwaitList && frame.type == FrameType::Dl) return on_list(frame.body);
    return refuse(Code::Malformed, "wrong_state", "not the frame that belongs here");
}

Result<Bytes> LinkCallee::on_call(ByteView body) {
    KITH_TRY(const auto call, wire::Call::decode(body));
    auto served = policy_.served();
    KITH_ASSERT(served.size() <= served_ids);
    std::vector<crypto::CallId> cids;
    cids.reserve(served.size());
    for (const auto& identity : served)
        cids.push_back(crypto::CallId::copy_of(id_of(identity)));
    const auto called = find_called(policy_.network, x_, cids, call.mac);
    if (!called) return refuse(Code::Refused, "bad_mac", "another network, id or connection");
    own_ = std::move(served[*called]);
    own_id_ = id_of(*own_);

    const Bytes keys = keys_of(*own_);
    const auto proof = signer_of(*own_)(responder_proof(x_, own_id_));
    wire::AuthS auth;
    auth.kind = kind_of(*own_);
    auth.id = own_id_;
    auth.keys = keys;
    auth.sig = proof.array();
    Bytes out;
    wire::append_frame(out, auth);
    state_ = State::AwaitAuth;
    return out;
}

Result<Bytes> LinkCallee::on_auth(ByteView body) {
    KITH_TRY(const auto auth, wire::AuthC::decode(body));
    if (!auth.device) return ready();
    KITH_CHECK(check_caller(*auth.device));
    // Asked before the list is: an account that is blocked gets no byte more.
    const auto& caller = std::get<DevicePeer>(peer_);
    admission_ = policy_.admit(caller.account, caller.device);
    if (admission_ == Admission::Refused) {
        return refuse(Code::Refused, "not_admitted", "the node does not want this account");
    }
    if (list_is_known()) return admit_device();
    Bytes out;
    wire::append_frame(out, wire::WantDl{});
    state_ = State::AwaitList;
    return out;
}

Result<> LinkCallee::check_caller(const wire::AuthC::Device& auth) {
    DevicePeer peer;
    peer.account = crypto::AccountKey(auth.account);
    peer.device = crypto::DeviceId(auth.id);
    peer.signing = crypto::DeviceSigningKey(auth.signing_key);
    peer.dh = crypto::DeviceDhKey(auth.dh_key);
    peer.list_seq = auth.list_seq;
    peer.list_hash = crypto::DeviceListHash16(auth.list_hash);
    if (identity::device_id(peer.account, peer.signing, peer.dh) != peer.device) {
        return refuse(Code::Refused, "wrong_id", "its keys make another device");
    }
    const crypto::Signature signature(auth.sig);
    KITH_CHECK(crypto::verify(
        crypto::Label::Link, peer.signing, caller_proof(x_, peer.device, own_id_), signature));
    peer_ = peer;
    return success();
}

// Older than what we have: judged by what we have. The same, or a rival we hold: known. Anything
// else is news.
bool LinkCallee::list_is_known() const {
    const auto& caller = std::get<DevicePeer>(peer_);
    const auto* known = policy_.known_devices(caller.account);
    if (known == nullptr || known->newest() == nullptr) return false;
    if (caller.list_seq < known->newest()->list().seq) return true;
    const auto same = [&caller](const identity::VerifiedDeviceList& list) {
        return list.list().seq == caller.list_seq && list.hash16() == caller.list_hash;
    };
    return same(*known->newest()) || std::ranges::any_of(known->rivals(), same);
}

Result<Bytes> LinkCallee::on_list(ByteView body) {
    KITH_TRY(const auto frame, wire::Dl::decode(body));
    KITH_TRY(const auto list, identity::SignedDeviceList::decode(frame.list));
    const auto& caller = std::get<DevicePeer>(peer_);
    const auto hash = identity::device_list_hash(list.body);
    if (crypto::DeviceListHash16::copy_of(hash) != caller.list_hash) {
        return refuse(Code::Refused, "wrong_list", "not the list that it named");
    }
    KITH_CHECK(policy_.accept_list(caller.account, list));
    return admit_device();
}

Result<Bytes> LinkCallee::admit_device() {
    const auto& caller = std::get<DevicePeer>(peer_);
    const auto* known = policy_.known_devices(caller.account);
    // The id follows from the keys, so a listed id has the listed keys.
    if (known == nullptr || known->find(caller.device) == nullptr) {
        return refuse(Code::Refused, "not_listed", "its account does not list this device");
    }
    return ready();
}

Bytes LinkCallee::ready() {
    wire::Ready frame;
    if (const auto* device = std::get_if<DeviceIdentity>(&*own_)) {
        frame.list_seq = device->list.list().seq;
        frame.list_hash = device->list.hash16().array();
    }
    Bytes out;
    wire::append_frame(out, frame);
    state_ = State::Open;
    return out;
}

LinkInfo LinkCallee::info() const {
    KITH_ASSERT(is_open());
    LinkInfo info;
    info.peer = peer_;
    info.own_role =
        std::holds_alternative<DeviceIdentity>(*own_) ? LinkRole::Device : LinkRole::Box;
    info.called_by_us = false;
    info.binding = x_;
    return info;
}

}  // namespace kith::transport
