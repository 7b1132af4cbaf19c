// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/link_frames.h"

#include "core/wire/map_reader.h"
#include "core/wire/number_list.h"

namespace kith::wire {

namespace {

template <class Body>
std::size_t cap() {
    return body_cap(Body::type).value_or(0);
}

}  // namespace

void Ping::write(Writer& out) const {
    out.map(dial ? 2 : 1).key(0).uint(q);
    if (dial) out.key(1).uint(*dial);
}

Result<Ping> Ping::decode(ByteView body) {
    Reader in(body, cap<Ping>());
    IntMap map(in);
    Ping ping;
    ping.q = map.key(0).u32();
    if (map.has(1)) ping.dial = in.u16();
    map.end();
    return in.finish(ping);
}

void Pong::write(Writer& out) const {
    out.map(dial ? 4 : 3).key(0).uint(q).key(1).uint(wall).key(2).bin(seen.to_wire());
    if (dial) out.key(3).uint(static_cast<std::uint8_t>(*dial));
}

Result<Pong> Pong::decode(ByteView body) {
    Reader in(body, cap<Pong>());
    IntMap map(in);
    Pong pong;
    pong.q = map.key(0).u32();
    pong.wall = map.key(1).u64();
    pong.seen = Endpoint::from_wire(map.key(2).fixed<endpoint_size>());
    if (map.has(3)) pong.dial = static_cast<DialBack>(in.u8());
    map.end();
    return in.finish(pong);
}

void Busy::write(Writer& out) const {
    out.map(3).key(1);
    write_numbers(out, ns);
    out.key(2).uint(static_cast<std::uint8_t>(code)).key(3).uint(retry);
}

Result<Busy> Busy::decode(ByteView body) {
    Reader in(body, cap<Busy>());
    IntMap map(in);
    Busy busy;
    busy.ns = read_numbers(map.key(1), limits::receipt_ids);
    busy.code = static_cast<BusyCode>(map.key(2).u8());
    busy.retry = map.key(3).u32();
    map.end();
    return in.finish(std::move(busy));
}

void Bye::write(Writer& out) const {
    out.map(2).key(1).uint(static_cast<std::uint8_t>(code)).key(2).uint(retry);
}

Result<Bye> Bye::decode(ByteView body) {
    Reader in(body, cap<Bye>());
    IntMap map(in);
    Bye bye;
    bye.code = static_cast<ByeCode>(map.key(1).u8());
    bye.retry = map.key(2).u32();
    map.end();
    return in.finish(bye);
}

void Msg::write(Writer& out) const {
    out.map(2).key(1).uint(n).key(2).bin(inner);
}

Result<Msg> Msg::decode(ByteView body) {
    Reader in(body, cap<Msg>());
    IntMap map(in);
    Msg msg;
    msg.n = map.key(1).u32();
    msg.inner = map.key(2).bin(1, frame_body_max);
    map.end();
    return in.finish(msg);
}

void Ack::write(Writer& out) const {
    out.map(receipts ? 2 : 1).key(1);
    write_numbers(out, ns);
    if (receipts) out.key(2).bin(*receipts);
}

Result<Ack> Ack::decode(ByteView body) {
    Reader in(body, cap<Ack>());
    IntMap map(in);
    Ack ack;
    ack.ns = read_numbers(map.key(1), limits::receipt_ids);
    if (map.has(2)) ack.receipts = in.bin(1, frame_body_max);
    map.end();
    return in.finish(std::move(ack));
}

}  // namespace kith::wire
