// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of the frames before OPEN: CALL, AUTH, WANT_DL, DL, READY (docs/spec/link.md).
//
// Only their shape. Proofs, signatures and their order belong to core/transport/link_handshake.
// Byte fields that are keys or ids are plain bytes here; who checks them gives them their type.
// ByteView members point into the body given to decode().
#pragma once

#include "core/wire/frame.h"

#include <array>
#include <cstdint>
#include <optional>

namespace kith::wire {

/// 0x01 || MAC. The only body that is not msgpack: outsiders reach no parser. 33 bytes.
struct Call {
    static constexpr FrameType type = FrameType::Call;
    static constexpr std::uint8_t version = 1;
    static constexpr std::size_t size = 33;

    std::array<std::uint8_t, 32> mac{};

    void write(Writer& out) const;
    /// TooLarge or Malformed unless 33 bytes; UnsupportedVersion.
    static Result<Call> decode(ByteView body);

    friend bool operator==(const Call&, const Call&) = default;
};

/// Who answers a call. Part of the format.
enum class ResponderKind : std::uint8_t { Device = 0, Mailbox = 1, Linking = 2 };

/// AUTH from the responder: [kind, id, keys, sig].
struct AuthS {
    static constexpr FrameType type = FrameType::Auth;

    ResponderKind kind = ResponderKind::Device;
    std::array<std::uint8_t, 16> id{};
    /// Device: DSK || DXK (64). Mailbox: MSK (32). Linking: DSK || DXK || E || nonce (112).
    ByteView keys;
    std::array<std::uint8_t, 64> sig{};

    void write(Writer& out) const;
    /// Malformed: "bad_kind", or "mp_field" when `keys` is not as long as its kind wants.
    static Result<AuthS> decode(ByteView body);
};

/// A caller that says who it is.
struct CallerDevice {
    std::array<std::uint8_t, 32> account{};
    std::array<std::uint8_t, 16> id{};
    std::array<std::uint8_t, 32> signing_key{};
    std::array<std::uint8_t, 32> dh_key{};
    std::uint64_t list_seq = 0;
    std::array<std::uint8_t, 16> list_hash{};
    std::array<std::uint8_t, 64> sig{};

    friend bool operator==(const CallerDevice&, const CallerDevice&) = default;
};

/// AUTH from the caller: [0, AK, did, DSK, DXK, dl_seq, dl_hash, sig], or [1] for an anonymous one.
struct AuthC {
    static constexpr FrameType type = FrameType::Auth;

    using Device = CallerDevice;

    /// Absent: anonymous.
    std::optional<Device> device;

    void write(Writer& out) const;
    static Result<AuthC> decode(ByteView body);

    friend bool operator==(const AuthC&, const AuthC&) = default;
};

/// Asks the caller for its device list. Empty.
struct WantDl {
    static constexpr FrameType type = FrameType::WantDl;

    void write(Writer&) const {}

    static Result<WantDl> decode(ByteView body);
};

/// The caller's device list: [body, sig]. `list` is that whole object, unread: decode it with
/// identity::SignedDeviceList.
struct Dl {
    static constexpr FrameType type = FrameType::Dl;

    ByteView list;

    void write(Writer& out) const { out.raw(list); }

    /// Checks the shape [bin, bin64] only.
    static Result<Dl> decode(ByteView body);
};

/// The link is open: [frame version, dl_seq, dl_hash] of the responder; both zero when it is no
/// device.
struct Ready {
    static constexpr FrameType type = FrameType::Ready;
    static constexpr std::uint8_t version = 1;

    std::uint64_t list_seq = 0;
    std::array<std::uint8_t, 16> list_hash{};

    void write(Writer& out) const;
    /// UnsupportedVersion when the frame version is not 1.
    static Result<Ready> decode(ByteView body);

    friend bool operator==(const Ready&, const Ready&) = default;
};

}  // namespace kith::wire
