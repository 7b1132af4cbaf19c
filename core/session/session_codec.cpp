// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_codec.h"

#include "core/session/byte_cursor.h"

#include <array>

namespace kith::session {
namespace {

constexpr std::array<std::uint8_t, 32> empty_key{};

void put_optional(Bytes& out, const std::uint8_t* key) {
    out.push_back(key == nullptr ? 0 : 1);
    append(out, key == nullptr ? ByteView(empty_key) : ByteView(key, empty_key.size()));
}

template <class Key>
std::optional<Key> take_optional(ByteCursor& in) {
    const bool present = in.flag();
    auto key = in.fixed<Key>();
    if (!present) return std::nullopt;
    return key;
}

void put_facts(Bytes& out, const Session::Facts& facts) {
    append(out, facts.peer);
    out.push_back(static_cast<std::uint8_t>(facts.role));
    out.push_back(facts.acknowledged ? 1 : 0);
    put_time(out, facts.created);
    append(out, facts.init.ephemeral);
    append_be<std::uint32_t>(out, facts.init.signed_id);
    out.push_back(facts.init.one_time_id ? 1 : 0);
    append_be<std::uint32_t>(out, facts.init.one_time_id.value_or(0));
    put_time(out, facts.last_step);
    append_be<std::uint32_t>(out, facts.unanswered);
    put_time(out, facts.unanswered_since);
}

void take_facts(ByteCursor& in, Session::Facts& facts) {
    facts.peer = in.fixed<crypto::DeviceId>();
    const std::uint8_t role = in.u8();
    in.require(role == static_cast<std::uint8_t>(Role::Initiator) ||
               role == static_cast<std::uint8_t>(Role::Responder));
    facts.role = static_cast<Role>(role);
    facts.acknowledged = in.flag();
    facts.created = in.time();
    facts.init.ephemeral = in.fixed<crypto::EphemeralKey>();
    facts.init.signed_id = in.u32();
    const bool one_time = in.flag();
    const std::uint32_t one_time_id = in.u32();
    if (one_time) facts.init.one_time_id = one_time_id;
    facts.last_step = in.time();
    facts.unanswered = in.u32();
    facts.unanswered_since = in.time();
}

void put_ratchet(Bytes& out, const RatchetState& state) {
    const auto* send = state.send ? &*state.send : nullptr;
    const auto* receive = state.receive ? &*state.receive : nullptr;
    append(out, state.root.expose());
    append(out, state.own.expose());
    put_optional(out, state.peer ? state.peer->data() : nullptr);
    put_optional(out, send ? send->key.expose().data() : nullptr);
    put_optional(out, receive ? receive->key.expose().data() : nullptr);
    put_optional(out, send ? send->header.expose().data() : nullptr);
    put_optional(out, receive ? receive->header.expose().data() : nullptr);
    put_optional(out, state.next_send.expose().data());
    put_optional(out, state.next_receive.expose().data());
    append_be<std::uint32_t>(out, state.sent);
    append_be<std::uint32_t>(out, state.received);
    append_be<std::uint32_t>(out, state.previous);
    append_be<std::uint32_t>(out, state.chain);
}

std::optional<RatchetState::Chain> join(ByteCursor& in,
                                        std::optional<ChainKey> key,
                                        std::optional<HeaderKey> header) {
    in.require(key.has_value() == header.has_value());
    if (!key || !header) return std::nullopt;
    return RatchetState::Chain{*std::move(key), *std::move(header)};
}

std::optional<RatchetState> take_ratchet(ByteCursor& in, Suite suite, const Transcript& ad) {
    auto root = in.fixed<RootKey>();
    const ByteView own = in.take(32);
    const auto peer = take_optional<RatchetKey>(in);
    auto send_key = take_optional<ChainKey>(in);
    auto receive_key = take_optional<ChainKey>(in);
    auto send_header = take_optional<HeaderKey>(in);
    auto receive_header = take_optional<HeaderKey>(in);
    auto next_send = take_optional<HeaderKey>(in);
    auto next_receive = take_optional<HeaderKey>(in);
    in.require(next_send.has_value() && next_receive.has_value());
    auto send = join(in, std::move(send_key), std::move(send_header));
    auto receive = join(in, std::move(receive_key), std::move(receive_header));
    if (!in.ok()) return std::nullopt;
    RatchetState state{suite,
                       ad,
                       std::move(root),
                       RatchetKeyPair::from_secret(own),
                       peer,
                       std::move(send),
                       std::move(receive),
                       *std::move(next_send),
                       *std::move(next_receive)};
    state.sent = in.u32();
    state.received = in.u32();
    state.previous = in.u32();
    state.chain = in.u32();
    return state;
}

}  // namespace

void encode_session(const Session& session, Bytes& out) {
    const RatchetState& state = session.ratchet().state();
    out.push_back(session_version);
    append_be<std::uint16_t>(out, static_cast<std::uint16_t>(state.suite));
    append(out, session.id());
    append(out, state.ad);
    append(out, session.exporter().expose());
    put_facts(out, session.facts());
    put_ratchet(out, state);
}

Result<Session> decode_session(ByteView bytes, const crypto::DeviceId& own) {
    ByteCursor in(bytes);
    const std::uint8_t version = in.u8();
    if (in.ok() && version > session_version) {
        return fail(Code::UnsupportedVersion, "session of a newer kith");
    }
    in.require(version == session_version);
    const auto suite = in.be<std::uint16_t>();
    in.require(suite == static_cast<std::uint16_t>(Suite::Classic));
    Session::Facts facts;
    facts.id = in.fixed<SessionId>();
    const auto ad = in.fixed<Transcript>();
    auto exporter = in.fixed<crypto::ExportKey>();
    take_facts(in, facts);
    auto state = take_ratchet(in, Suite::Classic, ad);
    if (!in.done() || !state) return fail(Code::Corrupt, "row of a session");
    return Session(std::move(facts), std::move(exporter), DoubleRatchet(*std::move(state)), own);
}

}  // namespace kith::session
