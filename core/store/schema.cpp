// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/schema.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>

namespace kith::store {

namespace {

// Part of the disk format: never change a number, a name or erasability. A schema number goes up
// together with a step in migrate.cpp.
constexpr auto all = std::to_array<TableInfo>({
    {Table::Meta, "meta", 1, Family::Rows},
    {Table::Account, "account", 1, Family::Rows},
    {Table::Network, "network", 1, Family::Rows},
    {Table::Contact, "contact", 1, Family::Rows},
    {Table::Invite, "invite", 1, Family::Rows},
    {Table::PeerCache, "peer cache", 1, Family::Rows},
    {Table::Reputation, "reputation", 1, Family::Rows},
    {Table::Session, "session", 1, Family::Erasable},
    {Table::SkippedKey, "skipped", 1, Family::Erasable},
    {Table::Prekey, "prekey", 1, Family::Erasable},
    {Table::GroupChain, "group chain", 1, Family::Erasable},
    {Table::Mailbox, "mailbox", 1, Family::Rows},
    {Table::MailboxItem, "mailbox item", 1, Family::Rows},
    {Table::MailboxIndex, "mailbox index", 1, Family::Rows},
    {Table::MailboxDue, "mailbox due", 1, Family::Rows},
    {Table::MailboxOwner, "mailbox owner", 1, Family::Rows},
    {Table::MailboxCopy, "mailbox copy", 1, Family::Rows},
    {Table::Outbox, "outbox", 1, Family::Rows},
    {Table::Message, "message", 1, Family::Rows},
    {Table::MessageIndex, "message index", 1, Family::Index},
    {Table::Seen, "seen", 1, Family::Index},
    {Table::Receipt, "receipt", 1, Family::Rows},
    {Table::Chat, "chat", 1, Family::Rows},
    {Table::Delivery, "delivery", 1, Family::Rows},
    {Table::Gap, "gap", 1, Family::Rows},
    {Table::Event, "event", 1, Family::Rows},
    {Table::Consumer, "consumer", 1, Family::Rows},
    {Table::Trace, "trace", 1, Family::Rows},
});

constexpr std::array<std::uint8_t, table_numbers> make_places() {
    std::array<std::uint8_t, table_numbers> places{};
    for (auto& place : places)
        place = all.size();
    for (std::size_t i = 0; i < all.size(); ++i)
        places[static_cast<std::uint8_t>(all[i].table)] = static_cast<std::uint8_t>(i);
    return places;
}

constexpr auto places = make_places();

static_assert(std::ranges::is_sorted(all, {}, &TableInfo::table));

}  // namespace

std::span<const TableInfo> tables() {
    return all;
}

const TableInfo* find_table(std::uint8_t number) {
    if (number >= table_numbers || places[number] == all.size()) return nullptr;
    return &all[places[number]];
}

const TableInfo& info(Table table) {
    const TableInfo* found = find_table(static_cast<std::uint8_t>(table));
    KITH_ASSERT(found != nullptr);
    return *found;
}

}  // namespace kith::store
