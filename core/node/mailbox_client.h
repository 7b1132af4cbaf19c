// SPDX-License-Identifier: GPL-3.0-or-later
// Has our mail kept by others: takes up offers of contacts, leases, tells the hosts who may leave
// mail and tells contacts where, collects it, and replaces hosts that lose it or stay away.
//
//   offer -> chosen, wish -> lease -> settings -> announcement -> pick-up, push, deletion
//
// Rows say what is so and what is wanted; look() brings them together, and one loop for each host
// keeps a link to it and does there what is due. So whatever was under way when the device stopped
// goes on after it has started. Strand only. Specification: docs/spec/mailbox.md.
#pragma once

#include "core/base/async_scope.h"
#include "core/directory/beacon.h"
#include "core/mailbox/host_offer.h"
#include "core/node/link_table.h"
#include "core/node/mailbox_client_book.h"
#include "core/node/mailbox_intake.h"
#include "core/node/mailbox_judge.h"
#include "core/node/mailbox_publication.h"
#include "core/node/profile.h"

#include <map>
#include <memory>

namespace kith::node {

class MailboxClient {
  public:
    struct Parts {
        const Profile& profile;
        ContactBook& contacts;
        Sender& sender;
        PrekeyStock& prekeys;
        store::Store& store;
        Commits& commits;
        LinkTable& links;
        Random& random;
        Clock& clock;
        asio::any_io_executor executor;
        HostScores& scores;
        std::size_t copies = 3;  ///< `delivery.copies`
    };

    /// Offers of one contact that are remembered: one for each of its devices.
    static constexpr std::ptrdiff_t offers_of_contact = 8;

    explicit MailboxClient(Parts parts);
    MailboxClient(const MailboxClient&) = delete;
    MailboxClient& operator=(const MailboxClient&) = delete;
    ~MailboxClient();

    /// Before anything else, and again after a failed commit.
    Result<> load();

    /// Reads what comes out of envelopes.
    void on_mail(MailboxIntake::TakeMail take) { intake_.on_mail(std::move(take)); }

    /// Whether this device has a network: else nobody is blamed for not answering.
    void on_network(std::function<bool()> online) { online_ = std::move(online); }

    /// Called when the hosts that stand in our beacon have changed.
    void on_boxes(std::function<void()> changed) { boxes_changed_ = std::move(changed); }

    /// Asked for what beacons that we hand to our hosts are to ask of strangers.
    void on_asked(std::function<MailboxPublication::Asked()> asked) { asked_ = std::move(asked); }

    /// Asked for what hosts are to take from those whom we have invited.
    void on_invites(std::function<std::vector<wire::CapabilityGrant>()> invites) {
        invites_ = std::move(invites);
    }

    /// Hosts hear of them at once.
    void invites_changed() { keep_driving(); }

    /// Called when such beacons were made, for MailboxPublication::epochs_ahead days.
    void on_published(std::function<void(std::uint16_t effort)> published) {
        published_ = std::move(published);
    }

    /// Called with a contact whose mailbox does not answer where it was: it may have moved. And
    /// with one that keeps all our mail when its mailbox is linked: what it says itself lies
    /// nowhere.
    void on_lost(std::function<void(const crypto::AccountKey&)> lost) { lost_ = std::move(lost); }

    /// Nobody but this contact keeps our mail.
    bool only_host(const crypto::AccountKey& account) const;

    /// Where a mailbox that a contact has offered us may be found now; empty: no such offer.
    std::vector<Endpoint> ways_to(const crypto::BoxId& box) const;

    /// Begins to collect. Requires: loaded.
    void start();
    /// Begins nothing any more. Then the links end, then stop().
    void halt();
    [[nodiscard]] Task<> stop();

    // --- Contacts

    /// An offer, or a receipt that we asked for.
    Result<> on_word(Transaction& step, const Origin& origin, const message::Mailbox& word);

    /// Somebody became a contact, or is none any more; a link to it opened.
    void changed() { look_soon(); }

    void on_contact_link(const crypto::AccountKey& account);
    /// The `dep` field of a message.
    void on_note(Transaction& step, const Origin& origin, ByteView note);
    /// Prekeys were made or deleted: hosts hand out others.
    void on_prekeys();
    /// Our address has changed in this step.
    void on_reach(Transaction& step);
    /// A new envelope key was made in this step.
    void on_envelope_key(Transaction& step);

    // --- Links

    /// Whether this is a link to one of our hosts, which is kept.
    bool keeps(const PeerLink& link) const;
    /// Mail that was pushed. False: malformed.
    bool on_nudge(PeerLink& link, ByteView body);
    void on_end(const PeerLink& link);
    /// The network changed: everybody is worth another try.
    void wake();
    /// Mail that was left at hosts can be taken now.
    void collect();
    /// Looks at everything again; call every ten minutes or so.
    void look();

    // --- Our user

