// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/api_failures.h"

#include "core/base/nearest.h"
#include "core/base/refusal.h"
#include "core/message/message_id.h"
#include "core/text/display.h"
#include "core/text/name.h"

#include <fmt/format.h>

namespace kith::daemon {
namespace {

using api::Failure;
using api::Problem;

std::string_view name_of(const node::ContactView& contact) {
    return contact.name.empty() ? contact.self_name : contact.name;
}

// Enough characters that two who look alike differ, unless one was made to.
constexpr std::size_t telling_tag = 8;

Failure ambiguous(const node::Node& node, std::string_view who) {
    Failure failure(Problem::Ambiguous, fmt::format("\"{}\" fits more than one contact", who));
    failure.hint = "write the name with its tag, as it is shown here";
    const auto contacts = node.contacts();
    if (!contacts) return failure;
    const std::string wanted = text::name_key(who);
    for (const node::ContactView& contact : *contacts) {
        if (text::name_key(name_of(contact)) != wanted) continue;
        failure.facts.push_back(
            text::tagged(name_of(contact), identity::key_tag(contact.account, telling_tag)));
    }
    return failure;
}

Failure no_contact(const node::Node& node, std::string_view who) {
    Failure failure(Problem::NoContact, fmt::format("you have no contact \"{}\"", who));
    failure.hint = "kith contacts";
    const auto contacts = node.contacts();
    if (!contacts) return failure;
    std::vector<std::string_view> names;
    for (const node::ContactView& contact : *contacts) {
        if (!name_of(contact).empty()) names.push_back(name_of(contact));
    }
    if (const auto meant = nearest(who, names)) {
        failure.facts.push_back(fmt::format("did you mean \"{}\"?", *meant));
    }
    return failure;
}

}  // namespace

Failure store_failure(const Error& error) {
    Failure failure = api::from_error(error);
    if (error.code == Code::DiskFull) {
        failure.facts.emplace_back("nothing was lost; receiving is paused");
        failure.hint = "free some space; kith goes on by itself";
    }
    if (error.code == Code::ReadOnly) {
        failure.facts.emplace_back("reading works; nothing new is accepted");
        failure.hint = "kith daemon restart";
    }
    return failure;
}

Failure contact_failure(const node::Node& node, const Error& error, std::string_view who) {
    switch (error.code) {
        case Code::NotFound:
            return no_contact(node, who);
        case Code::InvalidArgument:
            return ambiguous(node, who);
        case Code::Refused:
            return Failure(Problem::Forbidden,
                           std::string(refusal_text(error)),
                           fmt::format("kith contacts show {}", who));
        default:
            return store_failure(error);
    }
}

Failure send_failure(const node::Node& node, const Error& error, std::string_view who) {
    switch (error.code) {
        case Code::TooLarge:
            return Failure(Problem::TextTooLong,
                           fmt::format("the text has more than {} bytes", limits::text));
        case Code::BadKey: {
            Failure failure(Problem::KeyChanged,
                            fmt::format("{}'s account key has changed: message NOT sent", who));
            failure.facts.emplace_back(
                "normal if they started anew; also what an attacker would cause");
            failure.hint = fmt::format("kith verify {0}   then: kith contacts accept-key {0}", who);
            return failure;
        }
        case Code::Refused:
            return Failure(Problem::Blocked,
                           error.context.empty() ? fmt::format("{} is blocked", who)
                                                 : std::string(refusal_text(error)),
                           fmt::format("kith contacts show {}", who));
        case Code::QuotaExceeded: {
            Failure failure(Problem::Busy, fmt::format("too many messages wait for {}", who));
            if (!error.context.empty()) failure.facts.push_back(error.context);
            return failure;
        }
        default:
            return contact_failure(node, error, who);
    }
}

Failure message_failure(const Error& error) {
    switch (error.code) {
        case Code::NotFound:
            return Failure(Problem::NoMessage, "there is no such message");
        case Code::Timeout:
            return Failure(Problem::Timeout, "not yet; kith goes on trying");
        case Code::Refused:
            return Failure(Problem::Forbidden,
                           error.context.empty() ? "it has left this device already"
                                                 : std::string(refusal_text(error)));
        default:
            return store_failure(error);
    }
}

api::Outcome<crypto::MessageId> parse_message(std::string_view text) {
    const auto id = message::parse_message_id(text);
    if (id) return *id;
    return api::failure(Problem::NoMessage, fmt::format("\"{}\" is no message id", text));
}

Failure address_failure(const Error& error) {
    switch (error.code) {
        case Code::Malformed:
        case Code::BadKey: {
            Failure broken(Problem::AddressBroken, "this is not a kith address");
            broken.facts.emplace_back(refusal_text(error));
            return broken;
        }
        case Code::AlreadyExists:
            return Failure(Problem::Exists,
                           error.context.empty() ? "this contact exists already" : error.context);
        case Code::Refused:
            return Failure(Problem::Blocked,
                           error.context.empty() ? "you have blocked this account" : error.context,
                           "kith contacts unblock");
        default:
            return store_failure(error);
    }
}

}  // namespace kith::daemon
