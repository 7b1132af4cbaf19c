// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes as objects of schema v1.
#include "core/base/encoding.h"
#include "core/node/contact_book.h"
#include "daemon/api_objects.h"

#include <fmt/format.h>

#include <cmath>

namespace kith::daemon {
namespace {

std::string_view word(mailbox::LeaseClass lease_class) {
    switch (lease_class) {
        case mailbox::LeaseClass::Own:
            return "own";
        case mailbox::LeaseClass::Contact:
            return "contact";
        case mailbox::LeaseClass::Volunteer:
            return "volunteer";
    }
    return "";
}

std::string_view word(mailbox::Serve serve) {
    switch (serve) {
        case mailbox::Serve::Off:
            return "off";
        case mailbox::Serve::Contacts:
            return "contacts";
        case mailbox::Serve::Network:
            return "network";
    }
    return "";
}

std::string word(wire::RefuseCode code) {
    switch (code) {
        case wire::RefuseCode::Off:
            return "off";
        case wire::RefuseCode::Unknown:
            return "unknown";
        case wire::RefuseCode::Share:
            return "share";
        case wire::RefuseCode::Full:
            return "full";
        case wire::RefuseCode::Strangers:
            return "strangers";
        case wire::RefuseCode::Effort:
            return "effort";
        case wire::RefuseCode::Ttl:
            return "ttl";
        case wire::RefuseCode::Size:
            return "size";
        case wire::RefuseCode::Rate:
            return "rate";
        case wire::RefuseCode::Busy:
            return "busy";
        case wire::RefuseCode::Gone:
            return "gone";
    }
    return fmt::format("{}", static_cast<unsigned>(code));
}

api::MailboxState to_api(node::MailboxState state) {
    switch (state) {
        case node::MailboxState::Offered:
            return api::MailboxState::Offered;
        case node::MailboxState::Asked:
            return api::MailboxState::Asked;
        case node::MailboxState::Ok:
            return api::MailboxState::Ok;
        case node::MailboxState::Away:
            return api::MailboxState::Away;
        case node::MailboxState::Draining:
            return api::MailboxState::Draining;
    }
    return api::MailboxState::Unknown;
}

}  // namespace

api::Mailbox to_api(const node::MailboxView& view) {
    api::Mailbox out;
    out.id = view.account ? node::account_id(*view.account) : "b:" + to_hex(view.box);
    if (!view.name.empty()) out.name = view.name;
    out.kind = word(view.lease_class);
    out.state = to_api(view.state);
    out.pinned = view.pinned;
    if (view.round_trip) {
        out.rtt_ms = static_cast<std::uint64_t>(
            std::chrono::duration_cast<milliseconds>(*view.round_trip).count());
    }
    out.collected = view.collected;
    out.bytes = view.bytes;
    out.quota = view.quota;
    out.lost = view.lost;
    out.availability = static_cast<std::uint64_t>(std::lround(view.availability * 100));
    out.score = static_cast<std::uint64_t>(std::lround(view.score * 100));
    for (const auto& [act, count] : view.acts)
        out.acts[act] = std::to_string(count);
    if (!view.evidence.empty()) out.evidence = to_hex(view.evidence);
    out.last_pickup = view.last_pickup;
    out.lease_until = view.lease_until;
    return out;
}

api::Serving to_api(const node::MailboxServingView& view) {
    api::Serving out;
    out.whom = word(view.serve);
    out.offered = view.offered;
    out.handing_over = view.handing_over;
    out.handed_over = view.handed_over;
    out.quota = view.quota;
    out.bytes = view.used;
    out.deposits = view.deposits;
    for (const auto& [code, count] : view.refusals)
        out.refusals[word(code)] = std::to_string(count);
    for (const node::ServedLeaseView& lease : view.leases) {
        api::ServedMailbox served;
        if (lease.account) served.id = node::account_id(*lease.account);
        served.kind = word(lease.lease_class);
        served.envelopes = lease.envelopes;
        served.bytes = lease.used;
        served.quota = lease.quota;
        served.lease_until = lease.expires;
        out.mailboxes.push_back(std::move(served));
    }
    return out;
}

}  // namespace kith::daemon
