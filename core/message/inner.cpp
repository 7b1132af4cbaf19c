// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/inner.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"
#include "core/crypto/hash.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::message {
namespace {

// Array head, kind, two bins of 16 and the head of `d`.
constexpr std::size_t framing = 48;

constexpr std::size_t proof_size = 78;
constexpr std::size_t proof_digest = 16;
constexpr std::size_t invite_ticket = 25;

static_assert(ticket_max == proof_size + 8 * proof_digest);

/// Kind 1: a proof and 1..8 digests. Kind 2: an invite's tag.
bool possible_ticket(ByteView ticket) {
    if (ticket.size() == invite_ticket) return ticket[0] == 2;
    return ticket.size() > proof_size && ticket.size() <= ticket_max && ticket[0] == 1 &&
           (ticket.size() - proof_size) % proof_digest == 0;
}

Result<Inner> decode_init(wire::Reader& in) {
    Inner inner;
    inner.kind = InnerKind::Init;
    in.require(in.take_nil());
    if (!in.take_nil()) inner.ticket = in.bin(1, inner_max);
    inner.d = in.bin(1, inner_max);
    KITH_CHECK(in.finish());
    if (!inner.ticket.empty() && !possible_ticket(inner.ticket)) {
        return refuse(Code::Malformed, "bad_ticket", "impossible length");
    }
    return inner;
}

}  // namespace

Bytes encode_inner(InnerKind kind, const DeviceId& from, const InnerTag& mac, ByteView d) {
    KITH_ASSERT(kind != InnerKind::Init);
    Bytes out;
    out.reserve(framing + d.size());
    wire::Writer(out).array(4).uint(static_cast<std::uint8_t>(kind)).bin(from).bin(mac).bin(d);
    KITH_ASSERT(out.size() <= inner_max);
    return out;
}

Bytes encode_inner_init(ByteView ticket, ByteView init) {
    KITH_ASSERT(ticket.empty() || possible_ticket(ticket));
    Bytes out;
    out.reserve(framing + ticket.size() + init.size());
    wire::Writer writer(out);
    writer.array(4).uint(static_cast<std::uint8_t>(InnerKind::Init)).nil();
    if (ticket.empty()) {
        writer.nil();
    } else {
        writer.bin(ticket);
    }
    writer.bin(init);
    KITH_ASSERT(out.size() <= inner_max);
    return out;
}

Result<Inner> decode_inner(ByteView bytes) {
    wire::Reader in(bytes, inner_max);
    in.tuple(4);
    const std::uint8_t kind = in.u8();
    if (kind == static_cast<std::uint8_t>(InnerKind::Init)) return decode_init(in);
    if (in.ok() && (kind == 0 || kind > static_cast<std::uint8_t>(InnerKind::Control))) {
        return refuse(Code::Malformed, "bad_kind", "unknown kind of inner message");
    }
    Inner inner;
    inner.kind = static_cast<InnerKind>(kind);
    inner.from = in.id<DeviceId>();
    inner.mac = in.fixed<std::tuple_size_v<InnerTag>>();
    inner.d = in.bin(1, inner_max);
    return in.finish(inner);
}

InnerId inner_id(ByteView inner) {
    return crypto::hash_as<InnerId>(crypto::Label::Inner, inner);
}

}  // namespace kith::message
