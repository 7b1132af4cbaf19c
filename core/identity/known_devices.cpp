// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/known_devices.h"

#include "core/base/refusal.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::identity {

namespace {

constexpr std::uint8_t row_version = 1;
// All rivals, all revocations, and room for what is around them.
constexpr std::size_t row_max = (1 + KnownDevices::max_rivals) * (limits::device_list_body + 128) +
                                KnownDevices::max_revoked * crypto::DeviceId::size_bytes + 256;

}  // namespace

std::string_view to_string(ListVerdict verdict) {
    switch (verdict) {
        case ListVerdict::New:
            return "new";
        case ListVerdict::Gap:
            return "gap";
        case ListVerdict::Same:
            return "same";
        case ListVerdict::Stale:
            return "stale";
        case ListVerdict::Equivocation:
            return "equivocation";
    }
    return "unknown";
}

// --- Marks --------------------------------------------------------------------------------------

ListMark ListMark::of(const VerifiedDeviceList& list) {
    ListMark mark;
    mark.seq = list.list().seq;
    std::ranges::copy(list.hash().view().first(mark.hash.size()), mark.hash.begin());
    return mark;
}

std::array<std::uint8_t, ListMark::size> ListMark::to_wire() const {
    std::array<std::uint8_t, size> out{};
    const auto number = be_bytes<std::uint64_t>(seq);
    std::ranges::copy(number, out.begin());
    std::ranges::copy(hash, out.begin() + number.size());
    return out;
}

ListMark ListMark::from_wire(ByteView wire) {
    ListMark mark;
    mark.seq = read_be<std::uint64_t>(wire);
    std::ranges::copy(wire.subspan(sizeof mark.seq, mark.hash.size()), mark.hash.begin());
    return mark;
}

ListFreshness compare(const ListMark& peer, const ListMark& ours) {
    if (peer.seq < ours.seq) return ListFreshness::PeerIsBehind;
    if (peer.seq > ours.seq) return ListFreshness::PeerIsAhead;
    return peer.hash == ours.hash ? ListFreshness::Equal : ListFreshness::Conflict;
}

// --- The acceptance rule ------------------------------------------------------------------------

ListVerdict KnownDevices::judge(const VerifiedDeviceList& list) const {
    if (!newest_) return ListVerdict::New;
    const std::uint64_t seq = list.list().seq;
    const std::uint64_t known = newest_->list().seq;
    if (seq < known) return ListVerdict::Stale;
    if (seq == known) return list == *newest_ ? ListVerdict::Same : ListVerdict::Equivocation;
    if (seq - known > 1) return ListVerdict::Gap;
    return list.list().previous == newest_->hash() ? ListVerdict::New : ListVerdict::Equivocation;
}

// What no newer list may undo.
Result<> KnownDevices::check_history(const DeviceList& list) const {
    for (const ListedDevice& device : list.devices) {
        if (was_revoked(device.id)) {
            return refuse(Code::Refused, "dl_revoked", "a revoked device is listed again");
        }
        const ListedDevice* before = newest_ ? newest_->list().find(device.id) : nullptr;
        if (before && before->added != device.added) {
            return refuse(Code::Refused, "dl_added", "a device changed when it was added");
        }
    }
    const auto is_new = [this](const Revocation& revocation) {
        return !was_revoked(revocation.device);
    };
    const auto more = static_cast<std::size_t>(std::ranges::count_if(list.revoked, is_new));
    if (revoked_.size() + more > max_revoked) {
        return fail(Code::QuotaExceeded, "an account with too many revoked devices");
    }
    return success();
}

void KnownDevices::keep_rival(const VerifiedDeviceList& list) {
    if (rivals_.size() == max_rivals) return;
    if (std::ranges::find(rivals_, list) == rivals_.end()) rivals_.push_back(list);
}

