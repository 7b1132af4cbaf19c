// SPDX-License-Identifier: GPL-3.0-or-later
// How two people come together: invitations, requests, answers, blocks.
//
//   invite    J: join request -> I: challenge -> J: proof -> I: accepted, own proof -> J: accepted
//   address   A: request -> B: pending, the user answers -> A: accepted or, if B tells, declined
//
// Every step is a durable control message, so both sides may come and go between them.
// Specification: docs/spec/identity.md#invite, docs/spec/message.md#contacts.
#pragma once

#include "core/identity/invite.h"
#include "core/node/node.h"
#include "core/node/receiver.h"
#include "core/node/sender.h"
#include "core/reputation/stranger_desk.h"
#include "core/store/invite_table.h"

namespace kith::node {

class ContactFlow final : public ControlHandler {
  public:
    /// Invitations of ours that are open. Beyond: QuotaExceeded.
    static constexpr std::size_t max_invites = 1000;
    /// Invitations that mailboxes know: each takes a share of the mailbox.
    static constexpr std::size_t max_invites_told = 32;

    struct Parts {
        Profile& profile;
        ContactBook& contacts;
        KnownLists& lists;
        Sender& sender;
        Outbox& outbox;
        store::Store& store;
        store::SessionTable& sessions;
        ReputationBook& reputation;
        Random& random;
        const Clock& clock;
    };

    explicit ContactFlow(Parts parts) : parts_(parts), invites_(parts.store) {}

    /// Called when deliveries to an account may have become possible.
    void on_wake(std::function<void(const crypto::AccountKey&)> wake) { wake_ = std::move(wake); }

    /// Called when links to an account must end.
    void on_cut(std::function<void(const crypto::AccountKey&)> cut) { cut_ = std::move(cut); }

    /// Takes what contacts say about mailboxes; strangers are not listened to.
    using OnMailbox =
        std::function<Result<>(Transaction&, const Origin&, const message::Mailbox& word)>;

    void on_mailbox(OnMailbox handler) { mailbox_ = std::move(handler); }

    /// Called within the step in which a contact became one.
    void on_opened(std::function<void(Transaction&, const identity::Contact&)> handler) {
        opened_ = std::move(handler);
    }

    /// Called within the step in which our user decides about a request, or asks for itself.
    using OnDecided = std::function<void(
        Transaction&, const crypto::AccountKey&, reputation::StrangerDesk::Decision)>;

    void on_decided(OnDecided handler) { decided_ = std::move(handler); }

    /// Whether a request of ours to this account is under way.
    void on_asking(std::function<bool(const crypto::AccountKey&)> asking) {
        asking_ = std::move(asking);
    }

    /// Called when invitations were made, used or revoked.
    void on_invites(std::function<void()> changed) { invites_changed_ = std::move(changed); }

    /// What our mailboxes are to take from those whom we have invited: the newest
    /// max_invites_told.
    std::vector<wire::CapabilityGrant> invite_grants() const;
    /// D of an invitation of this account that we hold and that is still good; nullopt: none.
    std::optional<crypto::DepositKeyPair> invite_deposit(const crypto::AccountKey& account) const;

    /// What goes beside an INIT to somebody who does not know us: the tag of an invitation that we
    /// hold. Empty: none.
    Bytes invite_ticket(const crypto::AccountKey& account, ByteView init) const;

    // --- Our user

    Result<InviteView> create_invite(Transaction& step,
                                     const InviteOptions& options,
                                     std::vector<Endpoint> nodes);
    Result<std::vector<InviteView>> invites() const;
    Result<> revoke_invite(Transaction& step, std::string_view id);

    /// Adds the inviter and asks to join. Requires: the invite fits this network.
    Result<identity::Contact*> accept_invite(Transaction& step,
                                             const identity::Invite& invite,
                                             std::string local_name);
    Result<identity::Contact*> ask(Transaction& step,
                                   const identity::Address& address,
                                   std::string text);
    /// Tells `who` how to reach `to`, with our word for it.
    Result<> introduce(Transaction& step,
                       const identity::Contact& who,
                       const identity::Contact& to);
    Result<> accept(Transaction& step, identity::Contact& contact, std::string name);
    /// What was asked with invitations that are over is asked again as everybody else does, by
    /// work. Call now and then.
    Result<> ask_without_invitation(Transaction& step);
    Result<> decline(Transaction& step, identity::Contact& contact, bool tell);
    Result<> block(Transaction& step, identity::Contact& contact);
    /// Lifts a block, or the restriction of a contact that was reported.
    Result<> unblock(Transaction& step, identity::Contact& contact);
    /// A contact is restricted from now on, anybody else blocked.
    Result<> report(Transaction& step, identity::Contact& contact);
    Result<> remove(Transaction& step, identity::Contact& contact);
    /// Tells every contact what we are called and how we are found now.
    void tell_profile(Transaction& step);

    // --- Peers

    Result<> on_control(Transaction& step,
                        const Origin& origin,
                        const message::Content& content) override;

  private:
    Result<> on(Transaction& step, const Origin& origin, const message::Request& request);
    Result<> on(Transaction& step, const Origin& origin, const message::Answer& answer);
    Result<> on(Transaction& step, const Origin& origin, const message::JoinRequest& request);
    Result<> on(Transaction& step, const Origin& origin, const message::JoinChallenge& challenge);
    Result<> on(Transaction& step, const Origin& origin, const message::JoinAuth& auth);
    Result<> on(Transaction& step, const Origin& origin, const message::JoinOk& ok);
    Result<> on(Transaction& step, const Origin& origin, const message::Profile& profile);
    Result<> on(Transaction& step, const Origin& origin, const message::DeviceList& list);
    Result<> on(Transaction& step, const Origin& origin, const message::DeviceListAsk& ask);
    Result<> on(Transaction& step, const Origin& origin, const message::Mailbox& word);
    Result<> on(Transaction& step, const Origin& origin, const message::Introduction& word);

    /// The contact record of whoever wrote, with its device list.
    Result<identity::Contact*> contact_of(const Origin& origin);
    Result<identity::JoinContext> join_context(const Origin& origin,
                                               const identity::JoinChallenge& challenge,
                                               bool we_invite);
    void forget_join(Transaction& step, const crypto::AccountKey& account, Lane& lane);
    Result<> advance(identity::Contact& contact, identity::ContactEvent event) const;
    Result<> shut_out(Transaction& step,
                      identity::Contact& contact,
                      reputation::StrangerDesk::Decision decision);
    void store(Transaction& step, const identity::Contact& contact);
    /// Both have said yes: what waited goes out, and each tells the other how it is found.
    Result<> opened(Transaction& step, identity::Contact& contact);
    Result<> request_of(Transaction& step,
                        identity::Contact& contact,
                        const std::string& name,
                        const std::string& text);
    InviteView view(const store::MadeInvite& invite) const;
    void invites_changed(Transaction& step) const;
    std::optional<crypto::ReachSecret> own_reach() const;

    Parts parts_;
    store::InviteTable invites_;
    std::function<void(const crypto::AccountKey&)> wake_;
    std::function<void(const crypto::AccountKey&)> cut_;
    OnMailbox mailbox_;
    OnDecided decided_;
    std::function<bool(const crypto::AccountKey&)> asking_;
    std::function<void()> invites_changed_;
    std::function<void(Transaction&, const identity::Contact&)> opened_;
};

}  // namespace kith::node
