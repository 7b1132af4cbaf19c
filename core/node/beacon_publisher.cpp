// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/beacon_publisher.h"

#include "core/base/log.h"
#include "core/directory/record_rules.h"
#include "core/identity/device.h"

#include <algorithm>

namespace kith::node {
namespace {

// A put may take 14 s and its read-back five.
constexpr Duration publish_deadline = seconds(20);
// A new address waits no longer.
constexpr Duration find_deadline = seconds(2);

}  // namespace

BeaconPublisher::BeaconPublisher(directory::Directory& directory,
                                 transport::Transport& transport,
                                 const Profile& profile,
                                 Random& random,
                                 Clock& clock,
                                 std::vector<Endpoint> announce,
                                 const asio::any_io_executor& executor)
    : directory_(directory),
      transport_(transport),
      profile_(profile),
      random_(random),
      clock_(clock),
      announce_(std::move(announce)),
      scope_(executor),
      stop_(executor),
      wake_(executor) {}

void BeaconPublisher::start() {
    scope_.spawn(run());
}

Task<> BeaconPublisher::stop() {
    stop_.set();
    changed();
    co_await scope_.join();
}

// A publication under way, shared by who waits for it and who carries it out.
struct BeaconPublisher::Handed {
    explicit Handed(const asio::any_io_executor& executor) : settled(executor) {}

