// SPDX-License-Identifier: GPL-3.0-or-later
// The services of one node and how they hang together. Private to node*.cpp.
#pragma once

#include "core/node/account_serve.h"
#include "core/node/asked_work_book.h"
#include "core/node/beacon_publisher.h"
#include "core/node/contact_desk.h"
#include "core/node/contact_flow.h"
#include "core/node/courier.h"
#include "core/node/deposit_fares.h"
#include "core/node/host_scores.h"
#include "core/node/mailbox_client.h"
#include "core/node/mailbox_deposit.h"
#include "core/node/mailbox_handoff.h"
#include "core/node/mailbox_host.h"
#include "core/node/mailbox_offers.h"
#include "core/node/node.h"
#include "core/node/owed_receipts.h"
#include "core/node/own_requests.h"
#include "core/node/peer_clocks.h"
#include "core/node/reachability.h"
#include "core/node/receiver.h"
#include "core/node/reputation_sweep.h"
#include "core/node/session_care.h"
#include "core/node/trace_log.h"

#include <deque>
#include <list>

namespace kith::node {

/// Somebody who waits for a message to reach a state.
struct Waiter {
    Waiter(const asio::any_io_executor& executor, const crypto::MessageId& message)
        : done(executor), id(message) {}

    AsyncEvent done;
    crypto::MessageId id;
    MessageState state = MessageState::Delivered;
    std::optional<ReceiptView> receipt;
};

/// What needs an identity. Made when there is one.
struct Running {
    Running(Node::Services& services, std::unique_ptr<Profile> own);

    std::unique_ptr<Profile> profile;
    Sender sender;
    OwedReceipts owed;
    ContactFlow flow;
    ListExchange list_exchange;
    Receiver receiver;
    PuzzleWorker puzzles;
    AskedWorkBook asked;
    ContactDesk desk;
    OwnRequests requests;
    AccountServe serve;
    Courier courier;
    MailboxDeposit deposit;
    DepositFares fares;
    SessionCare care;
    BeaconPublisher publisher;
    MailboxHost host;
    MailboxOffers offers;
    MailboxClient mailboxes;
    MailboxHandOff hand_off;
};

struct Node::Services final : LinkHandler, EventSource {
    Services(Ports given, Settings chosen);

    // --- LinkHandler
    void on_message(PeerLink& link, std::uint32_t n, ByteView inner) override;
    void on_receipts(PeerLink& link, ByteView inner) override;
    void on_get_bundle(PeerLink& link, const wire::GetBundle& request) override;
    void on_dial_request(PeerLink& link, std::uint32_t q, std::uint16_t port) override;
    bool on_mailbox_request(PeerLink& link, const wire::Frame& frame) override;
    bool on_nudge(PeerLink& link, ByteView body) override;
    void on_malformed(PeerLink& link) override;
    void on_end(PeerLink& link) override;
    bool keep_idle(const PeerLink& link) const override;
    void on_sent(PeerLink& link) override;
    void on_taken(PeerLink& link, std::uint64_t position) override;
    void on_clock(PeerLink& link, Duration offset) override;
    bool overloaded(const PeerLink& link) const override;
    [[nodiscard]] Task<> room(const PeerLink& link) override;

    // --- Mailboxes
    /// Whoever called asked for the mailbox that is kept here, not for this device.
    static bool is_mailbox(const PeerLink& link);
    void wire_mailboxes();
    /// What others may keep here.
    MailboxHost::Parts served_mailboxes();
    MailboxOffers::Parts offered_mailboxes(Running& to);
    MailboxHandOff::Parts handed_off_mailboxes(Running& to);
    Result<> serve_mailboxes();
    void withdraw_mailbox(const crypto::AccountKey& account);
    void wire_own_mailboxes();
    MailboxClient::Parts own_mailboxes(const Profile& profile, Sender& sender);
    bool has_network() const;
    /// Makes and deletes prekeys; contacts hear of a new envelope key.
    void turn_prekeys(Transaction& step);
    Result<> on_mailbox_word(Transaction& step, const Origin& origin, const message::Mailbox& word);

