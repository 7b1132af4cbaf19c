// SPDX-License-Identifier: GPL-3.0-or-later
// The node's views as objects of schema v1. Pure: values in, values out.
#pragma once

#include "core/api/events.h"
#include "core/api/reputation.h"
#include "core/api/status.h"
#include "core/node/event_log.h"
#include "core/node/views.h"
#include "daemon/name_tags.h"

namespace kith::daemon {

api::Identity to_api(const node::IdentityView& view);
api::Contact to_api(const node::ContactView& view, const NameTag& tag);
api::Verification to_api(const node::VerificationView& view, std::optional<std::string> name);
api::Invite to_api(const node::InviteView& view, const std::string& network);
api::Invite to_api(const node::InviteReadView& view);
api::Mailbox to_api(const node::MailboxView& view);
api::Reputation to_api(const node::ReputationView& view, const NameTag& tag);
api::Serving to_api(const node::MailboxServingView& view);
/// The tag of the sender; nullptr for our own messages.
api::Message to_api(node::MessageView view, const NameTag* tag);
api::Receipt to_api(const node::ReceiptView& view);
api::Trace to_api(const node::TraceView& view);
api::Gap to_api(const node::GapView& view);
api::Notice to_api(const node::NoticeView& view);
api::Presence to_api(const node::PresenceView& view);
api::Network to_api(const node::NetworkView& view);
api::NodePeer to_api(const node::PeerView& view);
api::Traffic to_api(const node::TrafficView& view);
api::Limit to_api(const node::LimitView& view);
api::Waiting to_api(const node::OutboxLineView& view);
api::Consumer to_api(const node::ConsumerView& view);

std::uint64_t to_ms(Duration duration);

/// The account whose tag an event needs; nullptr: none.
const crypto::AccountKey* tagged_account(const node::EventBody& body);
/// `tag` is that of tagged_account(), if it has one.
api::Event to_api(const node::Event& event, const NameTag& tag);

}  // namespace kith::daemon
