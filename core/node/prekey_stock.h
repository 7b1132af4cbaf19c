// SPDX-License-Identifier: GPL-3.0-or-later
// This device's private prekeys: made in time, handed out in bundles, deleted in time.
#pragma once

#include "core/base/random.h"
#include "core/node/profile.h"
#include "core/session/prekey_bundle.h"
#include "core/store/prekey_table.h"

#include <optional>
#include <vector>

namespace kith::node {

class PrekeyStock {
  public:
    /// One-time prekeys that were handed out and not used yet. Beyond, bundles go without one.
    static constexpr std::size_t max_one_time = 2000;
    /// So many of them hosts cannot have: whoever empties hosts does not keep us from handing out
    /// our own.
    static constexpr std::size_t kept_for_links = 500;

    explicit PrekeyStock(store::Store& store) : table_(store) {}

    /// Before anything else, and again after a failed commit.
    Result<> load();

    /// Makes what is due and deletes what is over. True: something changed.
    Result<bool> rotate(store::Changes& changes, Random& random, Timestamp now, bool picked_up);

    /// The bundle of the account as this device gives it out, sealed for holders of the address.
    Result<Bytes> bundle(const Profile& profile,
                         const crypto::ReachSecret& reach,
                         Random& random) const;
    /// A fresh one-time prekey, sealed alike. The row is in `changes` and must be synced before the
    /// key leaves. nullopt: enough are out.
    std::optional<Bytes> hand_out(store::Changes& changes,
                                  const Profile& profile,
                                  const crypto::ReachSecret& reach,
                                  Random& random,
                                  Timestamp now);

    /// As many as a mailbox holds, for the newest address; empty when enough are out.
    std::vector<Bytes> hand_out_to_host(store::Changes& changes,
                                        const Profile& profile,
                                        Random& random,
                                        Timestamp now);

    /// The newest envelope key as contacts are told it, body || sig. NotFound: none yet.
    Result<Bytes> envelope_record(const Profile& profile) const;
    /// The private key that opens envelopes for this id; nullptr: deleted, or never ours.
    const crypto::EnvelopeKeyPair* find_envelope(std::uint32_t id) const;
    /// Ids of all envelope keys, for which mailboxes are asked.
    std::vector<std::uint32_t> envelope_ids() const;

    /// nullptr: deleted, or never ours.
    const session::OwnSignedPrekey* find_signed(std::uint32_t id) const;
    const session::OwnOneTimePrekey* find_one_time(std::uint32_t id) const;

    Result<bool> seen(std::uint32_t signed_id, const session::InitId& init) const {
        return table_.seen(signed_id, init);
    }

    /// A handshake was taken up: it will not work again, and its one-time prekey is gone.
    void used(store::Changes& changes,
              std::uint32_t signed_id,
              std::optional<std::uint32_t> one_time_id,
              const session::InitId& init);

  private:
    template <class Key>
    bool make_due(store::Changes& changes,
                  std::map<std::uint32_t, session::OwnPrekey<Key>>& keys,
                  Random& random,
                  Timestamp now);

    store::PrekeyTable table_;
    store::StoredPrekeys keys_;
};

}  // namespace kith::node