Result<ListVerdict> KnownDevices::accept(const VerifiedDeviceList& list) {
    if (list.list().account != account_) {
        return refuse(Code::Refused, "wrong_account", "device list of another account");
    }
    const ListVerdict verdict = judge(list);
    switch (verdict) {
        case ListVerdict::Stale:
        case ListVerdict::Same:
            return verdict;
        case ListVerdict::Equivocation:
            keep_rival(list);
            return verdict;
        case ListVerdict::New:
        case ListVerdict::Gap:
            break;
    }
    KITH_CHECK(check_history(list.list()));
    for (const Revocation& revocation : list.list().revoked)
        revoked_.insert(revocation.device);
    if (verdict == ListVerdict::Gap) gap_ = true;
    newest_ = list;
    return verdict;
}

Result<ListVerdict> KnownDevices::accept(const SignedDeviceList& list) {
    if (newest_ && newest_->signed_list() == list) return ListVerdict::Same;
    KITH_TRY(const auto verified, VerifiedDeviceList::verify(list, account_));
    return accept(verified);
}

const ListedDevice* KnownDevices::find(const crypto::DeviceId& device) const {
    const auto lists_it = [&device](const VerifiedDeviceList& list) {
        return list.list().find(device) != nullptr;
    };
    if (!newest_ || !std::ranges::all_of(rivals_, lists_it)) return nullptr;
    return newest_->list().find(device);
}

std::vector<ListedDevice> KnownDevices::reachable() const {
    std::vector<ListedDevice> out;
    if (!newest_) return out;
    for (const ListedDevice& device : newest_->list().devices) {
        if (find(device.id)) out.push_back(device);
    }
    return out;
}

// --- Saved form ---------------------------------------------------------------------------------

Bytes KnownDevices::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.map(newest_ ? 6 : 5).key("v").uint(row_version).key("ak").bin(account_);
    Bytes revoked;
    for (const crypto::DeviceId& device : revoked_)
        append(revoked, device);
    out.key("revoked").bin(revoked).key("gap").boolean(gap_);
    out.key("rivals").array(rivals_.size());
    for (const VerifiedDeviceList& rival : rivals_)
        out.bin(rival.signed_list().encode());
    if (newest_) out.key("newest").bin(newest_->signed_list().encode());
    return row;
}

namespace {

Result<VerifiedDeviceList> stored_list(ByteView wire) {
    KITH_TRY(const auto list, SignedDeviceList::decode(wire));
    return VerifiedDeviceList::trusted(list);
}

}  // namespace

Result<KnownDevices> KnownDevices::decode(ByteView row) {
    wire::Reader in(row, row_max);
    wire::StrMap map(in);
    const std::uint8_t version = map.key("v").u8();
    if (in.ok() && version != row_version) {
        return refuse(Code::UnsupportedVersion, "version", "device lists of another version");
    }
    KnownDevices known(map.key("ak").id<crypto::AccountKey>());
    const ByteView revoked = map.key("revoked").bin(0, row_max);
    in.require(revoked.size() % crypto::DeviceId::size_bytes == 0);
    known.gap_ = map.key("gap").boolean();
    std::vector<ByteView> rivals(map.key("rivals").array(0, max_rivals));
    for (ByteView& rival : rivals)
        rival = in.bin(0, row_max);
    const bool has_newest = map.has("newest");
    const ByteView newest = has_newest ? in.bin(0, row_max) : ByteView{};
    map.end();
    KITH_CHECK(in.finish());
    for (std::size_t at = 0; at < revoked.size(); at += crypto::DeviceId::size_bytes)
        known.revoked_.insert(crypto::DeviceId::copy_of(revoked.subspan(at)));
    for (const ByteView rival : rivals) {
        KITH_TRY(auto list, stored_list(rival));
        known.rivals_.push_back(std::move(list));
    }
    if (has_newest) {
        KITH_TRY(auto list, stored_list(newest));
        known.newest_ = std::move(list);
    }
    return known;
}

}  // namespace kith::identity
