// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;

std::optional<api::ContactState> state_named(std::string_view name) {
    using api::ContactState;
    for (const ContactState state : {ContactState::PendingOut,
                                     ContactState::PendingIn,
                                     ContactState::Accepted,
                                     ContactState::Declined,
                                     ContactState::Blocked,
                                     ContactState::Removed}) {
        if (to_string(state) == name) return state;
    }
    return std::nullopt;
}

/// About, for people: 8 s, 3 min.
std::string about(std::uint64_t ms) {
    const std::uint64_t seconds = std::max<std::uint64_t>(ms / 1000, 1);
    return seconds < 120 ? fmt::format("{} s", seconds) : fmt::format("{} min", seconds / 60);
}

/// Their device answered, and took nothing.
std::string why_it_waits(std::string_view waits, Timestamp again) {
    const std::string_view why = waits == "rate"
                                     ? "their device gets more requests than it can check"
                                 : waits == "unread" ? "too much from strangers is unread there"
                                                     : "their device has no room now";
    const Duration left = std::max<Duration>(again - wall_now(), seconds(1));
    return fmt::format(
        "asked; {}; sent again in {} by itself, an invite needs no waiting", why, to_words(left));
}

std::string in_words(const api::ContactRequest& request) {
    using api::RequestState;
    switch (request.state) {
        case RequestState::Searching:
            return "asked; looking for them";
        case RequestState::Working:
            return fmt::format("asked; working on it, about {} ({} of 4 done)",
                               about(request.work_ms.value_or(0)),
                               request.done.value_or(0));
        case RequestState::Out:
            if (request.waits && request.next) return why_it_waits(*request.waits, *request.next);
            return request.next
                       ? fmt::format("asked; waits until they look (try {} of 4, next {} {})",
                                     request.number,
                                     local_date(*request.next),
                                     local_time(*request.next))
                       : "asked; waits until they look (last try)";
        case RequestState::Seen:
            return "asked; they have seen it";
        case RequestState::Closed:
            return "they take no requests of strangers: ask them for an invite";
        case RequestState::GivenUp:
            return "given up after a week: ask them for an invite";
        case RequestState::Unknown:
            break;
    }
    return "asked, no answer yet";
}

std::string in_words(const api::Contact& contact) {
    switch (contact.state) {
        case api::ContactState::PendingIn:
            return "asks for contact";
        case api::ContactState::PendingOut:
            return contact.request ? in_words(*contact.request) : "asked, no answer yet";
        case api::ContactState::Accepted:
            if (contact.key_changed.value_or(false)) return "KEY CHANGED";
            return contact.verified ? "verified" : "";
        default:
            return std::string(to_string(contact.state));
    }
}

std::vector<std::string> row(const api::Contact& contact, Timestamp now) {
    std::string seen;
    if (contact.online.value_or(false)) {
        seen = "online";
    } else if (contact.last_seen) {
        seen = "seen " + ago(*contact.last_seen, now);
    }
    const std::uint64_t unread = contact.unread.value_or(0);
    return {shown_name(contact),
            in_words(contact),
            unread > 0 ? fmt::format("{} unread", unread) : "",
            seen};
}

void show(Context& context, const api::Contact& contact) {
    Output& out = context.out();
    out.object(contact);
    std::vector<std::vector<std::string>> rows{{"name", shown_name(contact)},
                                               {"state", std::string(to_string(contact.state))},
                                               {"id", one_line(contact.id)}};
    if (contact.self_name) rows.push_back({"calls itself", one_line(*contact.self_name)});
    if (contact.address) rows.push_back({"address", one_line(*contact.address)});
    rows.push_back({"verified", contact.verified ? "yes" : "no"});
    if (contact.devices) rows.push_back({"devices", std::to_string(*contact.devices)});
    if (contact.last_seen) {
        rows.push_back(
            {"last seen",
             fmt::format("{} {}", local_date(*contact.last_seen), local_time(*contact.last_seen))});
    }
    if (contact.text) rows.push_back({"they wrote", one_line(*contact.text)});
    if (contact.request) rows.push_back({"request", in_words(*contact.request)});
    out.lines(table(rows));
}

// For commands that change one contact: the object for programs, a line for people.
api::Outcome<> changed(Context& context,
                       const api::Outcome<api::Contact>& contact,
                       std::string_view what) {
    if (!contact) return tl::unexpected(contact.error());
    context.out().object(*contact);
    context.out().line(fmt::format("{} {}", shown_name(*contact), what));
    return {};
}

std::optional<std::string> if_given(const Arguments& arguments, std::string_view name) {
    if (!arguments.has(name)) return std::nullopt;
    return arguments.get(name);
}

}  // namespace

api::Outcome<> contacts_list(Context& context, const Arguments& arguments) {
    api::ContactList list;
    if (arguments.has("--state")) {
        list.state = state_named(arguments.get("--state"));
        if (!list.state) {
            return failure(Problem::Usage,
                           fmt::format("\"{}\" is no state of a contact", arguments.get("--state")),
                           "kith help contacts");
        }
    }
    Output& out = context.out();
    std::vector<std::vector<std::string>> rows;
    for (;;) {
        KITH_TRY(const auto page, context.call(list));
        if (page.empty()) break;
        out.objects(page);
        for (const api::Contact& contact : page) {
            if (arguments.has("--plain")) {
                out.line(one_line(contact.name));
            } else {
                rows.push_back(row(contact, wall_now()));
            }
        }
        list.after = page.back().id;
    }
    out.lines(table(rows));
    if (rows.empty() && !arguments.has("--plain") && !list.after) {
        out.note("nobody yet. try: kith invite");
    }
    return {};
}

