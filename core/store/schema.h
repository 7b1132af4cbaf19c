// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of the store. Number, name and schema of a table are part of the disk format: the
// number is the first byte of each RocksDB key, the name and the schema are bound to each sealed
// row. Never renumber or rename; a dropped table keeps its number. docs/spec/store.md#tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace kith::store {

/// Numbers have gaps so that related tables can come to stand together later.
enum class Table : std::uint8_t {
    Meta = 0x01,          // the store's own: boot epoch, rewind mark
    Account = 0x02,       // account seed, device keys, reach secrets, own device list, network
    Network = 0x03,       // network secrets and names
    Contact = 0x10,       // peers: address, device list, trust, settings
    Invite = 0x11,        // invitations made and taken
    PeerCache = 0x12,     // addresses that worked, last beacons
    Reputation = 0x13,    // what was seen of peers; the desk of strangers
    Session = 0x20,       // erasable: sets of ratchet sessions by peer device
    SkippedKey = 0x21,    // erasable: message keys of late messages
    Prekey = 0x22,        // erasable: private prekeys and envelope keys
    GroupChain = 0x23,    // erasable: sender keys of groups
    Mailbox = 0x28,       // as a host: leases, capabilities, what is handed out for owners
    MailboxItem = 0x29,   // as a host: sealed envelopes of others
    MailboxIndex = 0x2a,  // as a host: which envelopes are held or remembered
    MailboxDue = 0x2b,    // as a host: when they go; says in its keys what quotas count
    MailboxOwner = 0x2c,  // as an owner: our hosts, deposit keys given away, what was served
    MailboxCopy = 0x2d,   // as a depositor: where contacts want mail, copies left there
    Outbox = 0x30,        // messages that wait for a receipt
    Message = 0x31,       // history, both directions
    MessageIndex = 0x32,  // message id to place in the history
    Seen = 0x33,          // ids of what was received, for exactly-once
    Receipt = 0x34,       // ids to acknowledge that are not yet in a receipt
    Chat = 0x35,          // what was read up to, one row a chat
    Delivery = 0x36,      // what recipients said about our messages, by runs
    Gap = 0x37,           // numbers that are missing, by sending device
    Event = 0x38,         // durable events with a cursor
    Consumer = 0x39,      // cursors of subscribers
    Trace = 0x3a,         // what happened to a message
};

/// Tables that RocksDB keeps together, with memory and files of their own.
enum class Family : std::uint8_t {
    Rows,
    /// Rows are sealed under a key that is destroyed hourly, so that what was deleted or
    /// overwritten cannot be read from old files (docs/spec/store.md#erasure).
    Erasable,
    /// Small rows under keys without order, asked for one at a time. Apart, because the place of a
    /// random key among large rows is expensive to find and to keep.
    Index,
};

struct TableInfo {
    Table table;
    std::string_view name;
    /// Version of the row format, bound to each row. A change needs a step in migrate.cpp.
    std::uint8_t schema;
    Family family;

    bool erasable() const { return family == Family::Erasable; }
};

/// All tables, in order of their numbers.
std::span<const TableInfo> tables();

/// Requires: a value of the enum.
const TableInfo& info(Table table);

/// Table numbers are below this: arrays can be indexed by them.
inline constexpr std::size_t table_numbers = 0x40;

/// nullptr for a number that is no table of this version.
const TableInfo* find_table(std::uint8_t number);

/// What the file `format-version` says. Newer data is refused untouched; older is migrated.
inline constexpr std::uint32_t format_version = 2;

}  // namespace kith::store
