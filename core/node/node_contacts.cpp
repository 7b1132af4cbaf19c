// SPDX-License-Identifier: GPL-3.0-or-later
// Invitations and contacts, as the control API asks for them.
#include "core/crypto/secret.h"
#include "core/identity/fingerprint.h"
#include "core/node/node.h"
#include "core/node/services.h"
#include "core/text/name.h"

namespace kith::node {
namespace {

Result<std::string> local_name(Node::Services& services,
                               const std::string& typed,
                               const crypto::AccountKey& account) {
    if (typed.empty()) return std::string();
    KITH_TRY(auto name, text::make_name(typed));
    if (services.contacts.name_taken(name, account)) {
        return fail(Code::AlreadyExists, "another contact has this name");
    }
    return name;
}

Result<> fits_network(const Node::Services& services, const identity::Invite& invite) {
    const auto& network = services.running->profile->network();
    const bool same = invite.network ? *invite.network == network.secret() : network.is_public();
    if (!same) return fail(Code::InvalidArgument, "the invitation is for another network");
    return success();
}

}  // namespace

Task<Result<InviteView>> Node::create_invite(InviteOptions options) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    // Our own address first, then those who are there when we are not: our mailboxes, and nodes
    // that have been there for a while.
    const auto own = services.running->publisher.endpoints();
    std::vector<Endpoint> nodes(own.begin(), own.begin() + (own.empty() ? 0 : 1));
    for (const auto& box : services.running->mailboxes.boxes())
        nodes.push_back(box.endpoint);
    for (const auto& peer : services.ports.directory.peers())
        nodes.push_back(peer.endpoint);
    if (own.size() > 1) nodes.insert(nodes.end(), own.begin() + 1, own.end());
    Transaction step;
    auto invite = services.running->flow.create_invite(step, options, std::move(nodes));
    if (!invite) co_return tl::unexpected(invite.error());
    KITH_CO_CHECK(co_await services.commits.commit(std::move(step)));
    co_return *std::move(invite);
}

Result<std::vector<InviteView>> Node::invites() const {
    KITH_CHECK(services_->need_identity());
    return services_->running->flow.invites();
}

Task<Result<>> Node::revoke_invite(std::string id) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    Transaction step;
    KITH_CO_CHECK(services.running->flow.revoke_invite(step, id));
    co_return co_await services.commits.commit(std::move(step));
}

Result<InviteReadView> Node::read_invite(std::string link) const {
    KITH_TRY(const auto invite, identity::Invite::parse(link));
    InviteReadView out;
    out.account = invite.account;
    out.private_network = invite.network.has_value();
    out.expires = from_unix_seconds(invite.expires);
    out.nodes = invite.nodes;
    if (services_->running) {
        out.same_network = fits_network(*services_, invite).has_value();
        const auto* const known = services_->contacts.find(invite.account);
        if (known && known->accepted()) {
            out.known_as = std::string(ContactBook::shown_name(*known));
        }
    }
    return out;
}

Task<Result<ContactView>> Node::accept_invite(std::string link, std::string name) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    const auto invite = identity::Invite::parse(link);
    if (!invite) co_return tl::unexpected(invite.error());
    KITH_CO_CHECK(invite->check_not_expired(services.ports.clock.wall()));
    KITH_CO_CHECK(fits_network(services, *invite));
    if (invite->account == services.running->profile->account()) {
        co_return fail(Code::AlreadyExists, "this is your own invitation");
    }
    auto local = local_name(services, name, invite->account);
    if (!local) co_return tl::unexpected(local.error());
    Transaction step;
    auto contact = services.running->flow.accept_invite(step, *invite, *std::move(local));
    if (!contact) co_return tl::unexpected(contact.error());
    const crypto::AccountKey account = (*contact)->account;
    const std::vector<Endpoint> nodes = invite->nodes;
    KITH_CO_CHECK(co_await services.commits.commit(std::move(step)));
    for (const auto& node : nodes) {
        // The network may have moved on since it was joined: these nodes are known to be there.
        services.scope.spawn(services.learn_node(node));
    }
    services.running->courier.wake(account, true);
    co_return services.view(*services.contacts.find(account));
}

