// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/settings.h"

#include "core/crypto/hash.h"

#include <map>
#include <span>

namespace kith::mailbox {

namespace {

using Grants = std::map<crypto::DepositKey, wire::CapabilityGrant>;

Grants by_key(const std::vector<wire::CapabilityGrant>& grants) {
    Grants out;
    for (const wire::CapabilityGrant& grant : grants)
        out[crypto::DepositKey(grant.key)] = grant;
    return out;
}

crypto::Hash32 digest(std::span<const Bytes> parts) {
    if (parts.empty()) return {};
    crypto::Blake2b hash;
    for (const Bytes& part : parts)
        hash.update(be_bytes<std::uint32_t>(static_cast<std::uint32_t>(part.size()))).update(part);
    return hash.finish();
}

crypto::Hash32 digest_of(const Bytes& bundle) {
    return bundle.empty() ? crypto::Hash32{} : digest({&bundle, 1});
}

// What does not fit a frame goes into the next one.
class Steps {
  public:
    explicit Steps(std::uint32_t revision) : revision_(revision) {}

    SettingsStep& begin() {
        steps_.emplace_back();
        steps_.back().revision = revision_++;
        return steps_.back();
    }

    /// The last one that carries something; the first one after a reset.
    SettingsStep& last() {
        const bool none = steps_.empty() || steps_.back().revision == 0;
        return none ? begin() : steps_.back();
    }

    SettingsStep& open(bool has_room) { return has_room ? last() : begin(); }

    std::vector<SettingsStep> take() { return std::move(steps_); }

  private:
    std::uint32_t revision_;
    std::vector<SettingsStep> steps_;
};

}  // namespace

wire::CapSet SettingsStep::frame(std::uint32_t q, const crypto::LeaseId& lease) const {
    wire::CapSet out;
    out.q = q;
    out.lease = lease.array();
    out.revision = revision;
    out.add = add;
    for (const crypto::DepositKey& key : remove)
        out.remove.push_back(key.array());
    out.beacons.assign(beacons.begin(), beacons.end());
    if (!bundle.empty()) out.bundle = bundle;
    out.prekeys.assign(prekeys.begin(), prekeys.end());
    return out;
}

SettingsAtHost confirmed(const Settings& settings, std::uint32_t revision) {
    return {revision, settings.capabilities, digest(settings.beacons), digest_of(settings.bundle)};
}

std::vector<SettingsStep> plan_settings(const Settings& wanted,
                                        const SettingsAtHost& known,
                                        std::uint32_t revision,
                                        const std::vector<Bytes>& new_prekeys) {
    // A host at revision 0 knows nothing: what we tell begins at 1.
    const bool same = revision == known.revision && revision != 0;
    const bool forget = !same && revision != 0;
    const SettingsAtHost base = same ? known : SettingsAtHost{};
    Steps steps(forget ? 0 : revision + 1);
    if (forget) steps.begin();
    const Grants have = by_key(base.capabilities);
    const Grants want = by_key(wanted.capabilities);
    for (const auto& [key, grant] : have) {
        if (want.contains(key)) continue;
        const bool room = steps.last().remove.size() < wire::CapSet::max_capabilities;
        steps.open(room).remove.push_back(key);
    }
    for (const auto& [key, grant] : want) {
        const auto old = have.find(key);
        if (old != have.end() && old->second == grant) continue;
        const bool room = steps.last().add.size() < wire::CapSet::max_capabilities;
        steps.open(room).add.push_back(grant);
    }
    if (!wanted.beacons.empty() && digest(wanted.beacons) != base.beacons)
        steps.last().beacons = wanted.beacons;
    if (!wanted.bundle.empty() && digest_of(wanted.bundle) != base.bundle)
        steps.last().bundle = wanted.bundle;
    for (const Bytes& prekey : new_prekeys) {
        const bool room = steps.last().prekeys.size() < wire::CapSet::max_prekeys;
        steps.open(room).prekeys.push_back(prekey);
    }
    return steps.take();
}

}  // namespace kith::mailbox
