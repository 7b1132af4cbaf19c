// SPDX-License-Identifier: GPL-3.0-or-later
// The master key of a profile, from its sealed file: opened by a passphrase, or without one by a
// key file beside it (then whoever has the disk has everything, and `kith init` says so).
//
// A passphrase comes from the prompt of a command (profile.unlock), from the file that
// KITH_PASSPHRASE_FILE names, or from systemd's LoadCredential= as "kith-passphrase"; never from a
// flag or a variable. docs/spec/store.md#keystore
#pragma once

#include "core/api/failure.h"
#include "core/base/profile_paths.h"
#include "core/base/worker.h"
#include "core/crypto/keys.h"
#include "core/identity/keyfile.h"

#include <optional>
#include <string>

namespace kith::daemon {

class Unlock {
  public:
    Unlock(const ProfilePaths& paths, Environment environment, Worker& worker, Random& random);

    /// How the key file is sealed; nullopt: the profile has none yet. newer-data, store-corrupt;
    /// forbidden: others can read it.
    api::Outcome<std::optional<identity::KeyfileMode>> mode() const;

    /// What opens the profile without a question; nullopt: a passphrase has to be asked for.
    /// bad-passphrase: the one that is configured is wrong.
    [[nodiscard]] Task<api::Outcome<std::optional<crypto::MasterKey>>> open_unattended();

    /// bad-passphrase. The passphrase is wiped.
    [[nodiscard]] Task<api::Outcome<crypto::MasterKey>> open_with(std::string passphrase);

    /// Makes a master key and its file; an empty passphrase means a key file beside it. Requires:
    /// mode() is nullopt.
    [[nodiscard]] Task<api::Outcome<crypto::MasterKey>> create(std::string passphrase);

    /// Seals a profile that has only a key file under a passphrase. Nothing to do when it is empty
    /// or the profile has one already.
    [[nodiscard]] Task<api::Outcome<>> change(std::string passphrase);

    /// Removes what create() made.
    void discard();

  private:
    api::Outcome<Bytes> sealed() const;
    api::Outcome<std::optional<std::string>> configured_passphrase() const;
    api::Outcome<crypto::MasterKey> open_with_key_file(const Bytes& sealed) const;
    [[nodiscard]] Task<Result<Bytes>> seal(std::shared_ptr<crypto::MasterKey> master,
                                           std::string passphrase);

    ProfilePaths paths_;
    Environment environment_;
    Worker& worker_;
    Random& random_;
};

/// Overwrites a text that was secret.
void wipe(std::string& text);

}  // namespace kith::daemon
