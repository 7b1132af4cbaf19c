// SPDX-License-Identifier: GPL-3.0-or-later
// This account on this device: keys, names, network, and the certificates by which it publishes.
#pragma once

#include "core/base/random.h"
#include "core/identity/known_devices.h"
#include "core/node/views.h"
#include "core/session/handshake.h"
#include "core/store/account_table.h"

#include <string>

namespace kith::node {

class Profile {
  public:
    /// How long an address still works after it was replaced.
    static constexpr Duration old_reach_lifetime = days(14);
    /// Certificates are made anew when fewer epochs than this are covered.
    static constexpr std::size_t certificates_low = 15;

    /// nullopt: no identity yet.
    static Result<std::unique_ptr<Profile>> load(store::Store& store);
    /// A new identity, not stored yet.
    static Result<std::unique_ptr<Profile>> create(store::Store& store,
                                                   identity::Network network,
                                                   store::OwnNames names,
                                                   Random& random,
                                                   Timestamp now);

    /// Writes all of it.
    void put(store::Changes& changes) const { table_.put(changes, stored_); }

    const crypto::AccountKey& account() const { return stored_.account.key; }

    const crypto::DeviceId& device_id() const { return own_.device; }

    const session::Party& party() const { return own_; }

    session::OwnParty own() const { return {own_, stored_.device.dh}; }

    const store::StoredAccount& stored() const { return stored_; }

    const identity::VerifiedDeviceList& list() const { return stored_.list; }

    const identity::ListMark& list_mark() const { return mark_; }

    const identity::Network& network() const { return stored_.network; }

    const std::string& name() const { return stored_.names.name; }

    IdentityView view() const;

    void rename(store::Changes& changes, std::string name);
    /// Takes a new reach secret; the old one is published for old_reach_lifetime.
    void new_reach(store::Changes& changes, Random& random, Timestamp now);

    /// Makes certificates for the coming epochs if too few are left. True: the rows changed.
    bool renew_certificates(store::Changes& changes, Random& random, Timestamp now);
    /// The certificate of an epoch for the current or the old reach secret; nullptr: none.
    const directory::Certificate* certificate(const crypto::ReachSecret& reach,
                                              directory::Epoch epoch) const;
    /// Reach secrets to publish under now: the current one, then the old one if it still counts.
    std::vector<crypto::ReachSecret> published(Timestamp now) const;

  private:
    Profile(store::Store& store, store::StoredAccount stored);

    directory::ListVersion list_version() const {
        return {stored_.list.list().seq, stored_.list.hash16()};
    }

    store::AccountTable table_;
    store::StoredAccount stored_;
    session::Party own_;
    identity::ListMark mark_;
};

}  // namespace kith::node
