// SPDX-License-Identifier: GPL-3.0-or-later
// The stored form:
//   {v: u8 = 1, id: bin16, ak: bin32, way: u8, d: u32, price: u32, e: u64, name, text, s?: bin16,
//    via?: bin32, n: u8, t: us, shown?: us}
#include "core/reputation/desk_request.h"

#include "core/reputation/desk_rank.h"
#include "core/reputation/real_bits.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::reputation {
namespace {

constexpr std::uint8_t row_version = 1;
constexpr WorkEighths price_max = 64;
// Epochs run from noon to noon (docs/spec/directory.md#epochs).
constexpr std::uint64_t day = 86'400;
constexpr std::uint64_t noon = 43'200;
constexpr std::uint64_t days_after_epoch = 7;

DeskClaim read_claim(wire::Reader& in, wire::StrMap& map) {
    DeskClaim claim;
    claim.id = map.key("id").id<crypto::MessageId>();
    claim.sender = map.key("ak").id<crypto::AccountKey>();
    const std::uint8_t way = map.key("way").u8();
    in.require(way <= static_cast<std::uint8_t>(Way::Invited));
    claim.way = static_cast<Way>(way);
    claim.difficulty = map.key("d").u32();
    claim.price = map.key("price").u32();
    in.require(claim.price <= price_max);
    claim.epoch = map.key("e").u64();
    return claim;
}

}  // namespace

void DeskRequest::add_earlier(const DeskRequest& earlier) {
    arrived = earlier.arrived;
    if (earlier.claim.way != claim.way) return;
    const auto bucket = rank_bucket(claim.difficulty, claim.price);
    const auto before = rank_bucket(earlier.claim.difficulty, earlier.claim.price);
    claim.epoch = std::max(claim.epoch, earlier.claim.epoch);
    if (bucket > before) return;
    // Work of a lower rank buys nothing, of the same rank another ticket.
    tickets = earlier.tickets;
    if (bucket == before && tickets < tickets_max) ++tickets;
    if (earlier.claim.difficulty > claim.difficulty) {
        claim.difficulty = earlier.claim.difficulty;
        claim.price = earlier.claim.price;
    }
}

Bytes DeskRequest::encode() const {
    Bytes row;
    wire::Writer out(row);
    const std::size_t optional =
        (content.reach ? 1U : 0U) + (voucher ? 1U : 0U) + (shown ? 1U : 0U);
    out.map(11 + optional).key("v").uint(row_version);
    out.key("id").bin(claim.id).key("ak").bin(claim.sender);
    out.key("way").uint(static_cast<std::uint8_t>(claim.way)).key("d").uint(claim.difficulty);
    out.key("price").uint(claim.price).key("e").uint(claim.epoch);
    out.key("name").text(content.name).key("text").text(content.text);
    if (content.reach) out.key("s").bin(*content.reach);
    if (voucher) out.key("via").bin(*voucher);
    out.key("n").uint(tickets).key("t").uint(micros_of(arrived));
    if (shown) out.key("shown").uint(micros_of(*shown));
    return row;
}

Result<DeskRequest> DeskRequest::decode(ByteView row) {
    wire::Reader in(row, encoded_max);
    wire::StrMap map(in);
    const std::uint8_t version = map.key("v").u8();
    if (in.ok() && version > row_version) {
        return fail(Code::UnsupportedVersion, "contact request of a newer kith");
    }
    in.require(version == row_version);
    DeskRequest out;
    out.claim = read_claim(in, map);
    out.content.name = map.key("name").text(message::name_max);
    out.content.text = map.key("text").text(message::request_text_max);
    if (map.has("s")) out.content.reach = in.id<crypto::ReachSecret>();
    if (map.has("via")) out.voucher = in.id<crypto::AccountKey>();
    out.tickets = map.key("n").u8();
    in.require(out.tickets >= 1 && out.tickets <= tickets_max);
    map.key("t");
    out.arrived = read_time(in);
    if (map.has("shown")) out.shown = read_time(in);
    map.end();
    if (!in.finish()) return fail(Code::Corrupt, "row of a contact request");
    return out;
}

Timestamp request_end(std::uint64_t epoch) {
    constexpr std::uint64_t last_epoch = std::uint64_t{1} << 24;  // beyond the year 9999
    return from_unix_seconds((std::min(epoch, last_epoch) + 1 + days_after_epoch) * day + noon);
}

}  // namespace kith::reputation
