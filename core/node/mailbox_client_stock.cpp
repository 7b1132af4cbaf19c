// SPDX-License-Identifier: GPL-3.0-or-later
// One-time prekeys that hosts hand out in our name, each once: a stock for each host, made anew
// when little is left, when half of their time is over, and when the host has forgotten everything.
#include "core/node/mailbox_client_run.h"

#include <algorithm>

namespace kith::node {
namespace {

// Half of the time in which they may be used: what a host hands out is good for two weeks at least.
constexpr Duration stock_term = days(15);

}  // namespace

void MailboxClient::count_stock(Run& run, const wire::Lease& answer) {
    const std::size_t own = own_index();
    if (!answer.prekeys || own >= answer.prekeys->size()) return;
    const std::size_t left = (*answer.prekeys)[own];
    // The moment tells when this device is about: it is drawn once, and kept.
    if (left >= session::one_time_refill_below) {
        run.refill_at.reset();
    } else if (!run.refill_at) {
        run.refill_at = session::refill_at(left, parts_.clock.wall(), parts_.random);
    }
}

std::size_t MailboxClient::own_index() const {
    const auto& devices = parts_.profile.list().list().devices;
    const auto own =
        std::ranges::find(devices, parts_.profile.device_id(), &identity::ListedDevice::id);
    return static_cast<std::size_t>(own - devices.begin());
}

bool MailboxClient::stock_due(const Run& run, const store::OwnerHost& host) const {
    if (host.stage != store::OwnerHost::Stage::Leased) return false;
    // Whoever is told everything anew has forgotten its prekeys as well.
    if (run.revision == 0 || run.revision != host.settings.revision) return true;
    const Timestamp now = parts_.clock.wall();
    return now - host.stocked >= stock_term || (run.refill_at && *run.refill_at <= now);
}

Task<Result<>> MailboxClient::stock_up(RunPtr run) {
    const auto* const host = book_.find(run->box);
    if (!host || !run->stock.empty() || !stock_due(*run, *host)) co_return success();
    const std::size_t own = own_index();
    KITH_CO_CHECK(parts_.commits.ready());
    Transaction step;
    auto sealed = parts_.prekeys.hand_out_to_host(
        step.changes, parts_.profile, parts_.random, parts_.clock.wall());
    if (sealed.empty()) co_return success();
    for (Bytes& prekey : sealed)
        prekey.insert(prekey.begin(), static_cast<std::uint8_t>(own));
    // The private halves are on disk before the public ones leave.
    KITH_CO_CHECK(co_await parts_.commits.commit(std::move(step)));
    run->stock = std::move(sealed);
    co_return success();
}

void MailboxClient::stocked(Run& run, store::OwnerHost& host) const {
    if (run.stock.empty()) return;
    run.stock.clear();
    run.refill_at.reset();
    host.stocked = from_unix_seconds(unix_seconds(parts_.clock.wall()));
}

void MailboxClient::on_reach(Transaction& step) {
    std::vector<crypto::BoxId> boxes;
    for (const auto& [box, host] : book_.hosts())
        boxes.push_back(box);
    for (const auto& box : boxes) {
        auto& host = *book_.find(box);
        // What lies there opens for the address of before.
        host.stocked = {};
        book_.put(step.changes, host);
        run_of(box)->stock.clear();
    }
    publication_.prekeys_changed();
    step.after.push_back([this, alive = std::weak_ptr<bool>(alive_)] {
        if (alive.expired()) return;
        look_soon();
        keep_driving();
    });
}

}  // namespace kith::node
