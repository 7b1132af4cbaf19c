// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/payload.h"

#include "core/base/limits.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <array>

namespace kith::message {
namespace {

using identity::ListMark;

constexpr std::size_t marks_size = 2 * ListMark::size;
// Everything but content, parents and deposits.
constexpr std::size_t framing = 96;

std::size_t size_hint(const Payload& payload) {
    const auto* text = std::get_if<Text>(&payload.content);
    const auto* receipt = std::get_if<Receipt>(&payload.content);
    return framing + (text ? text->text.size() : 0) + (receipt ? receipt->ids.size() * 28 : 0) +
           payload.parents.size() * 18 + payload.deposits.size();
}

}  // namespace

Result<Bytes> encode_payload(const Payload& payload) {
    KITH_CHECK(check_bounds(payload.content));
    if (payload.parents.size() > parents_max) return fail(Code::TooLarge, "parents of a message");
    if (payload.deposits.size() > deposits_max) {
        return fail(Code::TooLarge, "deposits of a message");
    }
    const std::size_t pairs = 4U + (payload.seq != 0 ? 1U : 0U) +
                              (payload.parents.empty() ? 0U : 1U) +
                              (payload.deposits.empty() ? 0U : 1U);
    Bytes out;
    out.reserve(size_hint(payload));
    wire::Writer writer(out);
    writer.map(pairs).key("id").bin(payload.id);
    writer.key("ty").uint(type_of(payload.content)).key("c");
    encode_content(payload.content, out);
    std::array<std::uint8_t, marks_size> marks{};
    const auto rest = std::ranges::copy(payload.my_list.to_wire(), marks.begin()).out;
    std::ranges::copy(payload.your_list.to_wire(), rest);
    writer.key("dl").bin(marks);
    if (payload.seq != 0) writer.key("seq").uint(payload.seq);
    if (!payload.parents.empty()) {
        writer.key("par").array(payload.parents.size());
        for (const MessageId& parent : payload.parents)
            writer.bin(parent);
    }
    if (!payload.deposits.empty()) writer.key("dep").bin(payload.deposits);
    if (out.size() > limits::payload) return fail(Code::TooLarge, "payload");
    return out;
}

Result<Payload> decode_payload(ByteView bytes) {
    wire::Reader in(bytes, limits::payload);
    wire::StrMap map(in);
    Payload payload;
    payload.id = map.key("id").id<MessageId>();
    const std::uint8_t type = map.key("ty").u8();
    const ByteView content = map.key("c").raw();
    const auto marks = map.key("dl").fixed<marks_size>();
    payload.my_list = ListMark::from_wire(marks);
    payload.your_list = ListMark::from_wire(ByteView(marks).subspan(ListMark::size));
    if (map.has("seq")) {
        payload.seq = in.u64();
        in.require(payload.seq != 0);
    }
    if (map.has("par")) {
        const std::size_t count = in.array(1, parents_max);
        for (std::size_t i = 0; i < count; ++i)
            payload.parents.push_back(in.id<MessageId>());
    }
    if (map.has("dep")) payload.deposits = to_bytes(in.bin(1, deposits_max));
    map.end();
    KITH_CHECK(in.finish());
    KITH_TRY(payload.content, decode_content(type, content));
    return payload;
}

}  // namespace kith::message
