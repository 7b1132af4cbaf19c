// SPDX-License-Identifier: GPL-3.0-or-later
// The stored forms:
//   desk state   [1, secret bin32, state bin]
//   desk entry   [1, request bin, message bin16, did bin16, iid bin32, list bin]
//   asked        [1, reach bin16, policies bin, first u64, last u64, effort u16]
//   own request  [1, ak bin32, message bin16, stage u8, started s, tried s, tries u8, effort u16,
//                 [[did bin16, init bin], ..], e u64, D_e bin32, d u32, index u8, [u64 x 4],
//                 evaluations u64]
//   introduction [1, ak bin32, voucher bin32, v bin, received s]
//   charged      [1, id bin16, expires u64]
#include "core/store/request_row.h"

#include "core/session/init.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::store {
namespace {

constexpr std::uint8_t row_version = 1;
constexpr std::size_t secret_size = 32;
constexpr std::size_t state_max = 256;
constexpr std::size_t policies_max = 4096;
constexpr std::size_t list_max = 4096;

Result<> take_version(wire::Reader& in) {
    const std::uint8_t version = in.u8();
    if (in.ok() && version > row_version) {
        return fail(Code::UnsupportedVersion, "a contact request of a newer kith");
    }
    in.require(version == row_version);
    return success();
}

// A time beyond the year 9999 is not ours: it would come back as another one.
Timestamp read_time(wire::Reader& in) {
    const std::uint64_t number = in.u64();
    const Timestamp time = from_unix_seconds(number);
    in.require(unix_seconds(time) == number);
    return time;
}

tl::unexpected<Error> corrupt() {
    return fail(Code::Corrupt, "a row of contact requests cannot be read");
}

}  // namespace

Bytes DeskState::encode() const {
    Bytes row;
    row.reserve(state_max);  // so that no copy of the secret stays behind
    wire::Writer(row).array(3).uint(row_version).bin(secret).bin(state);
    return row;
}

Result<DeskState> DeskState::decode(ByteView row) {
    wire::Reader in(row, state_max);
    in.tuple(3);
    KITH_CHECK(take_version(in));
    DeskState out;
    out.secret = to_bytes(in.bin(secret_size, secret_size));
    out.state = to_bytes(in.bin(1, state_max));
    if (!in.finish()) return corrupt();
    return out;
}

Bytes DeskEntry::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.array(6).uint(row_version).bin(request.encode()).bin(message).bin(device);
    out.bin(inner).bin(list.encode());
    return row;
}

Result<DeskEntry> DeskEntry::decode(ByteView row) {
    wire::Reader in(row, encoded_max);
    in.tuple(6);
    KITH_CHECK(take_version(in));
    const ByteView request = in.bin(1, reputation::DeskRequest::encoded_max);
    DeskEntry out;
    out.message = in.id<crypto::MessageId>();
    out.device = in.id<crypto::DeviceId>();
    out.inner = to_bytes(in.bin(secret_size, secret_size));
    const ByteView list = in.bin(1, list_max);
    if (!in.finish()) return corrupt();
    KITH_TRY(out.request, reputation::DeskRequest::decode(request));
    auto signed_list = identity::SignedDeviceList::decode(list);
    if (!signed_list) return corrupt();
    out.list = *std::move(signed_list);
    return out;
}

Bytes AskedWork::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.array(6).uint(row_version).bin(reach).bin(policies.encode());
    out.uint(ahead_first).uint(ahead_last).uint(ahead_effort);
    return row;
}

Result<AskedWork> AskedWork::decode(ByteView row) {
    wire::Reader in(row, policies_max + state_max);
    in.tuple(6);
    KITH_CHECK(take_version(in));
    AskedWork out;
    out.reach = in.id<crypto::ReachSecret>();
    const ByteView policies = in.bin(1, policies_max);
    out.ahead_first = in.u64();
    out.ahead_last = in.u64();
    in.require(out.ahead_first <= out.ahead_last);
    out.ahead_effort = in.u16();
    if (!in.finish()) return corrupt();
    KITH_TRY(out.policies, reputation::EpochPolicies::decode(policies));
    return out;
}

Bytes OwnRequest::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.array(15).uint(row_version).bin(account).bin(message);
    out.uint(static_cast<std::uint8_t>(stage)).uint(unix_seconds(started));
    out.uint(unix_seconds(tried)).uint(tries).uint(effort).array(parts.size());
    for (const Part& part : parts)
        out.array(2).bin(part.device).bin(part.init);
    out.uint(epoch).bin(beacon).uint(difficulty).uint(progress.index);
    out.array(progress.nonces.size());
    for (const std::uint64_t nonce : progress.nonces)
        out.uint(nonce);
    out.uint(progress.evaluations);
    return row;
}

Result<OwnRequest> OwnRequest::decode(ByteView row) {
    wire::Reader in(row, encoded_max);
    in.tuple(15);
    KITH_CHECK(take_version(in));
    OwnRequest out;
    out.account = in.id<crypto::AccountKey>();
    out.message = in.id<crypto::MessageId>();
    const std::uint8_t stage = in.u8();
    in.require(stage >= 1 && stage <= static_cast<std::uint8_t>(Stage::GivenUp));
    out.stage = static_cast<Stage>(stage);
    out.started = read_time(in);
    out.tried = read_time(in);
    out.tries = in.u8();
    in.require(out.tries >= 1 && out.tries <= reputation::request_tries);
    out.effort = in.u16();
    const std::size_t count = in.array(1, inits_max);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.tuple(2);
        Part part;
        part.device = in.id<crypto::DeviceId>();
        part.init = to_bytes(in.bin(1, session::init_max));
        out.parts.push_back(std::move(part));
    }
    out.epoch = in.u64();
    out.beacon = in.id<crypto::BeaconKey>();
    out.difficulty = in.u32();
    in.require(out.difficulty >= 1);
    out.progress.index = in.u8();
    in.require(out.progress.index <= reputation::sub_puzzles);
    in.tuple(out.progress.nonces.size());
    for (std::uint64_t& nonce : out.progress.nonces)
        nonce = in.u64();
    out.progress.evaluations = in.u64();
    if (!in.finish()) return corrupt();
    return out;
}

Bytes HeldIntroduction::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.array(5).uint(row_version).bin(account).bin(voucher).bin(introduction);
    out.uint(unix_seconds(received));
    return row;
}

Result<HeldIntroduction> HeldIntroduction::decode(ByteView row) {
    wire::Reader in(row, state_max + message::introduction_max);
    in.tuple(5);
    KITH_CHECK(take_version(in));
    HeldIntroduction out;
    out.account = in.id<crypto::AccountKey>();
    out.voucher = in.id<crypto::AccountKey>();
    out.introduction = to_bytes(in.bin(1, message::introduction_max));
    out.received = read_time(in);
    if (!in.finish()) return corrupt();
    return out;
}

Bytes ChargedIntroduction::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.array(3).uint(row_version).bin(id).uint(expires);
    return row;
}

Result<ChargedIntroduction> ChargedIntroduction::decode(ByteView row) {
    wire::Reader in(row, state_max);
    in.tuple(3);
    KITH_CHECK(take_version(in));
    ChargedIntroduction out;
    out.id = in.id<reputation::IntroductionId>();
    out.expires = in.u64();
    if (!in.finish()) return corrupt();
    return out;
}

}  // namespace kith::store
