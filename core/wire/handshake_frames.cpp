// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/handshake_frames.h"

#include "core/base/refusal.h"
#include "core/wire/reader.h"

#include <algorithm>

namespace kith::wire {

namespace {

std::size_t cap(FrameType type) {
    return body_cap(type).value_or(0);
}

// Length of `keys` in AUTH_S; nullopt for a kind that does not exist.
std::optional<std::size_t> keys_size(std::uint8_t kind) {
    switch (static_cast<ResponderKind>(kind)) {
        case ResponderKind::Device:
            return 64;
        case ResponderKind::Mailbox:
            return 32;
        case ResponderKind::Linking:
            return 112;
    }
    return std::nullopt;
}

constexpr std::uint8_t caller_device = 0;
constexpr std::uint8_t caller_anonymous = 1;

tl::unexpected<Error> bad_kind() {
    return refuse(Code::Malformed, "bad_kind", "AUTH of an unknown kind");
}

}  // namespace

// --- CALL ---------------------------------------------------------------------------------------

void Call::write(Writer& out) const {
    const std::array<std::uint8_t, 1> head{version};
    out.raw(head).raw(mac);
}

Result<Call> Call::decode(ByteView body) {
    if (body.size() != size) return refuse(Code::Malformed, "size", "CALL is not 33 bytes");
    if (body[0] != version) return refuse(Code::UnsupportedVersion, "version", "version of CALL");
    Call call;
    std::ranges::copy(body.subspan(1), call.mac.begin());
    return call;
}

// --- AUTH ---------------------------------------------------------------------------------------

void AuthS::write(Writer& out) const {
    out.array(4).uint(static_cast<std::uint8_t>(kind)).bin(id).bin(keys).bin(sig);
}

Result<AuthS> AuthS::decode(ByteView body) {
    Reader in(body, cap(type));
    in.tuple(4);
    const std::uint8_t kind = in.u8();
    const auto size = keys_size(kind);
    if (in.ok() && !size) return bad_kind();
    AuthS auth;
    auth.kind = static_cast<ResponderKind>(kind);
    auth.id = in.fixed<16>();
    auth.keys = in.bin(size.value_or(0), size.value_or(0));
    auth.sig = in.fixed<64>();
    return in.finish(auth);
}

void AuthC::write(Writer& out) const {
    if (!device) {
        out.array(1).uint(caller_anonymous);
        return;
    }
    out.array(8).uint(caller_device).bin(device->account).bin(device->id);
    out.bin(device->signing_key).bin(device->dh_key);
    out.uint(device->list_seq).bin(device->list_hash).bin(device->sig);
}

Result<AuthC> AuthC::decode(ByteView body) {
    Reader in(body, cap(type));
    const std::size_t count = in.array(1, 8);
    const std::uint8_t kind = in.u8();
    if (in.ok() && kind > caller_anonymous) return bad_kind();
    AuthC auth;
    if (kind == caller_anonymous) return in.finish(auth);
    in.require(count == 8);
    Device& device = auth.device.emplace();
    device.account = in.fixed<32>();
    device.id = in.fixed<16>();
    device.signing_key = in.fixed<32>();
    device.dh_key = in.fixed<32>();
    device.list_seq = in.u64();
    device.list_hash = in.fixed<16>();
    device.sig = in.fixed<64>();
    return in.finish(auth);
}

// --- Device list, READY -------------------------------------------------------------------------

Result<WantDl> WantDl::decode(ByteView body) {
    if (!body.empty()) return refuse(Code::Malformed, "size", "WANT_DL is not empty");
    return WantDl{};
}

Result<Dl> Dl::decode(ByteView body) {
    Reader in(body, cap(type));
    in.tuple(2);
    in.bin(1, limits::device_list_body);
    in.fixed<64>();
    return in.finish(Dl{body});
}

void Ready::write(Writer& out) const {
    out.array(3).uint(version).uint(list_seq).bin(list_hash);
}

Result<Ready> Ready::decode(ByteView body) {
    Reader in(body, cap(type));
    in.tuple(3);
    const std::uint8_t frames = in.u8();
    if (in.ok() && frames != version) {
        return refuse(Code::UnsupportedVersion, "version", "version of the frames");
    }
    Ready ready;
    ready.list_seq = in.u64();
    ready.list_hash = in.fixed<16>();
    return in.finish(ready);
}

}  // namespace kith::wire
