// SPDX-License-Identifier: GPL-3.0-or-later
// What we know about the hosts that keep our mail, or could, and the deposit keys that we gave
// away: the rows of store::MailboxOwnerTable, in memory. Strand only.
#pragma once

#include "core/mailbox/announcement.h"
#include "core/mailbox/placement.h"
#include "core/store/mailbox_owner_table.h"

#include <map>

namespace kith::node {

class MailboxClientBook {
  public:
    using Host = store::OwnerHost;
    using Given = store::GivenCapability;

    /// Offers that are remembered. Beyond: new ones are not taken up.
    static constexpr std::size_t max_hosts = 256;

    explicit MailboxClientBook(const store::Store& store) : table_(store) {}

    /// Reads everything. Before anything else, and again after a failed commit: pointers are void.
    Result<> load();

    const std::map<crypto::BoxId, Host>& hosts() const { return hosts_; }

    /// nullptr: never heard of. Valid until the next load() or erase().
    Host* find(const crypto::BoxId& box);
    const Host* find(const crypto::BoxId& box) const;
    /// By the first bytes of its id, as notes name it; one that keeps our mail, or did until now.
    const Host* find(const mailbox::BoxMark& mark) const;
    Host& add(Host host);
    void erase(store::Changes& changes, const crypto::BoxId& box);

    void put(store::Changes& changes, const Host& host) const { table_.put(changes, host); }

    const std::map<crypto::AccountKey, Given>& given() const { return given_; }

    /// nullptr: nothing was given to this contact.
    Given* given(const crypto::AccountKey& contact);
    Given& add(Given given);
    void erase_given(store::Changes& changes, const crypto::AccountKey& contact);

    void put(store::Changes& changes, const Given& given) const { table_.put(changes, given); }

    /// D itself. Derived once.
    const crypto::DepositKey& key_of(const Given& given) const;

    /// The number of the next announcement.
    std::uint64_t next_seq(store::Changes& changes);

    const store::MailboxOwnerTable& table() const { return table_; }

  private:
    store::MailboxOwnerTable table_;
    std::map<crypto::BoxId, Host> hosts_;

    struct Derived {
        Timestamp expires{};  // of the seed: another one has another end
        crypto::DepositKey key;
    };

    std::map<crypto::AccountKey, Given> given_;
    mutable std::map<crypto::AccountKey, Derived> derived_;
    std::uint64_t seq_ = 0;
};

/// It is asked for our mail: chosen, leased or drained.
bool is_active(const store::OwnerHost& host);
/// Placement has chosen it.
bool is_chosen(const store::OwnerHost& host);

/// How a host stands now, beside its row.
struct HostSituation {
    bool of_contact = true;  ///< its owner is a contact still
    unsigned missed = 0;     ///< polls in a row without an answer while we had a network
    double score = 0.67;     ///< S_box
    double conduct = 0.67;   ///< the same without losses
    bool alarm = false;      ///< its loss detector has fired
};

/// A host as placement sees it.
mailbox::HostCandidate candidate_of(const store::OwnerHost& host,
                                    const HostSituation& situation,
                                    Timestamp now);

/// How many deposit keys a host of this class takes.
std::size_t capabilities_at(mailbox::LeaseClass lease_class);

/// What this host should know now, but for invitations.
mailbox::Settings settings_for(const MailboxClientBook& book,
                               const store::OwnerHost& host,
                               Timestamp now);

/// Where this contact may leave mail with its key: hosts that have confirmed it.
std::vector<mailbox::AnnouncedHost> hosts_for(const MailboxClientBook& book,
                                              const store::GivenCapability& given);

/// The key was given anew and not all hosts know it yet: the one before is good enough meanwhile.
bool is_renewing(const MailboxClientBook& book, const store::GivenCapability& given, Timestamp now);

/// Tells two announcements apart, whatever their numbers are.
crypto::Hash32 digest_of(const mailbox::Announcement& announcement);

/// When the last envelope of a host that we leave has expired there. `trusted`: contacts may still
/// leave mail for a day, until they have heard of it.
Timestamp drained_at(const store::OwnerHost& host, bool trusted, Timestamp now);

}  // namespace kith::node
