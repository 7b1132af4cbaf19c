// SPDX-License-Identifier: GPL-3.0-or-later
// Answers GET_BUNDLE: what is needed to write to this account, for whoever can name it by its
// blinded key of the day. The name proves the address; who asks stays unknown.
#pragma once

#include "core/base/clock.h"
#include "core/base/rate.h"
#include "core/directory/epoch.h"
#include "core/node/link_table.h"
#include "core/node/prekey_stock.h"
#include "core/node/transaction.h"

#include <map>

namespace kith::node {

class AccountServe {
  public:
    /// Requests from one /24 or /64: a minute on average, at once. This host itself is not limited.
    static constexpr double per_minute = 10;
    static constexpr double burst = 30;
    static constexpr std::size_t max_sources = 1024;

    AccountServe(const Profile& profile,
                 PrekeyStock& prekeys,
                 Commits& commits,
                 LinkTable& links,
                 Random& random,
                 const Clock& clock)
        : profile_(profile),
          prekeys_(prekeys),
          commits_(commits),
          links_(links),
          random_(random),
          clock_(clock) {}

    void answer(PeerLink& link, const wire::GetBundle& request);

  private:
    struct Name {
        crypto::BlindedAccountKey blinded;
        crypto::ReachSecret reach;
    };

    bool allowed(const Endpoint& source);
    /// The reach secret under which we are called; nullptr: not us.
    const crypto::ReachSecret* named(const std::array<std::uint8_t, 32>& blinded);

    const Profile& profile_;
    PrekeyStock& prekeys_;
    Commits& commits_;
    LinkTable& links_;
    Random& random_;
    const Clock& clock_;
    std::map<NetworkPrefix, RateLimit> sources_;
    std::vector<Name> names_;  // of the epochs around names_epoch_
    directory::Epoch names_epoch_;
    std::vector<crypto::ReachSecret> names_reach_;
};

}  // namespace kith::node
