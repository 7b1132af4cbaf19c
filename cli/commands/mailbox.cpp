// SPDX-License-Identifier: GPL-3.0-or-later
// Who keeps our mail, and whose mail we keep.
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>

namespace kith::cli::commands {
namespace {

std::string state_words(const api::Mailbox& mailbox) {
    std::string out(to_string(mailbox.state));
    if (mailbox.rtt_ms) out += fmt::format(" {} ms", *mailbox.rtt_ms);
    if (mailbox.pinned) out += ", pinned";
    if (mailbox.lost > 0) out += fmt::format(", LOST {}", mailbox.lost);
    return out;
}

// What it did that it should not have done; of losses there is the host's own receipt.
std::string act_words(const api::Mailbox& mailbox) {
    std::string out;
    for (const auto& [act, count] : mailbox.acts) {
        if (act == "receipt") continue;
        out += (out.empty() ? "" : ", ") + one_line(act) + " " + one_line(count);
    }
    return out;
}

std::vector<std::string> row(const api::Mailbox& mailbox) {
    const bool keeps = mailbox.state != api::MailboxState::Offered;
    return {
        one_line(mailbox.name.value_or(mailbox.id)),
        one_line(mailbox.kind),
        state_words(mailbox),
        keeps ? fmt::format("{} of {}", size_words(mailbox.bytes), size_words(mailbox.quota)) : "",
        keeps ? fmt::format("{} collected", mailbox.collected) : "",
        keeps ? fmt::format("there {} % of the time", mailbox.availability) : "",
        mailbox.last_pickup ? "asked " + ago(*mailbox.last_pickup, wall_now()) : "",
        act_words(mailbox)};
}

void show(Output& out, const std::vector<api::Mailbox>& mailboxes) {
    out.objects(mailboxes);
    std::vector<std::vector<std::string>> rows;
    rows.reserve(mailboxes.size());
    for (const api::Mailbox& mailbox : mailboxes)
        rows.push_back(row(mailbox));
    out.lines(table(rows));
    if (mailboxes.empty()) {
        out.note(
            "none: a contact whose device is always on can keep your mail: "
            "kith mailbox serve contacts, on that device");
    }
}

void show(Output& out, const api::Serving& serving) {
    out.object(serving);
    std::vector<std::vector<std::string>> rows;
    rows.push_back({"for", one_line(serving.whom), serving.offered ? "offered to contacts" : ""});
    rows.push_back({"kept",
                    fmt::format("{} of {}", size_words(serving.bytes), size_words(serving.quota)),
                    fmt::format("{} deposits", serving.deposits)});
    if (serving.handing_over || serving.handed_over > 0) {
        rows.push_back({"handed over",
                        fmt::format("{} envelopes", serving.handed_over),
                        serving.handing_over ? "not done yet: leave the daemon running" : ""});
    }
    for (const auto& [reason, count] : serving.refusals)
        rows.push_back({"refused", one_line(reason), one_line(count)});
    for (const api::ServedMailbox& mailbox : serving.mailboxes) {
        rows.push_back({one_line(mailbox.kind),
                        one_line(mailbox.id.value_or("somebody")),
                        fmt::format("{} envelopes, {} of {}",
                                    mailbox.envelopes,
                                    size_words(mailbox.bytes),
                                    size_words(mailbox.quota))});
    }
    out.lines(table(rows));
}

}  // namespace

api::Outcome<> mailbox_list(Context& context, const Arguments&) {
    KITH_TRY(const auto mailboxes, context.call(api::MailboxList{}));
    show(context.out(), mailboxes);
    return {};
}

api::Outcome<> mailbox_use(Context& context, const Arguments& arguments) {
    KITH_TRY(const auto mailboxes, context.call(api::MailboxUse{arguments.get("WHO")}));
    show(context.out(), mailboxes);
    return {};
}

api::Outcome<> mailbox_drop(Context& context, const Arguments& arguments) {
    KITH_TRY(const auto mailboxes, context.call(api::MailboxDrop{arguments.get("WHO")}));
    show(context.out(), mailboxes);
    return {};
}

api::Outcome<> mailbox_serve(Context& context, const Arguments& arguments) {
    api::MailboxServe change;
    change.whom = arguments.get("off|contacts|network");
    if (arguments.has("--quota")) change.quota = arguments.get("--quota");
    KITH_TRY(const api::Serving serving, context.call(change));
    show(context.out(), serving);
    return {};
}

api::Outcome<> mailbox_stats(Context& context, const Arguments&) {
    KITH_TRY(const api::Serving serving, context.call(api::MailboxStats{}));
    show(context.out(), serving);
    return {};
}

}  // namespace kith::cli::commands
