// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/bundle_frames.h"

#include "core/base/limits.h"
#include "core/wire/map_reader.h"

namespace kith::wire {

void GetBundle::write(Writer& out) const {
    out.map(3).key(0).uint(q).key(1).bin(blinded).key(2).uint(want);
}

Result<GetBundle> GetBundle::decode(ByteView body) {
    Reader in(body, body_cap(type).value_or(0));
    IntMap map(in);
    GetBundle get;
    get.q = map.key(0).u32();
    get.blinded = map.key(1).fixed<32>();
    get.want = map.key(2).u8();
    map.end();
    return in.finish(get);
}

void BundleAnswer::write(Writer& out) const {
    const std::size_t fields =
        1 + (bundle ? 1U : 0U) + (one_time.empty() ? 0U : 1U) + (beacon ? 1U : 0U);
    out.map(fields).key(0).uint(q);
    if (bundle) out.key(1).bin(*bundle);
    if (!one_time.empty()) {
        out.key(2).array(one_time.size());
        for (const ByteView key : one_time)
            out.bin(key);
    }
    if (beacon) out.key(3).bin(*beacon);
}

Result<BundleAnswer> BundleAnswer::decode(ByteView body) {
    Reader in(body, body_cap(type).value_or(0));
    IntMap map(in);
    BundleAnswer answer;
    answer.q = map.key(0).u32();
    if (map.has(1)) answer.bundle = in.bin(1, frame_body_max);
    if (map.has(2)) {
        answer.one_time.resize(in.array(1, limits::devices));
        for (ByteView& key : answer.one_time)
            key = in.bin(1, frame_body_max);
    }
    if (map.has(3)) answer.beacon = in.bin(1, limits::record_data);
    map.end();
    return in.finish(std::move(answer));
}

}  // namespace kith::wire
