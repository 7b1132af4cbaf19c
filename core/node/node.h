// SPDX-License-Identifier: GPL-3.0-or-later
// The node: every use-case of kith, asked by the control API and answered with values.
//
// It owns the services of this folder and starts and stops them in order. It knows its five ports
// by their interfaces only, so a whole network of nodes runs in one test. Strand only: every call
// comes from the one thread that runs the io_context.
//
// WHO arguments are what people type: a local name (exact, any case), an address, an id "u:...",
// or "me". Every call that takes one may fail with NotFound (no such contact) or InvalidArgument
// (the name fits two). Every call may fail with DiskFull, ReadOnly or Corrupt when the store does.
#pragma once

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/worker.h"
#include "core/directory/directory.h"
#include "core/mailbox/placement.h"
#include "core/node/event_log.h"
#include "core/node/views.h"
#include "core/reputation/stranger_desk.h"
#include "core/store/store.h"
#include "core/transport/port_map.h"
#include "core/transport/transport.h"

namespace kith::node {

/// What a node is built from. All outlive it.
struct Ports {
    asio::any_io_executor executor;
    Clock& clock;
    Random& random;
    store::Store& store;
    transport::Transport& transport;
    directory::Directory& directory;
    Worker& worker;
};

/// From the configuration.
struct Settings {
    std::string network_name;
    std::vector<std::string> bootstrap;  // "host:port", resolved by the Directory
    std::vector<Endpoint> announce;      // published in place of what the listener is bound to
    Duration give_up_after = days(30);
    reputation::StrangerDesk::Settings requests;   // whose are shown, and how many a day
    std::optional<std::uint16_t> request_effort;   // for tests: advertised in place of the desk's
    std::size_t copies = mailbox::copies_default;  // hosts that are to keep our mail
    mailbox::BoxLimits mailbox;                    // as a host for others
    bool offer_mailbox_at_once = false;            // without having been there for a week
};

struct CreateOptions {
    enum class Network { New, Public, Invite };
    std::string name;  // what peers see; 1..64 code points
    std::string device_name = "device";
    Network network = Network::New;
    std::string network_name = "home";
    std::string invite;  // with Network::Invite: the link whose network to join
};

struct NewIdentity {
    IdentityView identity;
    std::string recovery_key;  // shown once, never stored in clear
};

struct InviteOptions {
    std::uint32_t uses = 1;
    Duration expires = hours(24);
    bool network_only = false;
};

struct SendOptions {
    std::string who;
    std::string text;
    std::optional<crypto::MessageId> id;  // chosen by the caller: a repeat is not a second message
    std::optional<crypto::MessageId> reply;
};

struct HistoryQuery {
    std::string who;
    std::optional<crypto::MessageId> before;
    std::optional<crypto::MessageId> after;
    std::optional<Timestamp> since;
    std::size_t limit = 50;  // at most 500
};

struct ContactChange {
    std::optional<std::string> name;
    std::optional<bool> bulk;  // frees a contact of rate and unread limits
};

class Node {
  public:
    /// Reads the store; starts nothing. Corrupt, UnsupportedVersion: the store's own word.
    static Result<std::unique_ptr<Node>> open(Ports ports, Settings settings);
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// Starts directory, links and sender when an identity exists; create_identity() does it too.
    [[nodiscard]] Task<Result<>> start();
    /// Stops reading, closes links, writes the last batch. Returns within the stop deadline.
    [[nodiscard]] Task<> stop();

    // --- identity
    bool is_set_up() const;
    /// AlreadyExists: there is one. Malformed, Expired: the invite. InvalidArgument: the name.
    [[nodiscard]] Task<Result<NewIdentity>> create_identity(CreateOptions options);
    /// Locked when not set up; so for all calls below.
    Result<IdentityView> identity() const;
    [[nodiscard]] Task<Result<IdentityView>> rename_self(std::string name);
    /// A new reach secret: old addresses stop working after 14 days.
    [[nodiscard]] Task<Result<IdentityView>> new_reach();

    // --- invites
    [[nodiscard]] Task<Result<InviteView>> create_invite(InviteOptions options);
    Result<std::vector<InviteView>> invites() const;
    /// NotFound: no such invite.
    [[nodiscard]] Task<Result<>> revoke_invite(std::string id);
    /// Form, checksum and expiry only; no packet leaves. Malformed, Expired.
    Result<InviteReadView> read_invite(std::string link) const;
    /// Adds the inviter and redeems the invite in the background. Malformed, Expired;
    /// InvalidArgument: another network than this profile's; AlreadyExists: our own invite.
    [[nodiscard]] Task<Result<ContactView>> accept_invite(std::string link, std::string name);