    AsyncEvent settled;  // has ended, or nobody waits for it any more
    std::optional<Result<directory::Published>> result;
};

void BeaconPublisher::changed() {
    failures_ = 0;
    wake_.set();
    // What is being published is out of date: the directory drops it for the next.
    if (handed_) handed_->settled.set();
}

void BeaconPublisher::addresses_changed() {
    if (endpoints() != told_) changed();
}

void BeaconPublisher::set_external(std::optional<Endpoint> external) {
    external_ = external;
    addresses_changed();
}

std::vector<Endpoint> BeaconPublisher::endpoints() const {
    if (!announce_.empty()) return announce_;
    std::vector<Endpoint> out;
    const auto add = [&out](const Endpoint& endpoint) {
        if (std::ranges::find(out, endpoint) == out.end()) out.push_back(endpoint);
    };
    if (external_) add(*external_);
    for (const Endpoint& bound : transport_.listening()) {
        Endpoint any = bound;
        any.port = 1;
        const bool wildcard = any.is_unspecified() ||
                              std::ranges::all_of(bound.is_v4() ? ByteView(bound.address).last(4)
                                                                : ByteView(bound.address),
                                                  [](std::uint8_t byte) { return byte == 0; });
        if (!wildcard) {
            add(bound);
            continue;
        }
        for (const auto& local : transport_.local_addresses()) {
            Endpoint endpoint{local.address, bound.port};
            if (endpoint.is_v4() == bound.is_v4() && !endpoint.is_loopback()) add(endpoint);
        }
    }
    // Addresses that work from everywhere first: a beacon holds four.
    std::stable_partition(
        out.begin(), out.end(), [](const Endpoint& one) { return !one.is_private(); });
    if (out.empty()) {
        // A host without a network still talks to itself.
        for (const Endpoint& bound : transport_.listening()) {
            if (bound.is_v4()) add(Endpoint::v4(127, 0, 0, 1, bound.port));
        }
    }
    return out;
}

Task<> BeaconPublisher::run() {
    while (!stop_.is_set()) {
        wake_.reset();
        const bool done = co_await publish_all();
        if (stop_.is_set()) co_return;
        const auto spread = static_cast<Duration::rep>(
            random_.below(static_cast<std::uint64_t>(2 * period_spread.count())));
        const Duration retry =
            std::min<Duration>(longest_retry, failed_retry * (1 << std::min(failures_, 10U)));
        failures_ = done ? 0 : failures_ + 1;
        const bool outdone = std::exchange(outdone_, false);
        Duration pause = done      ? period - period_spread + Duration(spread)
                         : outdone ? Duration(outdone_retry)
                                   : retry;
        // The next day is published before it begins.
        const Timestamp now = clock_.wall();
        const directory::Epoch next(directory::epoch_at(now).value() + 1);
        const Duration until = directory::epoch_start(next) - next_epoch_ahead - now;
        if (until > Duration::zero()) pause = std::min(pause, until + seconds(1));
        const Alarm alarm = clock_.call_after(pause, [this] { wake_.set(); });
        co_await wake_.wait();
        if (stop_.is_set()) co_return;
        co_await sleep_for(clock_, debounce, stop_);
    }
}

Task<bool> BeaconPublisher::publish_all() {
    const Timestamp now = clock_.wall();
    const directory::Epoch today = directory::epoch_at(now);
    std::vector<directory::Epoch> epochs{today};
    const directory::Epoch next(today.value() + 1);
    if (directory::epoch_start(next) - now < next_epoch_ahead) epochs.push_back(next);
    bool all = true;
    for (const auto& reach : profile_.published(now)) {
        for (const auto epoch : epochs) {
            const bool done = co_await publish(reach, epoch);
            all = all && done;
            if (wake_.is_set()) co_return false;
        }
    }
    if (all) published_ = true;
    co_return all;
}

std::uint32_t BeaconPublisher::highest_rev(directory::Epoch epoch) const {
    // The time of the day keeps the number rising over restarts without a look-up, in milliseconds
    // because a node may publish several times a second; what was given out in this run keeps it
    // rising when the clock goes back.
    const Duration since = clock_.wall() - (directory::epoch_start(epoch) - hours(24));
    const auto passed = std::clamp<std::int64_t>(
        std::chrono::floor<milliseconds>(since).count(), 1, 3 * std::int64_t{86'400'000});
    const auto by_time = static_cast<std::uint32_t>(8 * (passed - 1));
    const auto given = revs_.find(epoch);
    return given == revs_.end() ? by_time : std::max(by_time, given->second);
}

Task<bool> BeaconPublisher::publish(crypto::ReachSecret reach, directory::Epoch epoch) {
    const auto* const certificate = profile_.certificate(reach, epoch);
    if (!certificate) co_return false;
    const auto& account = profile_.stored().account;
    auto keys = directory::EpochKeys::derive(account.key, reach, epoch);
    if (!keys) co_return false;
    directory::BeaconContent content;
    content.list = {profile_.list().list().seq, profile_.list().hash16()};
    content.made = clock_.wall();
    const Asked asked = asked_ ? asked_(reach, epoch) : Asked();
    content.stranger_desk = asked.open;
    content.effort = asked.effort;
    if (boxes_) content.boxes = boxes_();
    told_ = endpoints();
    for (const Endpoint& endpoint : told_) {
        if (content.endpoints.size() == directory::beacon_endpoints) break;
        directory::BeaconEndpoint entry;
        entry.device = identity::call_id(profile_.device_id());
        entry.endpoint = endpoint;
        content.endpoints.push_back(entry);
    }
    const auto rev = directory::next_rev(highest_rev(epoch), 0);
    if (!rev) co_return false;
    revs_[epoch] = *rev;
    const directory::Revision told{certificate->reissue, *rev};
    const auto pair =
        directory::make_beacon(*keys,
                               directory::beacon_pair(account.beacon_seed, reach, epoch),
                               *certificate,
                               *rev,
                               content,
                               random_);
    if (!pair) {
        log::warn(log::Category::Directory, "no beacon: {}", pair.error().context);
        co_return false;
    }
    std::array<directory::Record, 2> records;
    for (std::size_t i = 0; i < records.size(); ++i) {
        records[i].slot = keys->slots[i];
        records[i].data = (*pair)[i];
    }
    const auto handed = std::make_shared<Handed>(scope_.executor());
    handed_ = handed;
    scope_.spawn(hand_in(std::move(records), handed));
    co_await handed->settled.wait();
    handed_.reset();
    if (!handed->result) co_return false;
    const auto& done = *handed->result;
    if (!done) {
        log::debug(log::Category::Directory, "beacon not published: {}", done.error().context);
        co_return false;
    }
    log::debug(log::Category::Directory, "beacon published, {} holders", done->holders);
    if (done->holders > 0) co_return true;
    co_await find_newer(keys->slots, epoch, told);
    co_return false;
}

// Holders keep what is newer and say nothing. An earlier beacon is newer when this clock was ahead
// at that time; the next one goes above it.
Task<> BeaconPublisher::find_newer(directory::Slots slots,
                                   directory::Epoch epoch,
                                   directory::Revision told) {
    // By the rules of those who store: a reader refuses what comes from a clock far ahead.
    directory::Accept newer =
        [slots, epoch, told](ByteView data) -> std::optional<directory::Revision> {
        for (const directory::Slot& slot : slots) {
            if (!directory::check_record(slot, data, epoch)) continue;
            const directory::Revision found = directory::revision_of(data);
            if (found.reissue == told.reissue && found.rev > told.rev) return found;
        }
        return std::nullopt;
    };
    const SteadyTime deadline = clock_.now() + find_deadline;
    directory::OnRecord only_first;
    const auto found =
        co_await directory_.lookup(slots, std::move(newer), deadline, std::move(only_first));
    if (!found) co_return;
    std::uint32_t& highest = revs_[epoch];
    highest = std::max(highest, directory::revision_of(*found).rev);
    outdone_ = true;
}

Task<> BeaconPublisher::hand_in(std::array<directory::Record, 2> records,
                                std::shared_ptr<Handed> handed) {
    const SteadyTime deadline = clock_.now() + publish_deadline;
    handed->result = co_await directory_.publish(std::move(records), deadline);
    handed->settled.set();
}

}  // namespace kith::node
