// SPDX-License-Identifier: GPL-3.0-or-later
// What the owner of mail keeps about its own hosts: which they are and how they did, the deposit
// keys it has given away, and what was collected where.
//
//   Table::MailboxOwner  0x01 || index(box id)           a host
//                        0x02 || index(whom it is for)   a deposit key given away
//                        0x03                            the announcement's number
//                        0x04 || box_id[:4] || eh[:8]    an envelope that a host served or was
//                                                        asked to delete
//                        0x05 || index(contact)          a contact whose notes are ignored
//                        0x06 || index(contact || entry) an entry of a note that is not in order
//                        0x07                            since when this device remembers
//                        0x08 || index(box id)           what we think of a host, of ours or where
//                                                        we leave mail for others
//
// Specification: docs/spec/mailbox.md#owner.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/time.h"
#include "core/mailbox/availability.h"
#include "core/mailbox/capability.h"
#include "core/mailbox/deposit_note.h"
#include "core/mailbox/lease.h"
#include "core/mailbox/settings.h"
#include "core/reputation/host_score.h"
#include "core/store/store.h"

#include <optional>
#include <vector>

namespace kith::store {

/// A peer that keeps our mail, kept it, or offers to.
struct OwnerHost {
    /// Part of the disk format.
    enum class Stage : std::uint8_t {
        Offered = 0,   ///< could be asked
        Leasing = 1,   ///< chosen; no lease yet
        Leased = 2,    ///< keeps our mail
        Draining = 3,  ///< no longer announced; collected until `expires`
    };

    crypto::MailboxKey key;
    mailbox::LeaseClass lease_class = mailbox::LeaseClass::Contact;
    Stage stage = Stage::Offered;
    bool pinned = false;
    bool dropped = false;  ///< by the user: not chosen again until it is pinned
    std::vector<Endpoint> endpoints;
    std::optional<crypto::AccountKey> account;  ///< whose device it is; nullopt: a volunteer
    std::uint64_t quota = 0;
    std::uint64_t offered_bytes = 0;
    Timestamp expires{};  ///< of the lease; while draining, of its last envelope
    mailbox::SettingsAtHost settings;
    std::uint64_t cursor = 0;  ///< of this device's pick-ups
    std::uint64_t complete_pickups = 0;
    Timestamp complete_pickup{};  ///< the last one; the clock's epoch: none yet
    mailbox::Availability availability;
    Timestamp stocked{};  ///< when it got its one-time prekeys; the clock's epoch: never

    crypto::BoxId id() const;

    friend bool operator==(const OwnerHost&, const OwnerHost&) = default;
};

/// A deposit key that was given away, and to whom: a contact's account key, a group's id, or an
/// invitation's id.
struct GivenCapability {
    Bytes whom;
    mailbox::CapabilityKind kind = mailbox::CapabilityKind::Contact;
    crypto::Seed32 seed;
    Timestamp expires{};
    /// The one that is still good for a while beside it.
    std::optional<crypto::DepositKey> previous;
    Timestamp previous_expires{};
    /// Hash of the newest announcement to this contact, its number left out; zero: none was made.
    crypto::Hash32 told;

    friend bool operator==(const GivenCapability&, const GivenCapability&) = default;
};

/// What we think of a host, and what proves it.
struct ScoredHost {
    crypto::BoxId box;
    reputation::HostScore score;
    std::uint32_t proven_losses = 0;
    Bytes last_evidence;  ///< the receipt that proved the last loss; else empty

    friend bool operator==(const ScoredHost&, const ScoredHost&) = default;
};

/// What became of an envelope at one of our hosts.
struct ServedEnvelope {
    bool served = false;
    bool deleted = false;
    Timestamp until{};  ///< may be forgotten then
};

/// An entry of a contact's note that is not in order yet.
struct OpenNote {
    crypto::AccountKey contact;
    mailbox::NoteEntry entry;
    /// Complete pick-ups of that host when the note came.
    std::uint64_t complete_pickups = 0;
    /// When the contact was asked for the receipt; the clock's epoch: not yet.
    Timestamp asked{};

    friend bool operator==(const OpenNote&, const OpenNote&) = default;
};

class MailboxOwnerTable {
  public:
    explicit MailboxOwnerTable(const Store& store) : store_(store) {}

    Result<std::vector<OwnerHost>> hosts() const;
    void put(Changes& changes, const OwnerHost& host) const;
    void erase_host(Changes& changes, const crypto::BoxId& id) const;

    Result<std::vector<GivenCapability>> given() const;
    Result<std::optional<GivenCapability>> given(ByteView whom) const;
    void put(Changes& changes, const GivenCapability& given) const;
    void erase_given(Changes& changes, ByteView whom) const;

    /// Number of the newest announcement; 0: none was made.
    Result<std::uint64_t> announcement_seq() const;
    void put_announcement_seq(Changes& changes, std::uint64_t seq) const;

    Result<ServedEnvelope> served(const mailbox::BoxMark& box,
                                  const mailbox::EnvelopeMark& envelope) const;
    void put_served(Changes& changes,
                    const mailbox::BoxMark& box,
                    const mailbox::EnvelopeMark& envelope,
                    const ServedEnvelope& row) const;
    /// Forgets what is too old, at most `limit` rows; gives how many.
    Result<std::size_t> forget_served(Changes& changes, Timestamp now, std::size_t limit) const;

    Result<bool> distrusts(const crypto::AccountKey& contact, Timestamp now) const;
    void put_distrust(Changes& changes, const crypto::AccountKey& contact, Timestamp until) const;

    /// What was collected before is not known here: the data were restored. The clock's epoch: all
    /// is known.
    Result<Timestamp> memory_since() const;
    void put_memory_since(Changes& changes, Timestamp since) const;

    Result<std::vector<ScoredHost>> scores() const;
    void put(Changes& changes, const ScoredHost& host) const;
    void erase_score(Changes& changes, const crypto::BoxId& id) const;

    Result<std::vector<OpenNote>> open_notes() const;
    void put(Changes& changes, const OpenNote& note) const;
    void erase(Changes& changes, const OpenNote& note) const;

  private:
    Bytes key(std::uint8_t kind, ByteView id) const;
    Bytes note_key(const OpenNote& note) const;

    const Store& store_;
};

}  // namespace kith::store
