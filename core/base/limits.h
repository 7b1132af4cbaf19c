// SPDX-License-Identifier: GPL-3.0-or-later
// Every size, count and time limit, each with its reason and what happens beyond it. The first
// group belongs to the protocol and never changes within a version; the rest are ours to tune.
#pragma once

#include "core/base/time.h"

#include <cstddef>
#include <cstdint>

namespace kith::limits {

// --- Protocol: docs/spec; never change ---------------------------------------------------------

/// Nesting of msgpack from outside. Our deepest structure has 5 levels. Beyond: Malformed.
inline constexpr std::size_t msgpack_depth = 8;
/// Items of one msgpack array or map from outside. Beyond: Malformed.
inline constexpr std::size_t msgpack_items = 1024;
/// Frame length (type + body) before the peer is authenticated, and after. Beyond: link closed.
inline constexpr std::size_t frame_before_open = 4096;
inline constexpr std::size_t frame_after_open = 66560;
/// Devices of an account; revocations in its list; bytes of the list's body.
inline constexpr std::size_t devices = 8;
inline constexpr std::size_t revocations = 64;
inline constexpr std::size_t device_list_body = 3840;
/// Data of a record in the DHT: one OpenDHT value then fits one packet.
inline constexpr std::size_t record_data = 554;
/// A sealed DHT datagram, smallest and largest. Others are dropped unopened.
inline constexpr std::size_t datagram_min = 41;
inline constexpr std::size_t datagram_max = 1472;
/// Message keys that one step may skip, and that a session keeps. Beyond: refused; oldest dropped.
inline constexpr std::uint32_t skip = 2000;
inline constexpr std::size_t skipped_keys = 2000;
/// Receive chains kept after they ended, for late messages.
inline constexpr std::size_t old_chains = 5;
/// Payload of a ratchet message: the largest padded size less one byte of padding.
inline constexpr std::size_t payload = 65279;
/// Ids in one end-to-end receipt, and in one ACK frame.
inline constexpr std::size_t receipt_ids = 512;

// --- Ours: tunable -----------------------------------------------------------------------------

/// Text of one message in bytes of UTF-8: fits the largest payload with its metadata.
inline constexpr std::size_t text = 60000;
/// Jobs that wait for the worker. Beyond: Busy.
inline constexpr std::size_t worker_jobs = 16;
/// The open batch of the store, in changes and bytes. Beyond: commit() waits, links are not read.
inline constexpr std::size_t batch_changes = 4096;
inline constexpr std::size_t batch_bytes = std::size_t{4} << 20;
/// Messages and bytes that wait for one contact. Beyond: the send is refused by name.
inline constexpr std::size_t outbox_messages = 10000;
inline constexpr std::size_t outbox_bytes = std::size_t{64} << 20;
/// Disk that stays free for compaction, erasure and the next start. Below: nothing is written.
inline constexpr std::uint64_t disk_reserve = std::uint64_t{16} << 20;
/// Bytes written to a link and not yet taken by the kernel. Beyond: the sender waits.
inline constexpr std::size_t link_unsent = std::size_t{256} << 10;
/// Messages and bytes on a link that are not acknowledged. Beyond: fatal for the one who sends.
inline constexpr std::size_t link_window = 1024;
inline constexpr std::size_t link_window_bytes = std::size_t{4} << 20;
/// Clients of the control socket; calls in flight and bytes of one line for each.
inline constexpr std::size_t api_clients = 32;
inline constexpr std::size_t api_calls = 64;
inline constexpr std::size_t api_line = std::size_t{1} << 20;
/// Events a subscriber may leave unacknowledged. Beyond: its stream pauses.
inline constexpr std::size_t event_window = 256;
/// Inbound links: in all; before authentication; for one /24 or /64. Checked before TLS state.
inline constexpr std::size_t links_inbound = 256;
inline constexpr std::size_t links_before_open = 64;
inline constexpr std::size_t links_per_prefix = 8;
/// Handshakes a second from one source (burst) and in all.
inline constexpr double handshakes_per_source = 20;
inline constexpr double handshakes_burst = 5;
inline constexpr double handshakes_all = 200;
/// From accept to CALL, and to READY.
inline constexpr Duration call_deadline = seconds(5);
inline constexpr Duration ready_deadline = seconds(10);
/// Steps of the wall clock beyond this count as a jump: nothing expires for ten minutes.
inline constexpr Duration wall_jump = seconds(60);
/// A turn on the strand longer than this is logged by name.
inline constexpr Duration long_turn = milliseconds(20);

}  // namespace kith::limits
