// SPDX-License-Identifier: GPL-3.0-or-later
// The profile of this daemon on its way from sealed files to a running node and back:
//
//   not set up --create()--> ready --lock()--> locked --unlock()--> ready
//
// Everything that needs keys exists in the ready state only; locking destroys it.
#pragma once

#include "core/api/status.h"
#include "core/node/node.h"
#include "daemon/attempt_limit.h"
#include "daemon/unlock.h"

#include <functional>
#include <memory>

namespace kith::daemon {

/// The store, the ports and the node on them, as composition builds them around a master key.
class OpenedProfile {
  public:
    OpenedProfile() = default;
    OpenedProfile(const OpenedProfile&) = delete;
    OpenedProfile& operator=(const OpenedProfile&) = delete;
    /// Requires: stop() has returned.
    virtual ~OpenedProfile() = default;

    virtual node::Node& node() = 0;
    virtual const store::Store& store() const = 0;
    /// Bound addresses.
    virtual std::vector<Endpoint> listening() const = 0;
    /// In order: no new work, links, directory, last batch, store.
    [[nodiscard]] virtual Task<> stop() = 0;
};

class Profile {
  public:
    using Opened = api::Outcome<std::unique_ptr<OpenedProfile>>;

    /// What composition and the API lend.
    struct Hooks {
        /// Builds store, ports and node, and starts the node if it is set up.
        std::function<Task<Opened>(crypto::MasterKey master)> open;
        /// Before the first start of a new profile: a port that is free.
        std::function<api::Outcome<>()> before_create;
        /// A state has been reached: calls that waited can be taken.
        std::function<void()> settled;
        /// Ends what uses the node from outside: streams and calls. Awaited before it goes.
        std::function<Task<>()> let_go;
    };

    Profile(ProfilePaths paths, Unlock unlock, Clock& clock, Hooks hooks);

    /// Opens the profile if that needs no question. Any failure but bad-passphrase is of the
    /// daemon's start.
    [[nodiscard]] Task<api::Outcome<>> start();
    [[nodiscard]] Task<> stop();

    api::ProfileState state() const;

    /// Between two states: calls wait.
    bool busy() const { return busy_; }

    /// not-set-up, locked.
    api::Outcome<node::Node*> node() const;

    /// nullptr unless open.
    OpenedProfile* opened() const { return opened_.get(); }

    const ProfilePaths& paths() const { return paths_; }

    /// bad-passphrase, busy (too many tries).
    [[nodiscard]] Task<api::Outcome<>> unlock(std::string passphrase);
    [[nodiscard]] Task<api::Outcome<>> lock();
    /// exists; what Node::create_identity says. On failure nothing is left behind.
    [[nodiscard]] Task<api::Outcome<node::NewIdentity>> create(node::CreateOptions options,
                                                               std::string passphrase);

  private:
    [[nodiscard]] Task<api::Outcome<>> open(crypto::MasterKey master);
    [[nodiscard]] Task<> close();
    [[nodiscard]] Task<api::Outcome<node::NewIdentity>> make(node::CreateOptions options,
                                                             std::string passphrase);
    [[nodiscard]] Task<api::Outcome<node::NewIdentity>> make_identity(node::CreateOptions options);
    /// Removes what make() began. Only for a profile that did not exist before.
    [[nodiscard]] Task<> discard();

    ProfilePaths paths_;
    Unlock unlock_;
    Clock& clock_;
    Hooks hooks_;
    AttemptLimit attempts_;
    std::unique_ptr<OpenedProfile> opened_;
    bool sealed_ = false;  // there is a key file
    bool busy_ = true;     // until start() has looked: calls that come before it wait
};

/// Words of the user for what create_identity and the invitation calls refuse.
api::Failure invite_failure(const Error& error);

}  // namespace kith::daemon