Task<> Node::Services::learn_node(Endpoint node) {
    const SteadyTime deadline = ports.clock.now() + seconds(5);
    const auto added = co_await ports.directory.add_bootstrap(to_string(node), deadline);
    if (added && added->answered && running) running->courier.wake_all();
}

Result<std::vector<ContactView>> Node::contacts() const {
    KITH_CHECK(services_->need_identity());
    std::vector<ContactView> out;
    services_->contacts.for_each([&](const identity::Contact& contact) {
        if (contact.state() != identity::ContactState::Removed) {
            out.push_back(services_->view(contact));
        }
    });
    return out;
}

Result<ContactView> Node::contact(std::string who) const {
    KITH_CHECK(services_->need_identity());
    KITH_TRY(const auto* const contact, std::as_const(services_->contacts).resolve(who));
    return services_->view(*contact);
}

Task<Result<ContactView>> Node::add_contact(std::string address, std::string text) {
    auto& services = *services_;
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    const auto parsed = identity::parse_address(address);
    if (!parsed) co_return tl::unexpected(parsed.error());
    if (parsed->account == services.running->profile->account()) {
        co_return fail(Code::AlreadyExists, "this is your own address");
    }
    if (text.size() > message::request_text_max) {
        co_return fail(Code::TooLarge, "the text of a request has at most 1000 bytes");
    }
    Transaction step;
    auto contact = services.running->flow.ask(step, *parsed, std::move(text));
    if (!contact) co_return tl::unexpected(contact.error());
    KITH_CO_CHECK(co_await services.commits.commit(std::move(step)));
    services.running->courier.wake(parsed->account, true);
    co_await services.await_price(parsed->account);
    const auto* const asked = services.contacts.find(parsed->account);
    if (!asked) co_return fail(Code::NotFound, "no such contact");
    co_return services.view(*asked);
}

// What a request costs stands in a beacon, which is found within seconds or not for long.
Task<> Node::Services::await_price(crypto::AccountKey account) {
    constexpr Duration patience = seconds(3);
    constexpr Duration pause = milliseconds(50);
    const SteadyTime deadline = ports.clock.now() + patience;
    while (!stopping && ports.clock.now() < deadline) {
        const auto request = running->requests.view(account);
        if (request && request->state != RequestState::Searching) co_return;
        co_await sleep_for(ports.clock, pause, stop);
    }
}

Task<Result<ContactView>> Node::Services::change(std::string who, ContactAction action) {
    KITH_CO_CHECK(need_identity());
    KITH_CO_CHECK(commits.ready());
    auto contact = contacts.resolve(who);
    if (!contact) co_return tl::unexpected(contact.error());
    const crypto::AccountKey account = (*contact)->account;
    Transaction step;
    if (auto done = action(step, **contact); !done) {
        // A step that failed half way must not stay in memory.
        if (auto read = contacts.load(); !read) co_return tl::unexpected(read.error());
        co_return tl::unexpected(done.error());
    }
    KITH_CO_CHECK(co_await commits.commit(std::move(step)));
    const auto* const changed = contacts.find(account);
    if (!changed) co_return fail(Code::NotFound, "no such contact");
    co_return view(*changed);
}

Task<Result<ContactView>> Node::accept_contact(std::string who, std::string name) {
    auto& services = *services_;
    Services::ContactAction action = [&services, name = std::move(name)](
                                         Transaction& step,
                                         identity::Contact& contact) -> Result<> {
        KITH_TRY(auto local, local_name(services, name, contact.account));
        return services.running->flow.accept(step, contact, std::move(local));
    };
    return services.change(std::move(who), std::move(action));
}

