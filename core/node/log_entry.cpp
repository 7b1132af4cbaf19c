// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/log_entry.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::node {
namespace {

constexpr std::uint8_t entry_version = 1;
constexpr std::size_t entry_max = std::size_t{128} * 1024;

}  // namespace

Bytes encode(const LogEntry& entry) {
    Bytes out;
    out.reserve(entry.text.size() + 80);
    wire::Writer writer(out);
    writer.array(9).uint(entry_version).bin(entry.id);
    writer.uint(entry.direction == Direction::Out ? 1 : 0);
    writer.uint(unix_millis(entry.time)).uint(unix_millis(entry.received));
    writer.uint(entry.type).text(entry.text);
    if (entry.reply) {
        writer.bin(*entry.reply);
    } else {
        writer.nil();
    }
    writer.uint(entry.sequence);
    return out;
}

Result<LogEntry> decode_log_entry(ByteView row) {
    wire::Reader in(row, entry_max);
    in.tuple(9);
    in.require(in.u8() == entry_version);
    LogEntry out;
    out.id = in.id<crypto::MessageId>();
    out.direction = in.u8() == 1 ? Direction::Out : Direction::In;
    out.time = from_unix_millis(in.u64());
    out.received = from_unix_millis(in.u64());
    out.type = in.u8();
    out.text = std::string(in.text(entry_max));
    if (!in.take_nil()) out.reply = in.id<crypto::MessageId>();
    out.sequence = in.u64();
    if (!in.finish()) return fail(Code::Corrupt, "a line of the history cannot be read");
    return out;
}

}  // namespace kith::node
