// SPDX-License-Identifier: GPL-3.0-or-later
// The saved form of a session: fixed fields, no msgpack, because it is written with every message.
//
//   u8 version = 1 || u16 suite || sid 16 || TH 32 || EXP 32 || peer did 16 || u8 role || u8 acked
//   || u64 created || ek 32 || u32 spk || u8 has opk || u32 opk || u64 last_step || u32 unanswered
//   || u64 unanswered_since || RK 32 || DHs secret 32
//   || DHr, CKs, CKr, HKs, HKr, NHKs, NHKr: each 0x01 || 32 bytes, or 0x00 || 0^32
//   || u32 Ns || u32 Nr || u32 PN || u32 recv_chain
//
// Times in microseconds. Secret: the caller seals and wipes the bytes. Skipped keys are rows of
// their own (skipped_keys.h). Specification: docs/spec/session.md#saved-form.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/session/session.h"

namespace kith::session {

inline constexpr std::uint8_t session_version = 1;
inline constexpr std::size_t session_size = 481;

/// Appends session_size bytes.
void encode_session(const Session& session, Bytes& out);

/// UnsupportedVersion: of a newer kith. Corrupt: anything else that encode_session() does not make.
Result<Session> decode_session(ByteView bytes, const crypto::DeviceId& own);

}  // namespace kith::session
