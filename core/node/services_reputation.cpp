// SPDX-License-Identifier: GPL-3.0-or-later
// Reputation, as the control API asks for it, and what keeps the book written.
#include "core/base/log.h"
#include "core/node/services.h"

namespace kith::node {

Task<> Node::Services::write_behind() {
    for (;;) {
        const bool due = co_await sleep_for(ports.clock, ReputationBook::write_behind, stop);
        if (!due) co_return;
        write_records();
    }
}

void Node::Services::write_records() {
    if (!reputation.dirty() || !commits.ready()) return;
    Transaction step;
    reputation.flush(step.changes);
    commits.join(std::move(step));
}

void Node::Services::sweep_records(Transaction& step) {
    if (auto done = sweep.look(step.changes, ports.clock.now()); !done) {
        log::warn(log::Category::Store, "records of peers: {}", done.error().context);
    }
}

void Node::Services::credit_freed(const crypto::AccountKey& account) {
    const auto* const contact = contacts.find(account);
    if (!running || !contact || !running->receiver.has_credit(account)) return;
    for (const auto& device : contact->devices.reachable()) {
        PeerLink* const link = links.find(device.id);
        if (link && link->refusing(wire::BusyCode::Credit)) link->go_on();
    }
    if (running->receiver.forget_left_mail(account)) running->mailboxes.collect();
}

Result<ReputationView> Node::Services::reputation_of(const identity::Contact& contact) {
    KITH_TRY(const auto record, reputation.record(contact.account));
    ReputationView out;
    out.contact = view(contact);
    out.explanation = reputation::explain(record, reputation.now());
    return out;
}

Result<ReputationView> Node::reputation(std::string who) const {
    KITH_CHECK(services_->need_identity());
    KITH_TRY(const auto* const contact, std::as_const(services_->contacts).resolve(who));
    return services_->reputation_of(*contact);
}

Task<Result<ReputationView>> Node::report_contact(std::string who) {
    Services::ContactAction action = [&services = *services_](Transaction& step,
                                                              identity::Contact& contact) {
        return services.running->flow.report(step, contact);
    };
    const auto changed = co_await services_->change(who, std::move(action));
    if (!changed) co_return tl::unexpected(changed.error());
    co_return reputation(std::move(who));
}

}  // namespace kith::node