    // --- contacts
    Result<std::vector<ContactView>> contacts() const;
    Result<ContactView> contact(std::string who) const;
    /// A contact request. Malformed: the address; AlreadyExists; Refused: blocked by us.
    [[nodiscard]] Task<Result<ContactView>> add_contact(std::string address, std::string text);
    [[nodiscard]] Task<Result<ContactView>> accept_contact(std::string who, std::string name);
    /// Gives `who` our word for reaching `to`; both are contacts.
    [[nodiscard]] Task<Result<>> introduce_contact(std::string who, std::string to);
    [[nodiscard]] Task<Result<ContactView>> decline_contact(std::string who, bool tell);
    [[nodiscard]] Task<Result<ContactView>> block_contact(std::string who);
    [[nodiscard]] Task<Result<ContactView>> unblock_contact(std::string who);
    [[nodiscard]] Task<Result<ContactView>> remove_contact(std::string who);
    /// A contact is restricted, anybody else blocked; unblock_contact() takes it back.
    [[nodiscard]] Task<Result<ReputationView>> report_contact(std::string who);
    /// What this peer is to us, and why.
    Result<ReputationView> reputation(std::string who) const;
    /// AlreadyExists: another contact has that name.
    [[nodiscard]] Task<Result<ContactView>> change_contact(std::string who, ContactChange change);
    Result<VerificationView> verification(std::string who) const;
    [[nodiscard]] Task<Result<VerificationView>> confirm_verification(std::string who, bool match);

    // --- messages
    /// Durable when it returns. NotFound; TooLarge: the text; Refused: blocked by us or not
    /// accepted; BadKey: key changed; QuotaExceeded: the outbox of this contact is full.
    [[nodiscard]] Task<Result<MessageView>> send(SendOptions options);
    /// The same without a coroutine for each message: `told` is called once, on the strand, when
    /// it is durable or refused; when it is refused at once, before this returns. In the order of
    /// the calls, also those that wait for room in the store.
    using OnSent = std::function<void(Result<MessageView>)>;
    void send(SendOptions options, OnSent told);
    /// Waits until the message has reached `state`. Timeout; NotFound.
    [[nodiscard]] Task<Result<ReceiptView>> wait(crypto::MessageId id,
                                                 MessageState state,
                                                 Duration timeout);
    Result<TraceView> trace(crypto::MessageId id) const;
    [[nodiscard]] Task<Result<MessageView>> retry(crypto::MessageId id);
    /// Refused: it has left this device.
    [[nodiscard]] Task<Result<>> cancel(crypto::MessageId id);
    /// Oldest first.
    Result<std::vector<MessageView>> history(HistoryQuery query) const;
    /// Newest first.
    Result<std::vector<MessageView>> unread(std::size_t limit) const;
    [[nodiscard]] Task<Result<>> mark_read(std::string who, crypto::MessageId up_to);

    // --- events
    EventLog& events();

    // --- network
    /// Addresses or routes of this host changed, or it woke up: dead links are given up within
    /// seconds, everybody who waits is called at once, the directory joins anew, and new addresses
    /// are published.
    void network_changed();
    /// Where the router lets others in, when it does: published before our own addresses, and
    /// where peers are asked to call back.
    void set_mapped(std::optional<transport::MappedPort> mapped);
    /// Called when the node begins to take part in the network, at start() or with an identity.
    void on_running(std::function<void()> call);
    StatusView status() const;
    NetworkView network() const;
    std::vector<PeerView> peers() const;
    /// A round trip over a link, dialled if needed. Timeout, Unreachable.
    [[nodiscard]] Task<Result<PeerView>> ping(std::string who);
    std::vector<TrafficView> traffic() const;
    std::vector<LimitView> limits() const;
    /// Unreachable: nobody answered there.
    [[nodiscard]] Task<Result<>> add_bootstrap(std::string address);
    [[nodiscard]] Task<Result<>> remove_bootstrap(std::string address);
    std::vector<std::string> bootstrap() const;

    // --- mailboxes
    /// Those who keep our mail, and those who could.
    Result<std::vector<MailboxView>> mailboxes() const;
    /// Always has our mail kept by this contact. NotFound: it has not offered.
    [[nodiscard]] Task<Result<>> use_mailbox(std::string who);
    /// Leaves the mailboxes of this contact. NotFound: it keeps none for us.
    [[nodiscard]] Task<Result<>> drop_mailbox(std::string who);
    /// What this device keeps for others.
    MailboxServingView mailbox_serving() const;
    /// For whom it does from now on, and how many bytes it gives. With Off contacts are told; what
    /// is kept is served on.
    void serve_mailboxes(mailbox::Serve serve, std::uint64_t quota);

    /// Private to node*.cpp.
    struct Services;

  private:
    explicit Node(std::unique_ptr<Services> services);

    void send_now(SendOptions options, OnSent told);
    [[nodiscard]] Task<> send_with_room();

    std::unique_ptr<Services> services_;
};

}  // namespace kith::node
