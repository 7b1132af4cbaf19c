// SPDX-License-Identifier: GPL-3.0-or-later
// A mailbox that stops hands what it holds for contacts who are away to their other mailboxes, as
// any contact would leave it there: same bytes, so what they have already costs one round trip.
// What it has signed for it serves on all the same. Strand only. Specification:
// docs/spec/mailbox.md#hand-off.
#pragma once

#include "core/base/async_scope.h"
#include "core/mailbox/announcement.h"
#include "core/node/link_table.h"
#include "core/node/mailbox_host.h"

#include <functional>
#include <memory>
#include <set>

namespace kith::node {

class MailboxHandOff {
  public:
    /// Contacts who are about collect first.
    static constexpr Duration grace = minutes(1);
    /// Until what nobody took is tried again.
    static constexpr Duration retry_every = minutes(15);
    /// Envelopes on their way to one host.
    static constexpr std::size_t in_flight = 16;

    /// Where a contact wants its mail, and the key that it gave us.
    using Where = std::function<std::optional<mailbox::Announcement>(const crypto::AccountKey&)>;

    struct Parts {
        const MailboxHost& host;
        LinkTable& links;
        Commits& commits;
        const store::Store& store;
        Clock& clock;
        asio::any_io_executor executor;
        Where where;
    };

    explicit MailboxHandOff(Parts parts);

    void start();
    [[nodiscard]] Task<> stop();
    /// `mailbox.serve` is another.
    void changed();

    /// Envelopes that others have signed for, since the start.
    std::uint64_t handed_over() const { return handed_over_; }

    /// All is handed over, or nobody is there to take it: this device may go. Says nothing while it
    /// serves.
    bool settled() const { return open_.empty() && looked_; }

  private:
    /// One contact's mailbox here.
    struct Errand {
        crypto::AccountKey contact;
        crypto::LeaseKey owner;
    };

    struct Attempt;
    enum class Outcome : std::uint8_t { Settled, Later, Elsewhere };

    [[nodiscard]] Task<> working();
    [[nodiscard]] Task<> hand_over_all();
    /// True: nothing is left.
    [[nodiscard]] Task<bool> hand_over(Errand errand);
    [[nodiscard]] Task<bool> hand_over_to(Errand errand,
                                          mailbox::AnnouncedHost to,
                                          std::shared_ptr<const crypto::DepositKeyPair> key);
    [[nodiscard]] Task<> leave(std::shared_ptr<Attempt> attempt);
    static Outcome read(Attempt& attempt, const PeerLink::Answer& answer);
    using Batch = std::vector<std::shared_ptr<Attempt>>;
    /// Empty: nothing is left. An error of the store is no end of it.
    Result<Batch> next(const Errand& errand);
    void remember(const Errand& errand, std::uint64_t place);
    void forget();

    Parts parts_;
    store::MailboxServingTable table_;
    AsyncScope scope_;
    AsyncEvent stop_;
    AsyncEvent wake_;
    std::set<crypto::AccountKey> open_;
    bool looked_ = false;
    std::uint64_t handed_over_ = 0;
};

}  // namespace kith::node
