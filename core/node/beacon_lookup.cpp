// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/beacon_lookup.h"

namespace kith::node {
namespace {

Whereabouts whereabouts_of(const directory::Beacon& beacon, directory::Epoch epoch) {
    Whereabouts out;
    out.version = {epoch, beacon.revision};
    for (const auto& entry : beacon.content.endpoints) {
        out.endpoints.push_back({entry.device, entry.endpoint});
    }
    out.list = {beacon.content.list.seq, beacon.content.list.hash};
    out.boxes = beacon.content.boxes;
    out.effort = beacon.content.effort;
    out.open_to_strangers = beacon.content.stranger_desk;
    out.signer = beacon.signer;
    return out;
}

}  // namespace

Task<Result<Whereabouts>> BeaconLookup::ask(directory::EpochKeys keys,
                                            std::uint64_t known_seq,
                                            SteadyTime deadline,
                                            OnFound better) {
    // Shared with the directory, which may look at late records after this call.
    const auto shared = std::make_shared<const directory::EpochKeys>(std::move(keys));
    directory::Accept accept =
        [shared, known_seq, &clock = clock_](ByteView data) -> std::optional<directory::Revision> {
        const auto beacon = directory::read_beacon(data, *shared, clock.wall(), known_seq);
        if (!beacon) return std::nullopt;
        return beacon->revision;
    };
    directory::OnRecord on_better = [shared, known_seq, &clock = clock_, better](Bytes data) {
        const auto beacon = directory::read_beacon(data, *shared, clock.wall(), known_seq);
        if (beacon) better(whereabouts_of(*beacon, shared->epoch));
    };
    const directory::Slots slots = shared->slots;
    const auto found =
        co_await directory_.lookup(slots, std::move(accept), deadline, std::move(on_better));
    if (!found) co_return tl::unexpected(found.error());
    const auto beacon = directory::read_beacon(*found, *shared, clock_.wall(), known_seq);
    if (!beacon) co_return tl::unexpected(beacon.error());
    co_return whereabouts_of(*beacon, shared->epoch);
}

Task<Result<Whereabouts>> BeaconLookup::find(crypto::AccountKey account,
                                             crypto::ReachSecret reach,
                                             std::uint64_t known_seq,
                                             SteadyTime deadline,
                                             OnFound better) {
    const auto order = directory::ask_order(clock_.wall());
    Result<Whereabouts> last = fail(Code::NotFound, "no beacon");
    for (const auto epoch : order.epochs) {
        auto keys = directory::EpochKeys::derive(account, reach, epoch);
        if (!keys) co_return tl::unexpected(keys.error());
        last = co_await ask(*std::move(keys), known_seq, deadline, better);
        if (last || last.error().code != Code::NotFound) break;
        if (clock_.now() >= deadline) break;
    }
    co_return last;
}

}  // namespace kith::node