Task<Result<>> Node::introduce_contact(std::string who, std::string to) {
    const auto other = services_->contacts.resolve(to);
    if (!other) co_return tl::unexpected(other.error());
    const crypto::AccountKey account = (*other)->account;
    Services::ContactAction action = [&services = *services_, account](
                                         Transaction& step,
                                         identity::Contact& contact) -> Result<> {
        const auto* const reached = services.contacts.find(account);
        if (!reached) return fail(Code::NotFound, "no such contact");
        return services.running->flow.introduce(step, contact, *reached);
    };
    const auto done = co_await services_->change(std::move(who), std::move(action));
    if (!done) co_return tl::unexpected(done.error());
    co_return success();
}

Task<Result<ContactView>> Node::decline_contact(std::string who, bool tell) {
    Services::ContactAction action = [&services = *services_, tell](Transaction& step,
                                                                    identity::Contact& contact) {
        return services.running->flow.decline(step, contact, tell);
    };
    return services_->change(std::move(who), std::move(action));
}

Task<Result<ContactView>> Node::block_contact(std::string who) {
    Services::ContactAction action = [&services = *services_](Transaction& step,
                                                              identity::Contact& contact) {
        return services.running->flow.block(step, contact);
    };
    return services_->change(std::move(who), std::move(action));
}

Task<Result<ContactView>> Node::unblock_contact(std::string who) {
    Services::ContactAction action =
        [&services = *services_](Transaction& step, identity::Contact& contact) -> Result<> {
        KITH_CHECK(services.running->flow.unblock(step, contact));
        step.after.push_back(
            [&services, account = contact.account] { services.credit_freed(account); });
        return success();
    };
    return services_->change(std::move(who), std::move(action));
}

Task<Result<ContactView>> Node::remove_contact(std::string who) {
    Services::ContactAction action = [&services = *services_](Transaction& step,
                                                              identity::Contact& contact) {
        return services.running->flow.remove(step, contact);
    };
    return services_->change(std::move(who), std::move(action));
}

Task<Result<ContactView>> Node::change_contact(std::string who, ContactChange change) {
    Services::ContactAction action = [&services = *services_, change = std::move(change)](
                                         Transaction& step,
                                         identity::Contact& contact) -> Result<> {
        if (change.name) {
            KITH_TRY(contact.local_name, local_name(services, *change.name, contact.account));
        }
        if (change.bulk) {
            if (!contact.accepted()) return fail(Code::Refused, "this is not a contact");
            KITH_CHECK(services.reputation.set_bulk(contact.account, *change.bulk));
            step.after.push_back(
                [&services, account = contact.account] { services.credit_freed(account); });
        }
        services.contacts.put(step.changes, contact);
        step.events.push_back(ContactRef{contact.account});
        return success();
    };
    return services_->change(std::move(who), std::move(action));
}

Result<VerificationView> Node::verification(std::string who) const {
    KITH_CHECK(services_->need_identity());
    KITH_TRY(const auto* const contact, std::as_const(services_->contacts).resolve(who));
    const auto& self = services_->running->profile->account();
    VerificationView out;
    out.account = contact->account;
    out.safety_number = identity::safety_number(self, contact->account);
    out.qr = identity::safety_qr(self, contact->account);
    out.trust = services_->view(*contact).trust;
    return out;
}

Task<Result<VerificationView>> Node::confirm_verification(std::string who, bool match) {
    auto& services = *services_;
    Services::ContactAction action = [&services, match](Transaction& step,
                                                        identity::Contact& contact) -> Result<> {
        if (match) {
            contact.raise_trust(identity::Trust::Verified);
        } else {
            contact.trust = identity::Trust::Unverified;
        }
        services.contacts.put(step.changes, contact);
        step.events.push_back(ContactRef{contact.account});
        return success();
    };
    const auto changed = co_await services.change(who, std::move(action));
    if (!changed) co_return tl::unexpected(changed.error());
    co_return verification(who);
}

}  // namespace kith::node
