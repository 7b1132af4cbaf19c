// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox host under any history: two owners, three depositors, strangers, crashes, time. The
// input is a list of steps, two bytes each. Whatever comes: an envelope with a receipt of a contact
// is served until its owner deleted it or its term ended, the counters are what the rows say, and
// quotas hold. That changes fit the rows is asserted by MemoryBoxRows.
#include "tests/fuzz/property.h"
#include "tests/support/mailbox/box_world.h"

#include <algorithm>

namespace kith::fuzz {

using namespace mailbox;

struct Kept {
    Bytes envelope;
    std::size_t owner = 0;
    Timestamp expires{};
};

class History {
  public:
    History() {
        BoxLimits limits;
        limits.quota = std::uint64_t{25} << 20;
        world_.box->set_limits(limits);
        owners_.push_back(world_.owner(LeaseClass::Contact));
        owners_.push_back(world_.owner(LeaseClass::Volunteer));
        for (const std::size_t of : {0U, 0U, 1U})
            depositors_.emplace_back(world_.depositor(owners_[of]), of);
    }

    void step(std::uint8_t what, std::uint8_t how) {
        switch (what % 10) {
            case 0:
                leave(how);
                break;
            case 1:
                leave_again(how);
                break;
            case 2:
                forge(how);
                break;
            case 3:
                acknowledge(how);
                break;
            case 4:
                settings(how);
                break;
            case 5:
                world_.pass(minutes(how) * 10);
                break;
            case 6:
                world_.sweep();
                break;
            case 7:
                world_.restart();
                break;
            case 8:
                strange(how);
                break;
            case 9:
                renew(how);
                break;
        }
        KITH_ASSERT(world_.consistent());
        for (const LeaseView& lease : world_.box->leases())
            KITH_ASSERT(lease.used.bytes <= (std::uint64_t{80} << 20));
    }

    void check() {
        std::vector<HeldBatch> held;
        for (test::Owner& owner : owners_)
            if (world_.rows.rows().leases.contains(owner.lease))
                held.push_back(world_.collect(owner));
        for (const Kept& kept : kept_) {
            if (kept.expires <= world_.now.wall) continue;
            KITH_ASSERT(std::ranges::any_of(held, [&](const HeldBatch& batch) {
                return std::ranges::find(batch.items, kept.envelope, &HeldBatch::Item::envelope) !=
                       batch.items.end();
            }));
        }
    }

  private:
    void remember(const DepositOutcome& outcome, const Bytes& envelope, std::size_t owner) {
        const auto receipt = test::receipt_of(world_, outcome, envelope);
        KITH_ASSERT(receipt.has_value() == (outcome.accepted() != nullptr));
        if (receipt) kept_.push_back({envelope, owner, from_unix_seconds(receipt->expires)});
    }

    void leave(std::uint8_t how) {
        const auto& [depositor, owner] = depositors_[how % depositors_.size()];
        const Bytes envelope = world_.envelope(wire::envelope_sizes[how / 16 % 4]);
        const std::uint32_t ttl = 60U << (how % 16);
        remember(world_.deposit(depositor, envelope, ttl), envelope, owner);
    }

    void leave_again(std::uint8_t how) {
        if (kept_.empty()) return;
        const Kept kept = kept_[how % kept_.size()];
        for (const auto& [depositor, owner] : depositors_)
            if (owner == kept.owner)
                remember(world_.deposit(depositor, kept.envelope), kept.envelope, owner);
    }

    void forge(std::uint8_t how) {
        const auto& depositor = depositors_[how % depositors_.size()].first;
        const Bytes envelope = world_.envelope(1024);
        auto request = world_.deposit_request(depositor, envelope);
        std::get<wire::DepositCapability>(request.right).sig[how % 64] ^= 1;
        KITH_ASSERT(test::refusal_of(world_.deposit(depositor, request)).has_value());
    }

    void acknowledge(std::uint8_t how) {
        if (kept_.empty()) return;
        const Kept kept = kept_[how % kept_.size()];
        const auto outcome = world_.acknowledge(owners_[how / 128], {kept.envelope});
        if (outcome.accepted() == nullptr || outcome.accepted()->count == 0) return;
        std::erase_if(kept_, [&](const Kept& each) { return each.envelope == kept.envelope; });
    }

    void settings(std::uint8_t how) {
        test::Owner& owner = owners_[how % 2];
        wire::CapSet set;
        const auto& [depositor, of] = depositors_[how / 2 % depositors_.size()];
        if (how & 0x40) set.remove.push_back(depositor.key.public_key().array());
        if (how & 0x80) set.add.push_back(world_.grant_for(depositor));
        const Bytes beacon = world_.beacon(account_, world_.now.epoch);
        if (how & 0x20) set.beacons = {beacon};
        const Bytes prekey(165, how % 8);
        if (how & 0x10) set.prekeys = {prekey, prekey};
        (void)world_.cap_set(owner, set);
    }

    void strange(std::uint8_t how) {
        const Bytes envelope = world_.envelope(wire::envelope_sizes[how % 4]);
        const std::uint32_t work = 60U + 10U * how;
        WorkId id;
        id.mutable_view()[0] = how;
        (void)world_.deposit(world_.stranger(),
                             account_,
                             envelope,
                             {world_.now.epoch, work, static_cast<std::uint8_t>(how % 9)},
                             id);
        wire::GetBundle request;
        request.blinded = account_.array();
        request.want = how;
        world_.commit(world_.box->get_bundle(request, world_.now));
    }

    void renew(std::uint8_t how) {
        test::Owner& owner = owners_[how % 2];
        const auto outcome = world_.lease(owner, how > 250 ? 0 : (how + 1U) << 16);
        if (const auto* lease = outcome.accepted()) owner.revision = lease->revision;
    }

    test::BoxWorld world_;
    std::vector<test::Owner> owners_;
    std::vector<std::pair<test::Depositor, std::size_t>> depositors_;
    std::vector<Kept> kept_;
    crypto::BlindedAccountKey account_{std::array<std::uint8_t, 32>{42}};
};

void one_input(ByteView in) {
    History history;
    in = in.first(std::min<std::size_t>(in.size(), 64));
    for (; in.size() >= 2; in = in.subspan(2))
        history.step(in[0], in[1]);
    history.check();
}

}  // namespace kith::fuzz
