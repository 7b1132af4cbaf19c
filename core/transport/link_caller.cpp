// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/link_caller.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"
#include "core/crypto/sign.h"
#include "core/identity/device.h"
#include "core/transport/link_proof.h"

namespace kith::transport {
namespace {

using wire::FrameType;

tl::unexpected<Error> wrong_id(std::string_view why) {
    return refuse(Code::Refused, "wrong_id", why);
}

std::optional<DeviceIdentity> own_device(const LinkPolicy& policy) {
    for (auto& served : policy.served()) {
        if (auto* device = std::get_if<DeviceIdentity>(&served)) return std::move(*device);
    }
    return std::nullopt;
}

}  // namespace

crypto::CallId call_id_of(const Callee& callee) {
    if (const auto* device = std::get_if<DeviceCallee>(&callee)) return device->cid;
    return identity::call_id(std::get<BoxCallee>(callee).box);
}

bool may_introduce(const LinkPolicy& policy, const DeviceCallee& callee) {
    if (callee.signing) return true;
    const auto* known = policy.known_devices(callee.account);
    if (known == nullptr) return false;
    return std::ranges::any_of(known->reachable(), [&callee](const identity::ListedDevice& device) {
        return identity::call_id(device.id) == callee.cid;
    });
}

LinkCaller::LinkCaller(const LinkPolicy& policy,
                       Callee callee,
                       LinkRole as,
                       const crypto::ChannelBinding& x)
    : policy_(policy), callee_(std::move(callee)), as_(as), x_(x) {
    KITH_ASSERT(as != LinkRole::Box);
}

Bytes LinkCaller::start() {
    KITH_ASSERT(state_ == State::Start);
    state_ = State::AwaitAuth;
    wire::Call call;
    call.mac = call_mac(policy_.network, x_, call_id_of(callee_)).array();
    Bytes out;
    wire::append_frame(out, call);
    return out;
}

Result<Bytes> LinkCaller::receive(const wire::Frame& frame) {
    const State before = std::exchange(state_, State::Failed);
    auto answer = [&]() -> Result<Bytes> {
        if (before == State::AwaitAuth && frame.type == FrameType::Auth) return on_auth(frame.body);
        if (before == State::AwaitReady && frame.type == FrameType::WantDl) {
            return on_want_list(frame.body);
        }
        if (before == State::AwaitReady && frame.type == FrameType::Ready) {
            return on_ready(frame.body);
        }
        return refuse(Code::Malformed, "wrong_state", "not the frame that belongs here");
    }();
    return answer;
}

Result<Bytes> LinkCaller::on_auth(ByteView body) {
    KITH_TRY(const auto auth, wire::AuthS::decode(body));
    met_another_ = true;
    if (const auto* device = std::get_if<DeviceCallee>(&callee_)) {
        KITH_CHECK(check_device(*device, auth));
    } else {
        KITH_CHECK(check_box(std::get<BoxCallee>(callee_), auth));
    }
    met_another_ = false;
    responder_ = auth.id;
    state_ = State::AwaitReady;
    return introduce();
}

Result<> LinkCaller::check_device(const DeviceCallee& callee, const wire::AuthS& auth) {
    if (auth.kind != wire::ResponderKind::Device) return wrong_id("called a device");
    DevicePeer peer;
    peer.account = callee.account;
    peer.device = crypto::DeviceId(auth.id);
    peer.signing = crypto::DeviceSigningKey::copy_of(auth.keys);
    peer.dh = crypto::DeviceDhKey::copy_of(auth.keys.subspan(32));
    const bool called = identity::call_id(peer.device) == callee.cid &&
                        (!callee.device || *callee.device == peer.device);
    if (!called) return wrong_id("not the device that was called");
    if (identity::device_id(peer.account, peer.signing, peer.dh) != peer.device) {
        return wrong_id("its keys make another device, or one of another account");
    }
    const crypto::Signature signature(auth.sig);
    KITH_CHECK(
        crypto::verify(crypto::Label::Link, peer.signing, responder_proof(x_, auth.id), signature));
    KITH_CHECK(check_listed(callee, peer));
    peer_ = peer;
    return success();
}

Result<> LinkCaller::check_listed(const DeviceCallee& callee, const DevicePeer& peer) const {
    if (callee.signing && *callee.signing != peer.signing) {
        return wrong_id("another signing key than the list says");
    }
    const auto* known = policy_.known_devices(peer.account);
    const bool revoked = known != nullptr && known->was_revoked(peer.device);
    // The id follows from the keys, so a listed id has the listed keys.
    const bool listed = known != nullptr && known->find(peer.device) != nullptr;
    if (revoked || (as_ == LinkRole::Device && !listed && !callee.signing)) {
        return refuse(Code::Refused, "not_listed", "no verified list names this device");
    }
    return success();
}

Result<> LinkCaller::check_box(const BoxCallee& callee, const wire::AuthS& auth) {
    if (auth.kind != wire::ResponderKind::Mailbox) return wrong_id("called a mailbox");
    const auto key = crypto::MailboxKey::copy_of(auth.keys);
    const crypto::BoxId box(auth.id);
    if (box != callee.box) return wrong_id("not the mailbox that was called");
    if (box_id(key) != box) return wrong_id("its key makes another mailbox");
    const crypto::Signature signature(auth.sig);
    KITH_CHECK(crypto::verify(crypto::Label::Link, key, responder_proof(x_, auth.id), signature));
    peer_ = BoxPeer{box, key};
    return success();
}

Result<Bytes> LinkCaller::introduce() {
    wire::AuthC auth;
    if (as_ == LinkRole::Device) {
        own_ = own_device(policy_);
        if (!own_) return fail(Code::InvalidArgument, "this process is no device");
        const auto proof = own_->sign(caller_proof(x_, own_->device, responder_));
        auth.device = wire::AuthC::Device{own_->list.list().account.array(),
                                          own_->device.array(),
                                          own_->signing.array(),
                                          own_->dh.array(),
                                          own_->list.list().seq,
                                          own_->list.hash16().array(),
                                          proof.array()};
    }
    Bytes out;
    wire::append_frame(out, auth);
    return out;
}

Result<Bytes> LinkCaller::on_want_list(ByteView body) {
    KITH_TRY(const auto want, wire::WantDl::decode(body));
    std::ignore = want;
    if (!own_ || std::exchange(list_sent_, true)) {
        return refuse(Code::Malformed, "wrong_state", "asked for a list twice, or of nobody");
    }
    state_ = State::AwaitReady;
    const Bytes list = own_->list.signed_list().encode();
    Bytes out;
    wire::append_frame(out, wire::Dl{list});
    return out;
}

Result<Bytes> LinkCaller::on_ready(ByteView body) {
    KITH_TRY(const auto ready, wire::Ready::decode(body));
    const crypto::DeviceListHash16 hash(ready.list_hash);
    if (auto* device = std::get_if<DevicePeer>(&peer_)) {
        device->list_seq = ready.list_seq;
        device->list_hash = hash;
    } else if (ready.list_seq != 0 || !hash.is_zero()) {
        return refuse(Code::Malformed, "mp_field", "a mailbox has no device list");
    }
    state_ = State::Open;
    return Bytes();
}

LinkInfo LinkCaller::info() const {
    KITH_ASSERT(is_open());
    LinkInfo info;
    info.peer = peer_;
    info.own_role = as_;
    info.called_by_us = true;
    info.binding = x_;
    return info;
}

}  // namespace kith::transport
