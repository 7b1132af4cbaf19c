// SPDX-License-Identifier: GPL-3.0-or-later
// All live links: one for each device, and the anonymous ones. Accepts, dials, and decides which of
// two links between one pair of devices stays. Strand only.
#pragma once

#include "core/node/peer_link.h"
#include "core/transport/transport.h"

#include <functional>
#include <list>
#include <unordered_map>

namespace kith::node {

class LinkTable {
  public:
    /// Told when the first link to a device opens and when its last one ends.
    using OnChange = std::function<void(const transport::DevicePeer&, bool open)>;

    /// Told from where a call came in.
    using OnCalled = std::function<void(const Endpoint&)>;

    LinkTable(transport::Transport& transport,
              LinkHandler& handler,
              Outbox& outbox,
              Clock& clock,
              Random& random,
              const asio::any_io_executor& executor);

    /// Accepts until stop(). `self` decides between two links of one pair.
    void start(const crypto::DeviceId& self, OnChange on_change, OnCalled on_called);
    /// Says BYE on every link and waits for all of them.
    [[nodiscard]] Task<> stop();

    /// nullptr when there is none. Valid until the next co_await.
    PeerLink* find(const crypto::DeviceId& device);
    /// The link of this serial number, if it still lives.
    PeerLink* by_serial(std::uint64_t serial);
    bool linked(const crypto::AccountKey& account) const;

    /// The live link to the device, or a new one. Unreachable, Timeout, Busy, Cancelled.
    [[nodiscard]] Task<Result<>> connect(transport::DeviceCallee callee,
                                         std::vector<Endpoint> candidates,
                                         SteadyTime deadline);

    /// Calls without saying who we are, asks one thing, hangs up. Gives the BUNDLE body and the
    /// address that answered.
    struct Fetched {
        Bytes body;
        Endpoint from;
    };

    [[nodiscard]] Task<Result<Fetched>> fetch_bundle(transport::Callee callee,
                                                     std::vector<Endpoint> candidates,
                                                     wire::GetBundle request,
                                                     SteadyTime deadline);

    /// A link to a mailbox host, without saying who we are. It stays until one side has no use for
    /// it. Gives its serial number.
    [[nodiscard]] Task<Result<std::uint64_t>> call_box(crypto::BoxId box,
                                                       std::vector<Endpoint> candidates,
                                                       SteadyTime deadline);

    /// The account has become a contact: its links give back the places of strangers.
    void protect_account(const crypto::AccountKey& account);
    /// Ends all links to an account: it was blocked or removed.
    void drop_account(const crypto::AccountKey& account);
    /// Ends all links at once, but for those to our mailbox: the store failed.
    void drop_all();
    /// Ends the links from addresses that this host has no longer: no answer can come back.
    void drop_stranded(const std::vector<transport::LocalAddress>& ours);
    /// Asks every link for a sign of life and ends those that give none until `deadline`. True:
    /// some have ended.
    [[nodiscard]] Task<bool> probe(SteadyTime deadline);

    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const auto& link : links_)
            visit(*link);
    }

    std::size_t size() const { return links_.size(); }

  private:
    [[nodiscard]] Task<> accept_loop();
    [[nodiscard]] Task<> drive(PeerLink* link);
    struct Probe;
    [[nodiscard]] Task<> probe_one(std::uint64_t serial, std::shared_ptr<Probe> probe);
    PeerLink* adopt(std::unique_ptr<transport::Channel> channel);
    void settle(PeerLink& link);
    [[nodiscard]] Task<> choose(std::uint64_t older, std::uint64_t newer);
    void remove(PeerLink* link);

    transport::Transport& transport_;
    LinkHandler& handler_;
    Outbox& outbox_;
    Clock& clock_;
    Random& random_;
    AsyncScope scope_;
    crypto::DeviceId self_;
    OnChange on_change_;
    OnCalled on_called_;
    bool stopping_ = false;
    std::uint64_t next_serial_ = 1;
    std::list<std::unique_ptr<PeerLink>> links_;
    std::unordered_map<crypto::DeviceId, PeerLink*> by_device_;
};

}  // namespace kith::node
