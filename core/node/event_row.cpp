// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/event_row.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::node {
namespace {

// Part of the disk format: never renumber.
enum class Kind : std::uint8_t { Messages = 1, Receipts = 2, Contact = 3, Notice = 4, Gap = 5 };

constexpr std::uint8_t row_version = 1;
constexpr std::size_t row_max = 1 << 20;
constexpr std::size_t text_max = 4096;

struct RefWriter {
    wire::Writer& out;

    wire::Writer& begin(std::size_t fields, Kind kind) const {
        return out.array(fields).uint(static_cast<std::uint64_t>(kind));
    }

    void operator()(const MessagesRef& ref) const {
        begin(4, Kind::Messages).bin(ref.chat).uint(ref.first).uint(ref.last);
    }

    void operator()(const ReceiptsRef& ref) const {
        begin(7, Kind::Receipts).bin(ref.chat).bin(ref.device);
        out.uint(static_cast<std::uint64_t>(ref.outcome));
        out.uint(ref.run.first).uint(ref.run.last).uint(unix_millis(ref.run.time));
    }

    void operator()(const ContactRef& ref) const { begin(2, Kind::Contact).bin(ref.account); }

    void operator()(const NoticeRef& ref) const {
        begin(5, Kind::Notice).text(ref.code).text(ref.level).text(ref.message).text(ref.hint);
    }

    void operator()(const GapRef& ref) const {
        begin(4, Kind::Gap).bin(ref.chat).uint(ref.missing).boolean(ref.healed);
    }
};

EventRef read_messages(wire::Reader& in) {
    MessagesRef ref;
    ref.chat = in.id<crypto::AccountKey>();
    ref.first = in.u64();
    ref.last = in.u64();
    in.require(ref.first <= ref.last);
    return ref;
}

EventRef read_receipts(wire::Reader& in) {
    ReceiptsRef ref;
    ref.chat = in.id<crypto::AccountKey>();
    ref.device = in.id<crypto::DeviceId>();
    const auto outcome = in.u8();
    in.require(outcome >= 1 && outcome <= 5);
    ref.outcome = static_cast<Outcome>(outcome);
    ref.run.first = in.u64();
    ref.run.last = in.u64();
    in.require(ref.run.first <= ref.run.last);
    ref.run.time = from_unix_millis(in.u64());
    return ref;
}

EventRef read_notice(wire::Reader& in) {
    NoticeRef ref;
    ref.code = std::string(in.text(text_max));
    ref.level = std::string(in.text(text_max));
    ref.message = std::string(in.text(text_max));
    ref.hint = std::string(in.text(text_max));
    return ref;
}

EventRef read_gap(wire::Reader& in) {
    GapRef ref;
    ref.chat = in.id<crypto::AccountKey>();
    ref.missing = in.u64();
    ref.healed = in.boolean();
    return ref;
}

EventRef read_ref(wire::Reader& in) {
    in.array(2, 7);
    switch (static_cast<Kind>(in.u8())) {
        case Kind::Messages:
            return read_messages(in);
        case Kind::Receipts:
            return read_receipts(in);
        case Kind::Contact:
            return ContactRef{in.id<crypto::AccountKey>()};
        case Kind::Notice:
            return read_notice(in);
        case Kind::Gap:
            return read_gap(in);
    }
    in.require(false);
    return ContactRef{};
}

}  // namespace

std::uint64_t count_of(const EventRef& ref) {
    if (const auto* messages = std::get_if<MessagesRef>(&ref)) {
        return messages->last - messages->first + 1;
    }
    if (const auto* receipts = std::get_if<ReceiptsRef>(&ref)) {
        return receipts->run.last - receipts->run.first + 1;
    }
    return 1;
}

Bytes encode(const EventRow& row) {
    Bytes out;
    wire::Writer writer(out);
    writer.array(3).uint(row_version).uint(unix_millis(row.time)).array(row.refs.size());
    for (const auto& ref : row.refs)
        std::visit(RefWriter{writer}, ref);
    return out;
}

Result<EventRow> decode_event_row(ByteView bytes) {
    wire::Reader in(bytes, row_max);
    in.tuple(3);
    in.require(in.u8() == row_version);
    EventRow row;
    row.time = from_unix_millis(in.u64());
    const std::size_t count = in.array(0, limits::msgpack_items);
    for (std::size_t i = 0; i < count && in.ok(); ++i)
        row.refs.push_back(read_ref(in));
    if (!in.finish()) return fail(Code::Corrupt, "an event cannot be read");
    return row;
}

}  // namespace kith::node
