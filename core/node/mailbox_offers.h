// SPDX-License-Identifier: GPL-3.0-or-later
// Tells contacts that this device would keep their mail: when it was there for most of a week, or
// at once when its owner says that it is meant for that. All contacts know the same offer, and it
// is told again when it is not true any more. Strand only. Specification:
// docs/spec/mailbox.md#placement.
#pragma once

#include "core/base/async_scope.h"
#include "core/mailbox/host_offer.h"
#include "core/node/contact_book.h"
#include "core/node/mailbox_host.h"
#include "core/node/reachability.h"
#include "core/node/reachable_hours.h"
#include "core/node/sender.h"

namespace kith::node {

class MailboxOffers {
  public:
    static constexpr Duration period = minutes(1);
    /// Between two offers, when the addresses have changed, and when only the space has.
    static constexpr Duration address_pause = seconds(10);
    static constexpr Duration space_pause = hours(24);

    struct Parts {
        const MailboxHost& host;
        const ContactBook& contacts;
        Sender& sender;
        Commits& commits;
        const store::Store& store;
        Clock& clock;
        const Reachability& reachability;
        /// Where others reach this device, the best first.
        std::function<std::vector<Endpoint>()> endpoints;
        bool at_once = false;
        asio::any_io_executor executor;
    };

    explicit MailboxOffers(Parts parts);

    Result<> start();
    [[nodiscard]] Task<> stop();
    /// What memory knew beyond the disk is gone: reads it again.
    Result<> load();

    /// Somebody became a contact in this step.
    void opened(Transaction& step, const identity::Contact& contact);
    /// Looks whether there is something to tell, every minute and whenever that may be.
    void look();

    /// Contacts know of an offer.
    bool offered() const { return told_ && told_->offer.free_bytes != 0; }

  private:
    struct Told {
        mailbox::HostOffer offer;
        Timestamp when{};
    };

    [[nodiscard]] Task<> looking();
    void note_hour(Transaction& step);
    void tell(Transaction& step);
    /// As it would be told now; free 0 withdraws. nullopt: there is nothing to tell yet.
    std::optional<mailbox::HostOffer> offer() const;
    bool may_offer() const;
    bool due(const mailbox::HostOffer& offer) const;

    Parts parts_;
    store::MailboxServingTable table_;
    ReachableHours hours_;
    std::optional<Told> told_;
    AsyncScope scope_;
    AsyncEvent stop_;
};

}  // namespace kith::node
