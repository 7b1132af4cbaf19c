// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/limit_table.h"

#include "core/base/limits.h"

namespace kith::daemon {
namespace {

api::Limit limit(std::string_view name, std::size_t value) {
    return {std::string(name), value, std::nullopt};
}

api::Limit in_ms(std::string_view name, Duration value) {
    const auto count = std::chrono::duration_cast<milliseconds>(value).count();
    return limit(name, static_cast<std::size_t>(count));
}

api::Limit per_second(std::string_view name, double value) {
    return limit(name, static_cast<std::size_t>(value));
}

}  // namespace

std::vector<api::Limit> all_limits() {
    return {
        limit("wire.depth", limits::msgpack_depth),
        limit("wire.items", limits::msgpack_items),
        limit("links.frame_pre_auth", limits::frame_before_open),
        limit("links.frame", limits::frame_after_open),
        limit("account.devices", limits::devices),
        limit("account.revocations", limits::revocations),
        limit("account.device_list", limits::device_list_body),
        limit("dht.record", limits::record_data),
        limit("dht.datagram", limits::datagram_max),
        limit("session.skip", limits::skip),
        limit("session.skipped_keys", limits::skipped_keys),
        limit("session.old_chains", limits::old_chains),
        limit("message.payload", limits::payload),
        limit("message.text", limits::text),
        limit("message.receipt_ids", limits::receipt_ids),
        limit("worker.jobs", limits::worker_jobs),
        limit("store.batch_changes", limits::batch_changes),
        limit("store.batch_bytes", limits::batch_bytes),
        limit("outbox.messages", limits::outbox_messages),
        limit("outbox.bytes", limits::outbox_bytes),
        limit("links.unsent", limits::link_unsent),
        limit("links.window", limits::link_window),
        limit("links.window_bytes", limits::link_window_bytes),
        limit("links.inbound", limits::links_inbound),
        limit("links.pre_auth", limits::links_before_open),
        limit("links.per_prefix", limits::links_per_prefix),
        per_second("links.handshakes_per_source", limits::handshakes_per_source),
        per_second("links.handshakes", limits::handshakes_all),
        in_ms("links.call_ms", limits::call_deadline),
        in_ms("links.ready_ms", limits::ready_deadline),
        limit("api.clients", limits::api_clients),
        limit("api.calls", limits::api_calls),
        limit("api.line", limits::api_line),
        limit("api.window", limits::event_window),
    };
}

}  // namespace kith::daemon
