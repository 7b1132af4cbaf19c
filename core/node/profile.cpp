// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/profile.h"

#include <algorithm>

namespace kith::node {

Profile::Profile(store::Store& store, store::StoredAccount stored)
    : table_(store),
      stored_(std::move(stored)),
      own_(session::Party::of(stored_.account.key, stored_.device)),
      mark_(identity::ListMark::of(stored_.list)) {}

Result<std::unique_ptr<Profile>> Profile::load(store::Store& store) {
    KITH_TRY(auto stored, store::AccountTable(store).load());
    if (!stored) return std::unique_ptr<Profile>();
    return std::unique_ptr<Profile>(new Profile(store, *std::move(stored)));
}

Result<std::unique_ptr<Profile>> Profile::create(store::Store& store,
                                                 identity::Network network,
                                                 store::OwnNames names,
                                                 Random& random,
                                                 Timestamp now) {
    auto account = identity::Account::generate(random);
    auto device = identity::Device::generate(random);
    KITH_TRY(auto list, identity::first_device_list(*account.root, device, unix_seconds(now)));
    store::StoredAccount stored{std::move(account),
                                std::move(device),
                                std::move(list),
                                std::move(network),
                                std::move(names),
                                {},
                                {},
                                {}};
    auto profile = std::unique_ptr<Profile>(new Profile(store, std::move(stored)));
    store::Changes discarded;  // the caller writes everything at once
    profile->renew_certificates(discarded, random, now);
    return profile;
}

IdentityView Profile::view() const {
    IdentityView out;
    out.account = account();
    out.address = stored_.account.address();
    out.name = stored_.names.name;
    out.device_name = stored_.names.device;
    out.device = own_.device;
    out.network_name = stored_.names.network;
    out.private_network = !stored_.network.is_public();
    return out;
}

void Profile::rename(store::Changes& changes, std::string name) {
    stored_.names.name = std::move(name);
    table_.put_names(changes, stored_.names);
}

void Profile::new_reach(store::Changes& changes, Random& random, Timestamp now) {
    stored_.old_reach = store::OldReach{stored_.account.reach, now + old_reach_lifetime};
    stored_.old_certificates = std::move(stored_.certificates);
    stored_.certificates.clear();
    stored_.account.reach = crypto::draw_public<crypto::ReachSecret>(random);
    table_.put_account(changes, stored_.account);
    if (!renew_certificates(changes, random, now)) table_.put_reach(changes, stored_);
}

bool Profile::renew_certificates(store::Changes& changes, Random& random, Timestamp now) {
    if (!stored_.account.root) return false;
    const directory::Epoch today = directory::epoch_at(now);
    const auto ahead = std::ranges::count_if(stored_.certificates,
                                             [&](const auto& made) { return made.epoch >= today; });
    if (static_cast<std::size_t>(ahead) >= certificates_low) return false;
    // From yesterday on, for readers whose clock is behind.
    const directory::Epoch first(today.value() == 0 ? 0 : today.value() - 1);
    stored_.certificates = directory::issue_certificates(*stored_.account.root,
                                                         stored_.account.reach,
                                                         stored_.account.beacon_seed,
                                                         list_version(),
                                                         first,
                                                         directory::certificates_ahead,
                                                         stored_.certificates,
                                                         random);
    table_.put_reach(changes, stored_);
    return true;
}

const directory::Certificate* Profile::certificate(const crypto::ReachSecret& reach,
                                                   directory::Epoch epoch) const {
    const auto& list =
        reach == stored_.account.reach ? stored_.certificates : stored_.old_certificates;
    const auto found = std::ranges::find(list, epoch, &directory::Certificate::epoch);
    return found == list.end() ? nullptr : &*found;
}

std::vector<crypto::ReachSecret> Profile::published(Timestamp now) const {
    std::vector<crypto::ReachSecret> out{stored_.account.reach};
    if (stored_.old_reach && now < stored_.old_reach->until) {
        out.push_back(stored_.old_reach->reach);
    }
    return out;
}

}  // namespace kith::node