api::Outcome<> contacts_show(Context& context, const Arguments& arguments) {
    KITH_TRY(const api::Contact contact, context.call(api::ContactShow{arguments.get("WHO")}));
    show(context, contact);
    return {};
}

api::Outcome<> contacts_add(Context& context, const Arguments& arguments) {
    const std::string& address = arguments.get("ADDRESS");
    if (!address.starts_with("kith1") && !address.starts_with("KITH1")) {
        return failure(Problem::AddressBroken,
                       "this is not a kith address: it does not begin with kith1");
    }
    KITH_TRY(const api::Contact contact,
             context.call(api::ContactAdd{
                 address, if_given(arguments, "--text"), if_given(arguments, "--name")}));
    Output& out = context.out();
    out.object(contact);
    out.line(fmt::format("{} has been asked; the request goes on by itself", shown_name(contact)));
    const auto& request = contact.request;
    if (request && request->state == api::RequestState::Working) {
        out.line(fmt::format("about {} of work; an invite needs none",
                             about(request->work_ms.value_or(0))));
    } else if (request && request->state == api::RequestState::Closed) {
        out.line(in_words(*request));
    }
    return {};
}

api::Outcome<> contacts_requests(Context& context, const Arguments& arguments) {
    api::ContactList list;
    list.state = api::ContactState::PendingIn;
    Output& out = context.out();
    bool any = false;
    for (;;) {
        KITH_TRY(const auto page, context.call(list));
        if (page.empty()) break;
        any = true;
        out.objects(page);
        for (const api::Contact& contact : page) {
            if (arguments.has("--plain")) {
                out.line(one_line(contact.name));
                continue;
            }
            std::string line = shown_name(contact);
            if (contact.introduced_by) {
                const auto by = context.call(api::ContactShow{*contact.introduced_by});
                if (by) line += fmt::format("   introduced by {}", shown_name(*by));
            }
            out.line(line);
            if (contact.text) out.line(fmt::format("    {}", one_line(*contact.text)));
            out.line(fmt::format("    {}", one_line(contact.id)));
        }
        list.after = page.back().id;
    }
    if (any) {
        out.note("try: kith contacts accept WHO, decline WHO or block WHO");
    } else if (!arguments.has("--plain")) {
        out.note("nobody asks");
    }
    return {};
}

api::Outcome<> contacts_introduce(Context& context, const Arguments& arguments) {
    api::ContactIntroduce introduce;
    introduce.a = arguments.get("WHO");
    introduce.b = arguments.get("TO");
    KITH_CHECK(context.call(introduce));
    context.out().line(fmt::format(
        "{} may now ask {} without much work", one_line(introduce.a), one_line(introduce.b)));
    return {};
}

api::Outcome<> contacts_accept(Context& context, const Arguments& arguments) {
    return changed(
        context,
        context.call(api::ContactAccept{arguments.get("WHO"), if_given(arguments, "--name")}),
        "is in your contacts");
}

api::Outcome<> contacts_decline(Context& context, const Arguments& arguments) {
    api::ContactDecline decline{arguments.get("WHO"), {}};
    if (arguments.has("--tell")) decline.tell = true;
    return changed(context, context.call(decline), "is declined");
}

api::Outcome<> contacts_block(Context& context, const Arguments& arguments) {
    return changed(context, context.call(api::ContactBlock{arguments.get("WHO")}), "is blocked");
}

api::Outcome<> contacts_unblock(Context& context, const Arguments& arguments) {
    return changed(context,
                   context.call(api::ContactUnblock{arguments.get("WHO")}),
                   "is no longer blocked or restricted");
}

api::Outcome<> contacts_rename(Context& context, const Arguments& arguments) {
    api::ContactSet change;
    change.who = arguments.get("WHO");
    change.name = arguments.get("NAME");
    return changed(context, context.call(change), "is the new name");
}

api::Outcome<> contacts_remove(Context& context, const Arguments& arguments) {
    KITH_TRY(const api::Contact contact, context.call(api::ContactShow{arguments.get("WHO")}));
    KITH_TRY(const bool sure,
             context.ask().confirm(fmt::format("remove {}?", shown_name(contact))));
    if (!sure) return failure(Problem::InputNeeded, "nothing was removed");
    return changed(context, context.call(api::ContactRemove{contact.id}), "is removed");
}

api::Outcome<> contacts_set(Context& context, const Arguments& arguments) {
    const std::string& value = arguments.get("VALUE");
    const std::string& key = arguments.get("KEY");
    if (key != "notify" && key != "bulk") {
        return failure(Problem::Usage,
                       fmt::format("\"{}\" is no setting of a contact", key),
                       "kith contacts set WHO bulk on");
    }
    if (value != "on" && value != "off") {
        return failure(Problem::Usage, fmt::format("\"{}\" is neither on nor off", value));
    }
    api::ContactSet change;
    change.who = arguments.get("WHO");
    (key == "bulk" ? change.bulk : change.notify) = value == "on";
    return changed(context, context.call(change), "is set");
}

api::Outcome<> contacts_accept_key(Context& context, const Arguments& arguments) {
    const std::string& who = arguments.get("WHO");
    KITH_TRY(
        const bool sure,
        context.ask().confirm("normal if they started anew; also what an attacker would cause. "
                              "Go on with the new key?"));
    if (!sure) return failure(Problem::InputNeeded, "nothing was changed");
    return changed(context,
                   context.call(api::ContactAcceptKey{who}),
                   "has a new key. Compare it: kith verify");
}

}  // namespace kith::cli::commands
