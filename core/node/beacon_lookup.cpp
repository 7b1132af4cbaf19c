// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/beacon_lookup.h"

#include "core/directory/beacon_reader.h"

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
    const auto reader = std::make_shared<directory::BeaconReader>(std::move(keys), known_seq);
    directory::Accept accept =
        [reader, &clock = clock_](ByteView data) -> std::optional<directory::Revision> {
        const auto beacon = reader->read(data, clock.wall());
        if (!beacon) return std::nullopt;
        return beacon->revision;
    };
    const directory::Epoch epoch = reader->keys().epoch;
    directory::OnRecord on_better = [reader, epoch, &clock = clock_, better](Bytes data) {
        const auto beacon = reader->read(data, clock.wall());
        if (beacon) better(whereabouts_of(*beacon, epoch));
    };
    const directory::Slots slots = reader->keys().slots;
    const auto found =
        co_await directory_.lookup(slots, std::move(accept), deadline, std::move(on_better));
    if (!found) co_return tl::unexpected(found.error());
    const auto beacon = reader->read(*found, clock_.wall());
    if (!beacon) co_return tl::unexpected(beacon.error());
    co_return whereabouts_of(*beacon, epoch);
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
