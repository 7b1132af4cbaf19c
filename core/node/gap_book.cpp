// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/gap_book.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::node {
namespace {

using store::Table;

constexpr std::size_t row_max = 4096;

}  // namespace

GapBook::GapBook(store::Store& store)
    : store_(store),
      on_close_(store.on_close([this](store::Changes& changes) { flush(changes); })) {}

Result<> GapBook::load() {
    devices_.clear();
    dirty_.clear();
    Result<> read;
    KITH_CHECK(
        store_.scan(store::Scan{.table = Table::Gap}, [this, &read](ByteView key, ByteView row) {
            auto numbers = decode(row);
            store::Index index{};
            if (!numbers || key.size() != index.size()) {
                read = fail(Code::Corrupt, "the numbers of a sender cannot be read");
                return false;
            }
            std::ranges::copy(key, index.begin());
            devices_.emplace(index, *std::move(numbers));
            return true;
        }));
    return read;
}

// [chat, tracker, missing since in unix seconds or 0, told]
Bytes GapBook::encode(const Numbers& numbers) {
    Bytes out;
    const std::uint64_t since = numbers.missing_since ? unix_seconds(*numbers.missing_since) : 0;
    wire::Writer(out)
        .array(4)
        .bin(numbers.chat)
        .bin(numbers.tracker.encode())
        .uint(since)
        .boolean(numbers.told);
    return out;
}

Result<GapBook::Numbers> GapBook::decode(ByteView row) {
    wire::Reader in(row, row_max);
    in.tuple(4);
    Numbers out;
    out.chat = in.id<crypto::AccountKey>();
    const ByteView tracker = in.bin(0, row_max);
    const std::uint64_t since = in.u64();
    if (since != 0) out.missing_since = from_unix_seconds(since);
    out.told = in.boolean();
    if (!in.finish()) return fail(Code::Corrupt, "not the numbers of a sender");
    KITH_TRY(out.tracker, message::GapTracker::decode(tracker));
    return out;
}

void GapBook::observe(Transaction& step,
                      const crypto::AccountKey& chat,
                      const crypto::DeviceId& device,
                      std::uint64_t sequence,
                      Timestamp now) {
    if (sequence == 0) return;
    const store::Index& index = index_of(device);
    Numbers& numbers = devices_[index];
    numbers.chat = chat;
    if (numbers.tracker.observe(sequence) == message::GapTracker::Seen::Known) return;
    dirty_.insert(index);
    if (numbers.tracker.missing_count() > 0) {
        if (!numbers.missing_since) numbers.missing_since = now;
        return;
    }
    numbers.missing_since.reset();
    if (std::exchange(numbers.told, false)) step.events.push_back(GapRef{chat, 0, true});
}

bool GapBook::is_beyond(const crypto::DeviceId& device, std::uint64_t sequence) const {
    const auto found = devices_.find(index_of(device));
    return found != devices_.end() && sequence > found->second.tracker.highest();
}

const store::Index& GapBook::index_of(const crypto::DeviceId& device) const {
    const auto [at, is_new] = indices_.try_emplace(device);
    if (is_new) at->second = store_.index(Table::Gap, device);
    return at->second;
}

void GapBook::report(Transaction& step, Timestamp now) {
    for (auto& [index, numbers] : devices_) {
        if (numbers.told || !numbers.missing_since) continue;
        if (now - *numbers.missing_since < patience) continue;
        numbers.told = true;
        dirty_.insert(index);
        step.events.push_back(GapRef{numbers.chat, numbers.tracker.missing_count(), false});
    }
}

void GapBook::flush(store::Changes& changes) {
    for (const auto& index : dirty_)
        changes.put(Table::Gap, index, encode(devices_.at(index)));
    dirty_.clear();
}

}  // namespace kith::node