    /// Pins a host of this contact. NotFound: it has not offered.
    Result<> use(Transaction& step, const identity::Contact& contact);
    /// Leaves its hosts, for good. NotFound: none of ours.
    Result<> drop(Transaction& step, const identity::Contact& contact);
    std::vector<MailboxView> views() const;

    /// Up to three hosts for our beacon.
    std::vector<directory::BeaconBox> boxes() const;

    /// All our hosts were emptied completely since start().
    bool all_collected() const;

  private:
    struct Run;
    struct Pass;
    using RunPtr = std::shared_ptr<Run>;

    // What is wanted: mailbox_client.cpp.
    void look_soon();
    void place(Transaction& step);
    void choose(Transaction& step, store::OwnerHost& host);
    void leave(Transaction& step, store::OwnerHost& host, mailbox::LeaveReason reason);
    void wish(Transaction& step, const store::OwnerHost& host);
    void give_keys(Transaction& step);
    void announce(Transaction& step);
    void publish();
    mailbox::Settings wanted_at(const store::OwnerHost& host) const;
    void announce_to(Transaction& step,
                     const identity::Contact& contact,
                     store::GivenCapability& given);
    void say_envelope_key(Transaction& step, const identity::Contact& contact);
    bool ask_for_receipt(Transaction& step,
                         const crypto::AccountKey& account,
                         const mailbox::NoteEntry& entry);
    void on_offer(Transaction& step, const Origin& origin, const mailbox::HostOffer& offer);
    static void call_soon(Run& run);
    void seek(Run& run);
    HostSituation situation_of(const store::OwnerHost& host) const;
    RunPtr run_of(const crypto::BoxId& box);
    RunPtr find_run(std::uint64_t serial) const;
    void keep_driving();
    void after_word(Transaction& step);
    MailboxState state_of(const store::OwnerHost& host) const;

    // What is done at a host: mailbox_client_host.cpp.
    [[nodiscard]] Task<> drive(RunPtr run);
    [[nodiscard]] Task<Result<>> visit(RunPtr run);
    [[nodiscard]] Task<Result<>> call(RunPtr run);
    [[nodiscard]] Task<Result<>> lease(RunPtr run, std::uint64_t bytes);
    Result<> leased(Run& run, const wire::Lease& answer);
    void not_leased(Run& run, wire::RefuseCode code);
    [[nodiscard]] Task<Result<>> settle(RunPtr run);
    [[nodiscard]] Task<Result<bool>> send_steps(RunPtr run,
                                                std::vector<mailbox::SettingsStep> steps);
    [[nodiscard]] Task<Result<>> end_lease(RunPtr run);

    // One-time prekeys that hosts hand out: mailbox_client_stock.cpp.
    /// How many are left there, as the host says.
    void count_stock(Run& run, const wire::Lease& answer);
    bool stock_due(const Run& run, const store::OwnerHost& host) const;
    /// Makes new ones if they are due, to be told with the settings.
    [[nodiscard]] Task<Result<>> stock_up(RunPtr run);
    /// The host has them.
    void stocked(Run& run, store::OwnerHost& host) const;
    std::size_t own_index() const;

    std::vector<Endpoint> endpoints_of(const store::OwnerHost& host) const;
    Duration rest(Run& run);
    Duration setback(Run& run, const Error& error);
    void polled(Run& run, bool answered);
    void hang_up(Run& run);

    // Collecting: mailbox_client_pickup.cpp.
    [[nodiscard]] Task<Result<>> pick_up(RunPtr run);
    bool take_batch(Run& run, Pass& pass, ByteView body);
    void take(Run& run,
              store::OwnerHost& host,
              std::span<const wire::HeldEnvelope> items,
              Pass* pass);
    /// What the host's answer says about the host.
    void judge(Transaction& step,
               Run& run,
               const store::OwnerHost& host,
               const MailboxIntake::Taken& taken);
    void judge_junk(Transaction& step, Run& run, std::size_t count);
    [[nodiscard]] Task<> acknowledge(crypto::BoxId box, std::vector<mailbox::EnvelopeTag> tags);

    Parts parts_;
    MailboxClientBook book_;
    MailboxIntake intake_;
    MailboxJudge judge_;
    MailboxPublication publication_;
    std::function<bool()> online_;
    std::function<void()> boxes_changed_;
    std::function<MailboxPublication::Asked()> asked_;
    std::function<std::vector<wire::CapabilityGrant>()> invites_;
    std::function<void(std::uint16_t effort)> published_;
    std::function<void(const crypto::AccountKey&)> lost_;
    AsyncScope scope_;
    bool started_ = false;
    bool stopping_ = false;
    std::map<crypto::BoxId, RunPtr> runs_;
    std::vector<directory::BeaconBox> told_boxes_;
    Alarm look_;
    bool look_due_ = false;
    SteadyTime forget_due_{};
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace kith::node
