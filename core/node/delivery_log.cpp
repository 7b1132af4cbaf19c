// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/delivery_log.h"

#include <algorithm>
#include <set>

namespace kith::node {
namespace {

using store::Table;

constexpr std::array all_outcomes{
    Outcome::Delivered, Outcome::Read, Outcome::Failed, Outcome::Expired};

// prefix = chat index 16 || outcome 1; then device 16 || last order 8. Value: first order, unix ms.
constexpr std::size_t prefix_size = 17;
constexpr std::size_t key_size = prefix_size + 16 + 8;

Bytes row_key(ByteView prefix, const crypto::DeviceId& device, std::uint64_t last) {
    Bytes key = concat(prefix, device);
    append_be<std::uint64_t>(key, last);
    return key;
}

Bytes row_value(const Run& run) {
    Bytes value;
    append_be<std::uint64_t>(value, run.first);
    append_be<std::uint64_t>(value, unix_millis(run.time));
    return value;
}

Result<Run> parse(ByteView key, ByteView value) {
    if (key.size() != key_size || value.size() != 16) {
        return fail(Code::Corrupt, "a delivery row cannot be read");
    }
    Run run;
    run.last = read_be<std::uint64_t>(key.last(8));
    run.first = read_be<std::uint64_t>(value);
    run.time = from_unix_millis(read_be<std::uint64_t>(value.subspan(8)));
    return run;
}

}  // namespace

MessageState to_state(Outcome outcome) {
    switch (outcome) {
        case Outcome::Delivered:
            return MessageState::Delivered;
        case Outcome::Read:
            return MessageState::Read;
        case Outcome::Failed:
            return MessageState::Failed;
        case Outcome::Expired:
            return MessageState::Expired;
        case Outcome::Stored:
            return MessageState::Stored;
    }
    return MessageState::Queued;
}

Bytes DeliveryLog::prefix(const crypto::AccountKey& chat, Outcome outcome) const {
    Bytes out = to_bytes(store_.index(Table::Delivery, chat));
    out.push_back(static_cast<std::uint8_t>(outcome));
    return out;
}

void DeliveryLog::put(store::Changes& changes,
                      const crypto::AccountKey& chat,
                      Outcome outcome,
                      const crypto::DeviceId& device,
                      const Run& run) const {
    changes.put(Table::Delivery, row_key(prefix(chat, outcome), device, run.last), row_value(run));
}

Result<> DeliveryLog::take_back(store::Changes& changes,
                                const crypto::AccountKey& chat,
                                Outcome outcome,
                                const crypto::DeviceId& device,
                                std::uint64_t order) const {
    const Bytes rows = prefix(chat, outcome);
    const Bytes from = row_key(rows, device, order);
    const Bytes of_device = concat(rows, device);
    std::optional<Run> found;
    store::Scan walk{.table = Table::Delivery, .prefix = of_device, .from = from, .limit = 1};
    KITH_CHECK(store_.scan(walk, [&found](ByteView key, ByteView value) {
        if (auto run = parse(key, value)) found = *run;
        return false;
    }));
    if (!found || found->first > order) return success();
    changes.erase(Table::Delivery, row_key(rows, device, found->last));
    if (found->first < order)
        put(changes, chat, outcome, device, {found->first, order - 1, found->time});
    if (order < found->last)
        put(changes, chat, outcome, device, {order + 1, found->last, found->time});
    return success();
}

Result<std::multimap<std::uint64_t, DeviceOutcome>> DeliveryLog::load(
    const crypto::AccountKey& chat, std::uint64_t first, std::uint64_t last) const {
    std::multimap<std::uint64_t, DeviceOutcome> out;
    for (const Outcome outcome : all_outcomes) {
        const Bytes rows = prefix(chat, outcome);
        // Rows stand by device, then order: from each device, jump straight to the first run that
        // can matter, and from its last one to the next device.
        Bytes from = row_key(rows, crypto::DeviceId(), 0);
        for (bool more = true; more;) {
            more = false;
            Result<> parsed;
            store::Scan walk{.table = Table::Delivery, .prefix = rows, .from = from};
            KITH_CHECK(store_.scan(walk, [&](ByteView key, ByteView value) {
                const auto run = parse(key, value);
                if (!run) {
                    parsed = fail(run.error().code, run.error().context);
                    return false;
                }
                auto device = crypto::DeviceId::copy_of(key.subspan(prefix_size));
                if (run->last < first) {  // only the first row of a device
                    from = row_key(rows, device, first);
                    more = true;
                    return false;
                }
                for (auto order = std::max(first, run->first); order <= std::min(last, run->last);
                     ++order) {
                    out.emplace(order, DeviceOutcome{outcome, device, run->time});
                }
                if (run->last < last) return true;
                from = row_key(rows, device, ~std::uint64_t{0});
                from.push_back(0);  // just behind every row of this device
                more = true;
                return false;
            }));
            KITH_CHECK(parsed);
        }
    }
    return out;
}

std::optional<DeviceOutcome> best(const std::multimap<std::uint64_t, DeviceOutcome>& outcomes,
                                  std::uint64_t order) {
    // A late receipt still counts after a failure was shown.
    const auto rank = [](Outcome outcome) {
        switch (outcome) {
            case Outcome::Read:
                return 4;
            case Outcome::Delivered:
                return 3;
            case Outcome::Expired:
                return 2;
            case Outcome::Failed:
                return 1;
            case Outcome::Stored:
                return 0;
        }
        return 0;
    };
    std::optional<DeviceOutcome> out;
    const auto [begin, end] = outcomes.equal_range(order);
    for (auto it = begin; it != end; ++it) {
        if (!out || rank(it->second.outcome) > rank(out->outcome)) out = it->second;
    }
    return out;
}

}  // namespace kith::node
