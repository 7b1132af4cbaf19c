// SPDX-License-Identifier: GPL-3.0-or-later
// The saved form of a set:
//
//   u8 version = 1 || u8 has active || [session]
//   || u8 n old || n x (session || u64 since || u32 messages)
//   || u8 n retired || n x sid 16 || u8 n replacements || n x u64 time
//   || u64 last reset || u64 wait
#include "core/session/byte_cursor.h"
#include "core/session/session_codec.h"
#include "core/session/session_set.h"

namespace kith::session {
namespace {

constexpr std::uint8_t set_version = 1;
constexpr std::size_t old_size = session_size + 12;
// More than either list ever holds.
constexpr std::size_t list_bound = 8;

std::size_t take_count(ByteCursor& in, std::size_t bound) {
    const std::size_t count = in.u8();
    in.require(count <= bound);
    return in.ok() ? count : 0;
}

}  // namespace

Bytes SessionSet::encode() const {
    Bytes out;
    out.reserve(session_size + old_.size() * old_size + retired_.size() * SessionId::size_bytes +
                replacements_.size() * 8 + 32);
    out.push_back(set_version);
    out.push_back(active_ ? 1 : 0);
    if (active_) encode_session(*active_, out);
    out.push_back(static_cast<std::uint8_t>(old_.size()));
    for (const Old& old : old_) {
        encode_session(old.session, out);
        put_time(out, old.since);
        append_be<std::uint32_t>(out, old.messages);
    }
    out.push_back(static_cast<std::uint8_t>(retired_.size()));
    for (const SessionId& id : retired_)
        append(out, id);
    out.push_back(static_cast<std::uint8_t>(replacements_.size()));
    for (const Timestamp time : replacements_)
        put_time(out, time);
    put_time(out, resets_.last());
    append_be<std::uint64_t>(out, static_cast<std::uint64_t>(resets_.wait().count()));
    return out;
}

Result<SessionSet> SessionSet::decode(ByteView row,
                                      const crypto::DeviceId& own,
                                      const crypto::DeviceId& peer) {
    ByteCursor in(row);
    const std::uint8_t version = in.u8();
    if (in.ok() && version > set_version) {
        return fail(Code::UnsupportedVersion, "sessions of a newer kith");
    }
    in.require(version == set_version);
    SessionSet set(own, peer);
    if (in.flag()) {
        KITH_TRY(Session session, decode_session(in.take(session_size), own));
        set.active_.emplace(std::move(session));
    }
    const std::size_t olds = take_count(in, old_sessions);
    for (std::size_t i = 0; i < olds; ++i) {
        KITH_TRY(Session session, decode_session(in.take(session_size), own));
        const Timestamp since = in.time();
        set.old_.push_back(Old{std::move(session), since, in.u32()});
    }
    const std::size_t retired = take_count(in, list_bound);
    for (std::size_t i = 0; i < retired; ++i)
        set.retired_.push_back(in.fixed<SessionId>());
    const std::size_t replacements = take_count(in, list_bound);
    for (std::size_t i = 0; i < replacements; ++i)
        set.replacements_.push_back(in.time());
    const Timestamp last = in.time();
    set.resets_ = ResetPolicy::restore(last, Duration(static_cast<Duration::rep>(in.u64())));
    const auto of_peer = [&](const Session& session) { return session.facts().peer == peer; };
    if (set.active_) in.require(of_peer(*set.active_));
    for (const Old& old : set.old_)
        in.require(of_peer(old.session));
    if (!in.done()) return fail(Code::Corrupt, "row of a set of sessions");
    return set;
}

}  // namespace kith::session
