// SPDX-License-Identifier: GPL-3.0-or-later
// How the courier gets keys and begins sessions: the other half of courier.h.
#include "core/identity/device.h"
#include "core/node/courier.h"

namespace kith::node {

Task<Result<>> Courier::fetch_keys(crypto::AccountKey account, SteadyTime deadline) {
    const auto* const contact = parts_.contacts.find(account);
    if (!contact || !contact->reach) {
        co_return fail(Code::NotFound, "no address of this contact is known");
    }
    const crypto::ReachSecret reach = *contact->reach;
    const auto epoch = directory::epoch_at(parts_.clock.wall());
    const auto keys = directory::EpochKeys::derive(account, reach, epoch);
    if (!keys) co_return tl::unexpected(keys.error());
    wire::GetBundle request;
    request.blinded = keys->account.array();
    request.want = wire::GetBundle::want_bundle | wire::GetBundle::want_one_time;
    const auto fetched = co_await ask_for_bundle(account, request, deadline);
    if (!fetched) co_return tl::unexpected(fetched.error());
    co_return take_bundle(account, reach, *fetched);
}

Task<Result<LinkTable::Fetched>> Courier::ask_for_bundle(crypto::AccountKey account,
                                                         wire::GetBundle request,
                                                         SteadyTime deadline) {
    const auto* const contact = parts_.contacts.find(account);
    if (!contact) co_return fail(Code::NotFound, "no such contact");
    // A live link of the account knows best.
    for (const auto& device : contact->devices.reachable()) {
        PeerLink* const link = parts_.links.find(device.id);
        if (!link) continue;
        LinkTable::Fetched fetched;
        fetched.from = link->info().remote;
        auto answer = co_await link->ask(request, deadline);
        if (!answer || answer->type != wire::FrameType::Bundle) break;
        fetched.body = std::move(answer->body);
        co_return fetched;
    }
    std::map<crypto::CallId, std::vector<Endpoint>> ways;
    for (const auto& device : contact->devices.reachable()) {
        for (const auto& endpoint : contact->endpoints_of(device.id)) {
            ways[identity::call_id(device.id)].push_back(endpoint);
        }
    }
    if (const auto& beacon = errands_[account].beacon) {
        for (const auto& seen : beacon->endpoints)
            ways[seen.device].push_back(seen.endpoint);
    }
    Result<LinkTable::Fetched> last = fail(Code::NotFound, "no address of this contact is known");
    const auto boxes =
        beacon(account) ? beacon(account)->boxes : std::vector<directory::BeaconBox>();
    // Half of the time is left for its mailboxes.
    const SteadyTime now = parts_.clock.now();
    const SteadyTime by_devices = boxes.empty() ? deadline : now + (deadline - now) / 2;
    for (const auto& [cid, endpoints] : ways) {
        transport::DeviceCallee callee;
        callee.account = account;
        callee.cid = cid;
        last = co_await parts_.links.fetch_bundle(callee, endpoints, request, by_devices);
        if (last || stopping_) co_return last;
    }
    for (const auto& box : boxes) {
        const transport::BoxCallee callee{box.id};
        std::vector<Endpoint> where(1, box.endpoint);
        last = co_await parts_.links.fetch_bundle(callee, std::move(where), request, deadline);
        if (last || stopping_) break;
    }
    co_return last;
}

Result<> Courier::take_bundle(const crypto::AccountKey& account,
                              const crypto::ReachSecret& reach,
                              const LinkTable::Fetched& fetched) {
    KITH_TRY(const auto answer, wire::BundleAnswer::decode(fetched.body));
    if (!answer.bundle) return fail(Code::NotFound, "they gave no keys");
    const Timestamp now = parts_.clock.wall();
    const auto key = session::bundle_key(account, reach);
    const auto* const told = beacon(account);
    const auto hint = told ? told->list : session::ListHint();
    KITH_TRY(const auto bundle, session::open_bundle(key, account, *answer.bundle, hint, now));
    KITH_CHECK(parts_.commits.ready());
    auto* const contact = parts_.contacts.find(account);
    if (!contact) return fail(Code::NotFound, "no such contact");
    KITH_CHECK(contact->devices.accept(bundle.list.signed_list()));
    Transaction step;
    for (const auto& keys : bundle.devices) {
        std::optional<session::NumberedOneTimePrekey> one_time;
        for (const auto sealed : answer.one_time) {
            const auto record = session::open_one_time(key, sealed);
            if (!record) continue;
            const auto checked = session::verify_prekey<crypto::OneTimePrekey>(
                *record, keys.party.device, keys.party.signing, now);
            if (checked) one_time = session::NumberedOneTimePrekey{checked->id, checked->key};
        }
        KITH_CHECK(begin_session(step, *contact, keys, one_time));
        if (keys_) keys_(account, keys);
    }
    KITH_CHECK(parts_.sender.spread(step, *contact));
    parts_.contacts.put(step.changes, *contact);
    parts_.commits.join(std::move(step));
    return success();
}

Result<> Courier::begin_session(Transaction& step,
                                const identity::Contact& contact,
                                const session::BundleKeys& keys,
                                const std::optional<session::NumberedOneTimePrekey>& one_time) {
    const crypto::DeviceId device = keys.party.device;
    if (!keys.signed_prekey || !contact.devices.find(device)) return success();
    KITH_TRY(session::SessionSet* const set, parts_.sessions.open(device));
    const bool renewal = renewals_.erase(device) > 0;
    if (set->active() && !renewal) return success();
    const Timestamp now = parts_.clock.wall();
    const session::ResponderPublic peer{
        keys.party, {keys.signed_prekey->id, keys.signed_prekey->key}, one_time};
    KITH_TRY(auto session,
             session::Session::initiate(parts_.profile.own(), peer, parts_.random, now));
    std::optional<crypto::SessionId> lost;
    if (set->active()) lost = set->active()->id();
    message::Reset reset;
    reset.lost = lost;
    for (const auto& progress : set->progress()) {
        if (reset.have.size() < 3) {
            reset.have.push_back({progress.session, progress.chain, progress.read});
        }
    }
    const auto change = set->begin(std::move(session), now);
    parts_.sessions.touch(step.changes, *set, change);
    if (!renewal) return success();
    set->resets().record(now);
    reset.nonce = parts_.random.array<16>();
    Lane* const lane = parts_.outbox.lane(device);
    const std::uint64_t last = lane ? lane->last() : 0;
    parts_.sender.say(step, contact, reset);
    if (lane) KITH_CHECK(parts_.sender.repeat(step, *lane, last));
    return success();
}

Result<> Courier::flush_ready(const crypto::AccountKey& account) {
    KITH_CHECK(parts_.commits.ready());
    Transaction step;
    if (prepare_) {
        KITH_CHECK(prepare_(step, account));
    }
    for (const auto& [device, lane] : parts_.outbox.lanes()) {
        if (lane->account() != account || device == account_lane(account)) continue;
        for (bool more = true; more;) {
            KITH_TRY(more, parts_.sender.flush(step, *lane));
        }
    }
    if (!step.changes.empty()) parts_.commits.join(std::move(step));
    return success();
}

}  // namespace kith::node
