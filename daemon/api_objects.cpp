// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/api_objects.h"

#include "core/base/encoding.h"
#include "core/identity/address.h"
#include "core/message/message_id.h"
#include "core/node/contact_book.h"

#include <fmt/format.h>

namespace kith::daemon {
namespace {

using node::account_id;

std::optional<std::string> if_any(std::string text) {
    if (text.empty()) return std::nullopt;
    return text;
}

std::optional<bool> if_true(bool value) {
    if (!value) return std::nullopt;
    return true;
}

std::string_view shown_name(const node::ContactView& view) {
    return view.name.empty() ? view.self_name : view.name;
}

api::ContactState to_api(node::ContactState state) {
    switch (state) {
        case node::ContactState::PendingOut:
            return api::ContactState::PendingOut;
        case node::ContactState::PendingIn:
            return api::ContactState::PendingIn;
        case node::ContactState::Accepted:
            return api::ContactState::Accepted;
        case node::ContactState::Declined:
            return api::ContactState::Declined;
        case node::ContactState::Blocked:
            return api::ContactState::Blocked;
        case node::ContactState::Removed:
            return api::ContactState::Removed;
    }
    return api::ContactState::Unknown;
}

api::MessageState to_api(node::MessageState state) {
    switch (state) {
        case node::MessageState::Queued:
            return api::MessageState::Queued;
        case node::MessageState::Sent:
            return api::MessageState::Sent;
        case node::MessageState::Stored:
            return api::MessageState::Stored;
        case node::MessageState::Delivered:
            return api::MessageState::Delivered;
        case node::MessageState::Read:
            return api::MessageState::Read;
        case node::MessageState::Failed:
            return api::MessageState::Failed;
        case node::MessageState::Expired:
            return api::MessageState::Expired;
        case node::MessageState::Received:
            return api::MessageState::Received;
    }
    return api::MessageState::Unknown;
}

std::string word(node::Reachable reachable) {
    switch (reachable) {
        case node::Reachable::Direct:
            return "direct";
        case node::Reachable::Nat:
            return "nat";
        case node::Reachable::Unknown:
            break;
    }
    return "unknown";
}

api::NetworkState to_api(node::NetworkState state) {
    switch (state) {
        case node::NetworkState::Starting:
            return api::NetworkState::Starting;
        case node::NetworkState::Alone:
            return api::NetworkState::Alone;
        case node::NetworkState::Online:
            return api::NetworkState::Online;
        case node::NetworkState::Offline:
            return api::NetworkState::Offline;
    }
    return api::NetworkState::Unknown;
}

api::VerificationState to_api(node::Trust trust) {
    switch (trust) {
        case node::Trust::Invited:
            return api::VerificationState::Invited;
        case node::Trust::Verified:
            return api::VerificationState::Verified;
        case node::Trust::Unverified:
        case node::Trust::KeyChanged:
            return api::VerificationState::Unverified;
    }
    return api::VerificationState::Unknown;
}

/// An invitation proves the key as well as comparing numbers does (`cli.md` 15).
bool is_verified(node::Trust trust) {
    return trust == node::Trust::Verified || trust == node::Trust::Invited;
}

std::string word_of(node::Wait wait) {
    switch (wait) {
        case node::Wait::Unread:
            return "unread";
        case node::Wait::Rate:
            return "rate";
        case node::Wait::Store:
            break;
    }
    return "store";
}

}  // namespace

std::uint64_t to_ms(Duration duration) {
    const auto count = std::chrono::duration_cast<milliseconds>(duration).count();
    return count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

api::Identity to_api(const node::IdentityView& view) {
    api::Identity out;
    out.id = account_id(view.account);
    out.name = view.name;
    out.address = identity::to_string(view.address);
    out.fingerprint = identity::fingerprint(view.account);
    out.device = view.device_name;
    return out;
}

api::ContactRequest to_api(const node::RequestView& view) {
    using node::RequestState;
    api::ContactRequest out;
    switch (view.state) {
        case RequestState::Searching:
            out.state = api::RequestState::Searching;
            break;
        case RequestState::Working:
            out.state = api::RequestState::Working;
            out.work_ms = to_ms(view.work);
            out.done = view.done;
            break;
        case RequestState::Out:
            out.state = api::RequestState::Out;
            break;
        case RequestState::Seen:
            out.state = api::RequestState::Seen;
            break;
        case RequestState::Closed:
            out.state = api::RequestState::Closed;
            break;
        case RequestState::GivenUp:
            out.state = api::RequestState::GivenUp;
            break;
    }
    out.number = view.number;
    out.next = view.next;
    if (view.waits) out.waits = word_of(*view.waits);
    return out;
}

api::Contact to_api(const node::ContactView& view, const NameTag& tag) {
    api::Contact out;
    out.id = account_id(view.account);
    out.name = shown_name(view);
    out.self_name = if_any(view.self_name);
    out.tag = tag.tag;
    out.tagged = if_true(tag.needed);
    out.state = to_api(view.state);
    out.verified = is_verified(view.trust);
    out.key_changed = if_true(view.trust == node::Trust::KeyChanged);
    if (view.address) out.address = identity::to_string(*view.address);
    out.text = if_any(view.note);
    out.devices = view.devices;
    out.unread = view.unread;
    out.online = view.online;
    out.last_seen = view.last_seen;
    if (view.request) out.request = to_api(*view.request);
    if (view.introduced_by) out.introduced_by = account_id(*view.introduced_by);
    return out;
}

api::Verification to_api(const node::VerificationView& view, std::optional<std::string> name) {
    api::Verification out;
    out.id = account_id(view.account);
    out.name = std::move(name);
    out.safety_number = view.safety_number;
    out.qr = view.qr;
    out.state = to_api(view.trust);
    return out;
}

api::Invite to_api(const node::InviteView& view, const std::string& network) {
    api::Invite out;
    out.id = view.id;
    out.link = if_any(view.link);
    out.uses_left = view.uses_left;
    out.expires = view.expires;
    out.network = if_any(network);
    out.network_only = if_true(view.network_only);
    return out;
}

api::Invite to_api(const node::InviteReadView& view) {
    api::Invite out;
    out.expires = view.expires;
    out.network_only = if_true(view.network_only);
    if (!view.network_only) {
        out.from = account_id(view.account);
        out.fingerprint = identity::fingerprint(view.account);
    }
    out.known_as = view.known_as;
    out.is_private = view.private_network;
    out.same_network = view.same_network;
    for (const Endpoint& node : view.nodes)
        out.nodes.push_back(to_string(node));
    return out;
}

api::Message to_api(node::MessageView view, const NameTag* tag) {
    api::Message out;
    out.id = message::to_text(view.id);
    out.chat = account_id(view.chat);
    out.from = view.from == view.chat ? out.chat : account_id(view.from);
    out.name = std::move(view.name);
    if (tag != nullptr) {
        out.tag = tag->tag;
        out.tagged = if_true(tag->needed);
    }
    out.dir = view.direction == node::Direction::In ? api::Direction::In : api::Direction::Out;
    out.time = view.time;
    out.received = view.received;
    out.text = std::move(view.text);
    out.state = to_api(view.state);
    out.verified = view.verified;
    out.unread = if_true(view.unread);
    if (view.reply) out.reply = message::to_text(*view.reply);
    return out;
}

api::Receipt to_api(const node::ReceiptView& view) {
    api::Receipt out;
    out.id = message::to_text(view.id);
    out.chat = account_id(view.chat);
    out.state = to_api(view.state);
    out.device = if_any(view.device);
    out.time = view.time;
    return out;
}

api::Trace to_api(const node::TraceView& view) {
    api::Trace out;
    out.id = message::to_text(view.message.id);
    out.chat = account_id(view.message.chat);
    out.state = to_api(view.message.state);
    for (const node::TraceStepView& step : view.steps) {
        const std::string proof = to_hex(step.proof);
        out.steps.push_back({step.time,
                             step.step,
                             if_any(step.target),
                             if_any(step.result),
                             step.until,
                             if_any(proof)});
    }
    out.next_retry = view.next_retry;
    if (view.waits) out.waits = word_of(*view.waits);
    return out;
}

api::Gap to_api(const node::GapView& view) {
    api::Gap out;
    out.chat = account_id(view.chat);
    out.missing = view.missing;
    out.state = view.healed ? "healed" : "asking";
    return out;
}

api::Notice to_api(const node::NoticeView& view) {
    return {view.code, view.level, view.message, if_any(view.hint)};
}

api::Presence to_api(const node::PresenceView& view) {
    api::Presence out;
    out.id = account_id(view.account);
    out.state = view.online ? "online" : "offline";
    if (view.round_trip) out.path = api::Path{"direct", to_ms(*view.round_trip)};
    return out;
}

api::Network to_api(const node::NetworkView& view) {
    api::Network out;
    out.state = to_api(view.state);
    out.name = view.name;
    out.is_private = view.private_network;
    out.nodes = view.nodes;
    if (!view.endpoints.empty()) out.address = to_string(view.endpoints.front());
    out.reachable = word(view.reachable);
    out.mapping = if_any(view.mapped_by);
    if (view.self_test) out.self_test_ms = to_ms(*view.self_test);
    return out;
}

api::NodePeer to_api(const node::PeerView& view) {
    api::NodePeer out;
    const bool known = !view.address.is_unspecified();
    out.id = view.account ? account_id(*view.account) : "n:" + to_string(view.address);
    if (known) out.address = to_string(view.address);
    out.role = view.role;
    if (view.round_trip) out.rtt_ms = to_ms(*view.round_trip);
    out.good = view.good;
    out.since = view.since;
    return out;
}

api::Traffic to_api(const node::TrafficView& view) {
    return {view.cause, "day", view.sent, view.received, std::nullopt};
}

api::Limit to_api(const node::LimitView& view) {
    return {view.name, view.value, view.used};
}

api::Waiting to_api(const node::OutboxLineView& view) {
    api::Waiting out;
    out.name = view.name;
    out.count = view.waiting;
    out.last_seen = view.offline_since;
    return out;
}

api::Consumer to_api(const node::ConsumerView& view) {
    return {view.name, node::to_string(view.cursor), view.behind, view.seen};
}

const crypto::AccountKey* tagged_account(const node::EventBody& body) {
    if (const auto* contact = std::get_if<node::ContactView>(&body)) return &contact->account;
    const auto* message = std::get_if<node::MessageView>(&body);
    if (message != nullptr && message->direction == node::Direction::In) return &message->from;
    return nullptr;
}

api::Event to_api(const node::Event& event, const NameTag& tag) {
    return std::visit(
        [&](const auto& body) -> api::Event {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (std::is_same_v<Body, node::ContactView>) {
                return to_api(body, tag);
            } else if constexpr (std::is_same_v<Body, node::MessageView>) {
                api::Message out =
                    to_api(body, body.direction == node::Direction::In ? &tag : nullptr);
                if (event.cursor) out.cursor = node::to_string(*event.cursor);
                return out;
            } else {
                return to_api(body);
            }
        },
        event.body);
}

}  // namespace kith::daemon
