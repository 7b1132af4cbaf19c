// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/prekey_stock.h"

#include <algorithm>

namespace kith::node {
namespace {

using session::PrekeyKind;

template <class Key>
const session::OwnPrekey<Key>* newest(
    const std::map<std::uint32_t, session::OwnPrekey<Key>>& keys) {
    const session::OwnPrekey<Key>* out = nullptr;
    for (const auto& [id, key] : keys) {
        if (!out || key.made > out->made) out = &key;
    }
    return out;
}

}  // namespace

Result<> PrekeyStock::load() {
    KITH_TRY(keys_, table_.load());
    return success();
}

template <class Key>
bool PrekeyStock::make_due(store::Changes& changes,
                           std::map<std::uint32_t, session::OwnPrekey<Key>>& keys,
                           Random& random,
                           Timestamp now) {
    const auto* const last = newest(keys);
    const auto made = last ? std::optional(last->made) : std::nullopt;
    if (!session::prekey_due(session::kind_of<Key>, made, now)) return false;
    auto fresh = session::OwnPrekey<Key>::generate(random, now);
    while (keys.contains(fresh.id))
        fresh.id = random.u32();
    table_.put(changes, fresh);
    const std::uint32_t id = fresh.id;
    keys.emplace(id, std::move(fresh));
    return true;
}

Result<bool> PrekeyStock::rotate(store::Changes& changes,
                                 Random& random,
                                 Timestamp now,
                                 bool picked_up) {
    bool changed = make_due(changes, keys_.envelope, random, now);
    changed |= make_due(changes, keys_.signed_prekeys, random, now);
    const auto expire = [&](PrekeyKind kind, auto& keys, const auto& erase) -> Result<> {
        for (auto it = keys.begin(); it != keys.end();) {
            if (!session::prekey_deletable(kind, it->second.made, picked_up, now)) {
                ++it;
                continue;
            }
            KITH_CHECK(erase(it->first));
            it = keys.erase(it);
            changed = true;
        }
        return success();
    };
    const auto plain = [&](PrekeyKind kind) {
        return [this, &changes, kind](std::uint32_t id) {
            table_.erase(changes, kind, id);
            return success();
        };
    };
    KITH_CHECK(expire(PrekeyKind::Envelope, keys_.envelope, plain(PrekeyKind::Envelope)));
    KITH_CHECK(expire(PrekeyKind::OneTime, keys_.one_time, plain(PrekeyKind::OneTime)));
    KITH_CHECK(expire(PrekeyKind::Signed, keys_.signed_prekeys, [&](std::uint32_t id) {
        return table_.erase_signed(changes, id);
    }));
    return changed;
}

Result<Bytes> PrekeyStock::bundle(const Profile& profile,
                                  const crypto::ReachSecret& reach,
                                  Random& random) const {
    const auto* const envelope = newest(keys_.envelope);
    const auto* const signed_prekey = newest(keys_.signed_prekeys);
    if (!envelope || !signed_prekey) return fail(Code::NotFound, "no prekeys yet");
    const auto& signing = profile.stored().device.signing;
    session::BundleDevice device;
    device.envelope = envelope->sign(signing, profile.device_id());
    device.signed_prekey = signed_prekey->sign(signing, profile.device_id());
    const std::vector<session::BundleDevice> devices{device};
    return session::seal_bundle(session::bundle_key(profile.account(), reach),
                                profile.list().signed_list(),
                                devices,
                                crypto::draw_public<crypto::AeadNonce>(random));
}

std::optional<Bytes> PrekeyStock::hand_out(store::Changes& changes,
                                           const Profile& profile,
                                           const crypto::ReachSecret& reach,
                                           Random& random,
                                           Timestamp now) {
    if (keys_.one_time.size() >= max_one_time) return std::nullopt;
    auto fresh = session::OwnOneTimePrekey::generate(random, now);
    while (keys_.one_time.contains(fresh.id))
        fresh.id = random.u32();
    table_.put(changes, fresh);
    const auto record = fresh.sign(profile.stored().device.signing, profile.device_id());
    const std::uint32_t id = fresh.id;
    keys_.one_time.emplace(id, std::move(fresh));
    return session::seal_one_time(session::bundle_key(profile.account(), reach),
                                  record,
                                  crypto::draw_public<crypto::AeadNonce>(random));
}

std::vector<Bytes> PrekeyStock::hand_out_to_host(store::Changes& changes,
                                                 const Profile& profile,
                                                 Random& random,
                                                 Timestamp now) {
    std::vector<Bytes> out;
    if (keys_.one_time.size() + session::one_time_stock + kept_for_links > max_one_time) return out;
    const auto& reach = profile.stored().account.reach;
    while (out.size() < session::one_time_stock) {
        auto sealed = hand_out(changes, profile, reach, random, now);
        if (!sealed) break;
        out.push_back(*std::move(sealed));
    }
    return out;
}

Result<Bytes> PrekeyStock::envelope_record(const Profile& profile) const {
    const auto* const key = newest(keys_.envelope);
    if (!key) return fail(Code::NotFound, "no envelope key yet");
    return key->sign(profile.stored().device.signing, profile.device_id()).joined();
}

const crypto::EnvelopeKeyPair* PrekeyStock::find_envelope(std::uint32_t id) const {
    const auto found = keys_.envelope.find(id);
    return found == keys_.envelope.end() ? nullptr : &found->second.pair;
}

std::vector<std::uint32_t> PrekeyStock::envelope_ids() const {
    std::vector<std::uint32_t> out;
    for (const auto& [id, key] : keys_.envelope)
        out.push_back(id);
    return out;
}

const session::OwnSignedPrekey* PrekeyStock::find_signed(std::uint32_t id) const {
    const auto found = keys_.signed_prekeys.find(id);
    return found == keys_.signed_prekeys.end() ? nullptr : &found->second;
}

const session::OwnOneTimePrekey* PrekeyStock::find_one_time(std::uint32_t id) const {
    const auto found = keys_.one_time.find(id);
    return found == keys_.one_time.end() ? nullptr : &found->second;
}

void PrekeyStock::used(store::Changes& changes,
                       std::uint32_t signed_id,
                       std::optional<std::uint32_t> one_time_id,
                       const session::InitId& init) {
    table_.put_seen(changes, signed_id, init);
    if (!one_time_id) return;
    table_.erase(changes, PrekeyKind::OneTime, *one_time_id);
    keys_.one_time.erase(*one_time_id);
}

}  // namespace kith::node