    // --- Strangers
    ContactDesk::Parts desk_parts(Running& to);
    OwnRequests::Parts request_parts(Running& to);
    DepositFares::Parts fare_parts(Running& to);
    /// A beacon was found: its mailboxes, and what it asks of strangers.
    void learn_beacon(const crypto::AccountKey& account);
    Result<> load_strangers();
    void wire_strangers();
    /// Until it is known what a request to this account costs, or for some seconds.
    [[nodiscard]] Task<> await_price(crypto::AccountKey account);

    // --- Reputation
    [[nodiscard]] Task<> write_behind();
    void write_records();
    void sweep_records(Transaction& step);
    /// A contact's messages were read, or its limits have widened: what waits may come.
    void credit_freed(const crypto::AccountKey& account);
    Result<ReputationView> reputation_of(const identity::Contact& contact);

    // --- EventSource
    Result<std::optional<EventBody>> materialise(const EventRef& ref,
                                                 std::uint64_t offset) override;

    // --- Lifecycle
    Result<> load();
    /// Builds what needs an identity and starts the network.
    Result<> run(std::unique_ptr<Profile> profile, std::vector<Endpoint> nodes);
    void reload();
    transport::LinkPolicy policy();
    void on_link(const transport::DevicePeer& peer, bool open);
    /// The network of this host has changed: back to everybody at once.
    [[nodiscard]] Task<> come_back();
    [[nodiscard]] Task<> housekeeping();
    [[nodiscard]] Task<> learn_node(Endpoint node);
    /// Changes one contact and shows it as it is then.
    using ContactAction = std::function<Result<>(Transaction&, identity::Contact&)>;
    [[nodiscard]] Task<Result<ContactView>> change(std::string who, ContactAction action);
    void keep_house();
    void ask_instead();
    void give_up_old(Transaction& step);

    // --- Views
    MessageView view(const crypto::AccountKey& chat,
                     std::uint64_t order,
                     const LogEntry& entry,
                     const std::multimap<std::uint64_t, DeviceOutcome>& outcomes) const;
    Result<MessageView> view(const Place& place) const;
    ContactView view(const identity::Contact& contact) const;
    /// State of an outgoing message that no device has spoken about.
    MessageState waiting_state(const crypto::AccountKey& chat, const crypto::MessageId& id) const;
    std::string name_of(const crypto::AccountKey& account) const;
    /// Where one of the messages that people name stands, ours or a contact's.
    Result<Place> place_of(const crypto::MessageId& id) const;
    void outcome(const crypto::MessageId& id,
                 const crypto::AccountKey& chat,
                 const DeviceOutcome& told);
    Result<> need_identity() const;

    Ports ports;
    Settings settings;

    /// What is to be sent when the store has room, in the order in which it was asked for.
    struct Unsaid {
        SendOptions options;
        OnSent told;
    };

    std::deque<Unsaid> unsaid;

    AsyncScope scope;
    AsyncEvent stop;
    bool stopping = false;

    ContactBook contacts;
    KnownLists lists;
    MessageLog log;
    DeliveryLog deliveries;
    TraceLog traces;
    HostScores hosts;
    Outbox outbox;
    store::SessionTable sessions;
    PrekeyStock prekeys;
    GapBook gaps;
    ReputationBook reputation;
    ReputationSweep sweep;
    EventJournal journal;
    Commits commits;
    LinkTable links;
    Reachability reachability;
    Receipts receipts;
    BeaconLookup beacons;
    std::list<Waiter*> waiters;
    std::optional<Duration> clock_offset;
    PeerClocks clocks;
    std::optional<transport::MappedPort> mapped;
    std::function<void()> on_running;
    SteadyTime started;

    std::unique_ptr<Running> running;
    store::Subscription on_failure;
    store::Subscription on_store_state;
    directory::Subscription on_directory;
};

}  // namespace kith::node
