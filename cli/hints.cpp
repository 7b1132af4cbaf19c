// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/hints.h"

#include "core/base/nearest.h"
#include "core/text/name.h"

#include <fmt/format.h>

namespace kith::cli {
namespace {

using api::Problem;

struct Hint {
    Problem problem;
    std::string_view command;
};

constexpr Hint hints[] = {
    {Problem::NotSetUp, "kith init --name \"Your Name\"   or: kith join LINK"},
    {Problem::NoDaemon, "kith daemon start"},
    {Problem::VersionClash, "kith daemon restart"},
    {Problem::Locked, "set KITH_PASSPHRASE_FILE to a file that holds the passphrase"},
    {Problem::NoContact, "kith contacts"},
    {Problem::Ambiguous, "name one by its address or id: kith contacts --json"},
    {Problem::NoMessage, "kith history WHO"},
    {Problem::NoInvite, "kith invite --list"},
    {Problem::InviteExpired, "ask for a new one: kith invite"},
    {Problem::InviteUsed, "ask for a new one: kith invite"},
    {Problem::InviteBroken, "copy the whole link again, in quotes: kith join 'LINK'"},
    {Problem::AddressBroken, "copy the whole address again"},
    {Problem::CursorGone, "kith listen --from start"},
    {Problem::Alone, "kith net bootstrap add HOST:PORT"},
    {Problem::Offline, "kith status"},
    {Problem::Timeout, "again with more time: --timeout 60"},
    {Problem::ClockOff, "sudo timedatectl set-ntp true"},
    {Problem::StoreReadOnly, "look at the disk, then: kith daemon restart"},
    {Problem::StoreCorrupt, "kith daemon logs"},
    {Problem::BadConfig, "kith config edit"},
    {Problem::OtherNetwork, "kith -p NAME join LINK"},
    {Problem::Internal, "kith daemon logs"},
    {Problem::Bug, "report it with: kith version; kith daemon logs"},
};

std::string nearest_name(std::string_view who, const std::vector<std::string>& names) {
    // Typed in another case is no mistake, so distances are measured on folded names.
    std::vector<std::string> keys;
    keys.reserve(names.size());
    for (const std::string& name : names)
        keys.push_back(text::name_key(name));
    const std::vector<std::string_view> views(keys.begin(), keys.end());
    const std::string typed = text::name_key(who);
    const auto found = nearest(typed, views);
    for (std::size_t i = 0; found && i < views.size(); ++i) {
        if (views[i] == *found) return names[i];
    }
    return {};
}

}  // namespace

void complete(api::Failure& failure, std::string_view who, const ContactNames& names) {
    if (failure.hint.empty()) {
        for (const Hint& hint : hints) {
            if (failure.is(hint.problem)) failure.hint = hint.command;
        }
    }
    if (failure.is(Problem::KeyChanged) && !who.empty()) {
        failure.hint = fmt::format("kith verify {0}   then: kith contacts accept-key {0}", who);
    }
    if (failure.is(Problem::NoContact) && failure.facts.empty() && !who.empty()) {
        const std::string meant = nearest_name(who, names());
        if (!meant.empty()) failure.facts.push_back(fmt::format("did you mean \"{}\"?", meant));
    }
}

}  // namespace kith::cli
