// SPDX-License-Identifier: GPL-3.0-or-later
// The sealed part of a beacon:
//
//   off len                                       off  len
//     0  8+16+16  dl_seq, dl_hash, dlc_nonce       51  1+1     n_box, n_end
//    40  8        time made, unix s                53  3 x 35  box_id 16, flags 1, addr 18
//    48  2        effort                          158  4 x 27  did[:8] 8, flags 1, addr 18
//    50  1        policy                          266  6       zero
//
// Unused entries and bits are written as zero and ignored by readers.
#include "core/directory/beacon_fields.h"

namespace kith::directory {

namespace {

constexpr std::size_t boxes_at = 53;
constexpr std::size_t box_size = 16 + 1 + endpoint_size;
constexpr std::size_t endpoints_at = boxes_at + beacon_boxes * box_size;
constexpr std::size_t entry_size = 8 + 1 + endpoint_size;
static_assert(endpoints_at == 158);
static_assert(endpoints_at + beacon_endpoints * entry_size + 6 == beacon_plain);

constexpr std::uint8_t policy_stranger_desk = 1;
constexpr std::uint8_t box_open_to_strangers = 1;
constexpr std::uint8_t box_own_device = 2;
constexpr std::uint8_t endpoint_seen_from_outside = 1;

bool has(std::uint8_t flags, std::uint8_t bit) {
    return (flags & bit) != 0;
}

std::uint8_t flag(bool set, std::uint8_t bit) {
    return set ? bit : std::uint8_t{0};
}

}  // namespace

Bytes encode_content(const BeaconContent& content, const CommitmentNonce& nonce) {
    KITH_ASSERT(content.boxes.size() <= beacon_boxes);
    KITH_ASSERT(content.endpoints.size() <= beacon_endpoints);
    Bytes out;
    out.reserve(beacon_plain);
    append_be<std::uint64_t>(out, content.list.seq);
    append(out, content.list.hash);
    append(out, nonce);
    append_be<std::uint64_t>(out, unix_seconds(content.made));
    append_be<std::uint16_t>(out, content.effort);
    out.push_back(flag(content.stranger_desk, policy_stranger_desk));
    out.push_back(static_cast<std::uint8_t>(content.boxes.size()));
    out.push_back(static_cast<std::uint8_t>(content.endpoints.size()));
    for (const BeaconBox& box : content.boxes) {
        append(out, box.id);
        out.push_back(static_cast<std::uint8_t>(flag(box.open_to_strangers, box_open_to_strangers) |
                                                flag(box.own_device, box_own_device)));
        append(out, box.endpoint.to_wire());
    }
    out.resize(endpoints_at);
    for (const BeaconEndpoint& entry : content.endpoints) {
        append(out, entry.device);
        out.push_back(flag(entry.seen_from_outside, endpoint_seen_from_outside));
        append(out, entry.endpoint.to_wire());
    }
    out.resize(beacon_plain);
    return out;
}

Result<OpenedContent> decode_content(ByteView plain) {
    KITH_ASSERT(plain.size() == beacon_plain);
    const std::size_t boxes = plain[51];
    const std::size_t endpoints = plain[52];
    if (boxes > beacon_boxes || endpoints > beacon_endpoints) {
        return fail(Code::Malformed, "bad_count");
    }
    OpenedContent out;
    out.nonce = CommitmentNonce::copy_of(plain.subspan(24));
    BeaconContent& content = out.content;
    content.list = {read_be<std::uint64_t>(plain),
                    crypto::DeviceListHash16::copy_of(plain.subspan(8))};
    content.made = from_unix_seconds(read_be<std::uint64_t>(plain.subspan(40)));
    content.effort = read_be<std::uint16_t>(plain.subspan(48));
    content.stranger_desk = has(plain[50], policy_stranger_desk);
    for (std::size_t i = 0; i < boxes; ++i) {
        const ByteView entry = plain.subspan(boxes_at + i * box_size, box_size);
        content.boxes.push_back({crypto::BoxId::copy_of(entry),
                                 has(entry[16], box_open_to_strangers),
                                 has(entry[16], box_own_device),
                                 Endpoint::from_wire(entry.subspan(17))});
    }
    for (std::size_t i = 0; i < endpoints; ++i) {
        const ByteView entry = plain.subspan(endpoints_at + i * entry_size, entry_size);
        content.endpoints.push_back({crypto::CallId::copy_of(entry),
                                     has(entry[8], endpoint_seen_from_outside),
                                     Endpoint::from_wire(entry.subspan(9))});
    }
    return out;
}

}  // namespace kith::directory
