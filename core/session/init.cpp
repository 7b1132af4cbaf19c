// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/init.h"

#include "core/base/limits.h"
#include "core/base/refusal.h"
#include "core/session/double_ratchet.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::session {
namespace {

// Map heads, keys and lengths of all fields together.
constexpr std::size_t framing = 160;

bool has_init_size(ByteView ratchet) {
    return std::ranges::any_of(
        init_blocks, [&](std::size_t block) { return ratchet.size() == block + wire_overhead; });
}

}  // namespace

Bytes encode_init(const Init& init) {
    Bytes out;
    out.reserve(framing + init.list.body.size() + crypto::Signature::size_bytes +
                init.ratchet.size());
    wire::Writer writer(out);
    writer.map(init.keys.one_time_id ? 7 : 6);
    writer.key("suite").uint(static_cast<std::uint16_t>(init.suite));
    writer.key("dl").array(2).bin(init.list.body).bin(init.list.sig);
    writer.key("did").bin(init.device);
    writer.key("ek").bin(init.keys.ephemeral);
    writer.key("spk").uint(init.keys.signed_id);
    if (init.keys.one_time_id) writer.key("opk").uint(*init.keys.one_time_id);
    writer.key("dr").bin(init.ratchet);
    return out;
}

Result<Init> decode_init(ByteView bytes) {
    wire::Reader in(bytes, init_max);
    wire::StrMap map(in);
    Init init;
    const std::uint16_t suite = map.key("suite").u16();
    map.key("dl").tuple(2);
    init.list.body = to_bytes(in.bin(1, limits::device_list_body));
    init.list.sig = in.id<crypto::Signature>();
    init.device = map.key("did").id<crypto::DeviceId>();
    init.keys.ephemeral = map.key("ek").id<crypto::EphemeralKey>();
    init.keys.signed_id = map.key("spk").u32();
    if (map.has("opk")) init.keys.one_time_id = in.u32();
    const bool has_xwing = map.has("xw");
    if (has_xwing) in.raw();
    init.ratchet = map.key("dr").bin(1, init_max);
    map.end();
    KITH_CHECK(in.finish());
    if (suite != static_cast<std::uint16_t>(Suite::Classic) || has_xwing) {
        return refuse(
            Code::UnsupportedVersion, "bad_suite", "another suite than this build speaks");
    }
    if (!has_init_size(init.ratchet)) {
        return refuse(Code::Malformed, "size", "a ratchet message of no INIT size");
    }
    return init;
}

}  // namespace kith::session
