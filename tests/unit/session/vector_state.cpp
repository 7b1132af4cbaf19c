// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/session/vector_state.h"

#include "core/crypto/hash.h"
#include "core/session/byte_cursor.h"

#include <map>

namespace kith::session::test {
namespace {

void put(Bytes& out, const std::uint8_t* key) {
    static constexpr std::array<std::uint8_t, 32> zeros{};
    out.push_back(key == nullptr ? 0 : 1);
    append(out, key == nullptr ? ByteView(zeros) : ByteView(key, 32));
}

template <class Key>
std::optional<Key> take(ByteCursor& in) {
    const bool present = in.flag();
    auto key = in.fixed<Key>();
    if (!present) return std::nullopt;
    return key;
}

void put_rows(Bytes& out, const SkippedKeys& skipped) {
    append_be<std::uint32_t>(out, static_cast<std::uint32_t>(skipped.size()));
    for (const auto& chain : skipped.chains()) {
        for (const auto& entry : chain.entries) {
            append_be<std::uint32_t>(out, chain.chain);
            append_be<std::uint32_t>(out, entry.number);
            append(out, chain.header.expose());
            append(out, entry.key.expose());
        }
    }
}

std::optional<RatchetState::Chain> join(std::optional<ChainKey> key,
                                        std::optional<HeaderKey> header) {
    if (!key || !header) return std::nullopt;
    return RatchetState::Chain{*std::move(key), *std::move(header)};
}

}  // namespace

Party party_of(const json& value) {
    return {kith::test::hex_as<crypto::AccountKey>(value["ak"]),
            kith::test::hex_as<crypto::DeviceId>(value["did"]),
            kith::test::hex_as<crypto::DeviceSigningKey>(value["dsk"]),
            kith::test::hex_as<crypto::DeviceDhKey>(value["dxk"])};
}

Bytes state_bytes(const DoubleRatchet& ratchet, ByteView exporter) {
    const RatchetState& state = ratchet.state();
    Bytes out = concat(session_id(state.ad), state.ad, exporter);
    append(out, state.root.expose());
    append(out, state.own.expose());
    put(out, state.peer ? state.peer->data() : nullptr);
    put(out, state.send ? state.send->key.expose().data() : nullptr);
    put(out, state.receive ? state.receive->key.expose().data() : nullptr);
    put(out, state.send ? state.send->header.expose().data() : nullptr);
    put(out, state.receive ? state.receive->header.expose().data() : nullptr);
    put(out, state.next_send.expose().data());
    put(out, state.next_receive.expose().data());
    append_be<std::uint32_t>(out, state.sent);
    append_be<std::uint32_t>(out, state.received);
    append_be<std::uint32_t>(out, state.previous);
    append_be<std::uint32_t>(out, state.chain);
    put_rows(out, ratchet.skipped());
    return out;
}

DoubleRatchet ratchet_from(ByteView bytes) {
    ByteCursor in(bytes);
    in.take(16);  // sid
    const auto ad = in.fixed<Transcript>();
    in.take(32);  // EXP
    auto root = in.fixed<RootKey>();
    auto own = RatchetKeyPair::from_secret(in.take(32));
    const auto peer = take<RatchetKey>(in);
    auto send_key = take<ChainKey>(in);
    auto receive_key = take<ChainKey>(in);
    auto send_header = take<HeaderKey>(in);
    auto receive_header = take<HeaderKey>(in);
    auto next_send = take<HeaderKey>(in);
    auto next_receive = take<HeaderKey>(in);
    RatchetState state{Suite::Classic,
                       ad,
                       std::move(root),
                       std::move(own),
                       peer,
                       join(std::move(send_key), std::move(send_header)),
                       join(std::move(receive_key), std::move(receive_header)),
                       std::move(next_send).value(),
                       std::move(next_receive).value()};
    state.sent = in.u32();
    state.received = in.u32();
    state.previous = in.u32();
    state.chain = in.u32();
    DoubleRatchet ratchet(std::move(state));
    const std::uint32_t rows = in.u32();
    for (std::uint32_t i = 0; i < rows; ++i) {
        const SkippedId id{in.u32(), in.u32()};
        const Bytes row = concat(in.take(64), be_bytes<std::uint64_t>(0));
        if (!ratchet.skipped().restore_row(id, row)) throw std::runtime_error("skipped row");
    }
    if (!in.done()) throw std::runtime_error("state bytes of the vectors");
    return ratchet;
}

std::string digest(ByteView bytes) {
    crypto::Blake2b hash;
    return kith::test::to_text(hash.update(bytes).finish());
}

Code code_of(std::string_view word) {
    static const std::map<std::string_view, Code> codes{
        {"bad_header", Code::Malformed},       {"bad_kind", Code::Malformed},
        {"bad_mac", Code::BadSignature},       {"bad_pad", Code::Malformed},
        {"bad_sig", Code::BadSignature},       {"bad_suite", Code::UnsupportedVersion},
        {"bad_ticket", Code::Malformed},       {"bad_x25519", Code::BadKey},
        {"counter", Code::Malformed},          {"duplicate", Code::Replayed},
        {"equivocation", Code::Equivocation},  {"expired", Code::Expired},
        {"mp_field", Code::Malformed},         {"mp_nonminimal", Code::Malformed},
        {"mp_order", Code::Malformed},         {"mp_short", Code::Malformed},
        {"mp_trailing", Code::Malformed},      {"no_header_key", Code::DecryptFailed},
        {"no_send_chain", Code::NotFound},     {"not_yet_valid", Code::Expired},
        {"open_failed", Code::DecryptFailed},  {"size", Code::Malformed},
        {"skip_limit", Code::TooLarge},        {"stale_dl", Code::Stale},
        {"version", Code::UnsupportedVersion}, {"wrong_device", Code::Refused}};
    return codes.at(word);
}

}  // namespace kith::session::test
