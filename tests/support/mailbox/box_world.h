// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox host with its rows in memory, owners and depositors, for tests that read like the
// specification:
//
//   BoxWorld world;
//   Owner bob = world.owner(LeaseClass::Contact);
//   Depositor alice = world.depositor(bob);
//   auto out = world.deposit(alice, world.envelope(1024));
//
// Every call changes the rows as one batch and then counts as synced, unless hold_back is set.
#pragma once

#include "core/mailbox/box.h"
#include "core/mailbox/receipt.h"
#include "tests/support/mailbox/memory_box_rows.h"
#include "tests/support/seeded_random.h"

namespace kith::test {

struct Owner {
    crypto::LeaseKeyPair key;
    crypto::LeaseId lease;
    mailbox::HostLink link;
    std::uint32_t revision = 0;
};

struct Depositor {
    crypto::DepositKeyPair key;
    mailbox::HostLink link;
};

class BoxWorld {
  public:
    explicit BoxWorld(std::uint64_t seed = 1, mailbox::BoxLimits limits = {});

    // --- People ---------------------------------------------------------------------------------

    mailbox::HostLink link();
    /// With a lease of the class; a volunteer's owner has worked for it.
    Owner owner(mailbox::LeaseClass lease_class);
    /// Somebody who can ask for a lease.
    Owner someone();
    /// With a capability of this owner.
    Depositor depositor(Owner& owner, wire::CapabilityGrant grant = {});
    Depositor stranger();

    // --- Requests -------------------------------------------------------------------------------

    wire::LeaseReq lease_request(const Owner& owner, std::uint64_t bytes = 1 << 30) const;
    mailbox::Outcome<wire::Lease> lease(Owner& owner, std::uint64_t bytes = 1 << 30);
    mailbox::Outcome<wire::Lease> cap_set(Owner& owner, wire::CapSet set);
    wire::CapabilityGrant grant_for(const Depositor& depositor) const;

    /// Random bytes that look like an envelope for env_id.
    Bytes envelope(std::size_t size, std::uint32_t env_id = 7);
    wire::Deposit deposit_request(const Depositor& depositor,
                                  ByteView envelope,
                                  std::uint32_t ttl = 86400) const;
    mailbox::DepositOutcome deposit(const Depositor& depositor,
                                    ByteView envelope,
                                    std::uint32_t ttl = 86400);
    mailbox::DepositOutcome deposit(const Depositor& depositor, const wire::Deposit& request);
    /// By a stranger, with work that counts as checked. The refusal of screen(), if it refuses.
    mailbox::DepositOutcome deposit(const Depositor& stranger,
                                    const crypto::BlindedAccountKey& account,
                                    ByteView envelope,
                                    mailbox::WorkClaim claim,
                                    mailbox::WorkId work,
                                    std::uint32_t ttl = 86400);

    /// Everything behind the cursor in one pick-up.
    mailbox::HeldBatch collect(Owner& owner,
                               std::uint64_t cursor = 0,
                               std::vector<std::uint32_t> env_ids = {},
                               std::uint32_t bytes = 1 << 30);
    mailbox::AckOutcome acknowledge(const Owner& owner, const std::vector<Bytes>& envelopes);
    /// Fates, or the refusal's code beyond 0x80.
    Bytes stat(const Depositor& depositor, const std::vector<Bytes>& envelopes);
    void sweep();

    // --- The world ------------------------------------------------------------------------------

    /// Both clocks.
    void pass(Duration time);

    void step_wall(Duration step) { now.wall += step; }

    /// What a beacon in these tests is: A_e, D_e, epoch, filler. read_beacon() takes it apart.
    Bytes beacon(const crypto::BlindedAccountKey& account,
                 std::uint64_t epoch,
                 std::uint64_t revision = 1) const;

    /// The memory of the box equals that of one that reads the rows again.
    bool consistent() const;
    /// A crash and a start: what is not in the rows is gone.
    void restart();

    template <class Outcome>
    void commit(const Outcome& outcome) {
        rows.apply(outcome.changes);
    }

    SeededRandom random;
    crypto::MailboxKeyPair key;
    MemoryBoxRows rows;
    std::unique_ptr<mailbox::Box> box;
    mailbox::HostMoment now;

  private:
    mailbox::DepositOutcome finish(mailbox::DepositOutcome outcome);

    std::uint32_t next_q_ = 1;
    std::uint32_t next_source_ = 1;
};

/// The receipt of a deposit, checked against the host's key.
std::optional<mailbox::Receipt> receipt_of(const BoxWorld& world,
                                           const mailbox::DepositOutcome& outcome,
                                           ByteView envelope);

/// The code of a refusal; nullopt: accepted.
template <class Outcome>
std::optional<wire::RefuseCode> refusal_of(const Outcome& outcome) {
    const auto* refused = std::get_if<wire::Refuse>(&outcome.answer);
    return refused == nullptr ? std::nullopt : std::optional(refused->code);
}

std::array<std::uint8_t, 16> tag_bytes(ByteView envelope);

}  // namespace kith::test
