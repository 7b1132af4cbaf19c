// SPDX-License-Identifier: GPL-3.0-or-later
// The desk itself: its rows, what is shown, what is decided. Arrival is in
// contact_desk_arrival.cpp.
#include "core/node/contact_desk.h"

#include "core/base/log.h"
#include "core/message/inner.h"

namespace kith::node {
namespace {

using store::Table;

constexpr auto category = log::Category::Node;

}  // namespace

ContactDesk::ContactDesk(Parts parts)
    : parts_(std::move(parts)),
      table_(parts_.store),
      invites_(parts_.store),
      scope_(parts_.executor) {}

// --- Rows

Result<> ContactDesk::load_state() {
    const Timestamp now = parts_.clock.wall();
    KITH_TRY(const auto stored, table_.state());
    if (stored) {
        secret_ = stored->secret;
    } else {
        secret_.resize(reputation::DeskSecret::size_bytes);
        parts_.random.fill(secret_);
    }
    desk_ = std::make_unique<Desk>(reputation::DeskSecret::copy_of(secret_), parts_.settings, now);
    if (stored) {
        KITH_CHECK(desk_->restore_state(stored->state));
    }
    return success();
}

Result<> ContactDesk::load() {
    held_.clear();
    charged_ = {};
    KITH_CHECK(load_state());
    KITH_TRY(const auto charged, table_.charged());
    for (const auto& one : charged)
        charged_.restore(one.id, one.expires);
    std::vector<Bytes> unreadable;
    KITH_TRY(auto entries, table_.entries(unreadable));
    if (!unreadable.empty()) {
        log::warn(category, "{} contact requests cannot be read", unreadable.size());
    }
    for (auto& entry : entries) {
        const auto& claim = entry.request.claim;
        const auto inner = crypto::InnerId::copy_of(entry.inner);
        const Held held{claim.sender, entry.device, inner, {}};
        const crypto::MessageId id = claim.id;
        if (desk_->restore(std::move(entry.request))) held_.emplace(id, held);
    }
    return success();
}

void ContactDesk::put_state(Transaction& step) {
    store::DeskState state;
    state.secret = secret_;
    state.state = desk_->encode_state();
    store::RequestTable::put(step.changes, state);
    crypto::wipe(state.secret);
}

const ContactDesk::Held* ContactDesk::held_of(const crypto::AccountKey& account) const {
    for (const auto& [id, held] : held_) {
        if (held.account == account) return &held;
    }
    return nullptr;
}

/// The row and, but for `keep`, the session that was held with it.
void ContactDesk::erase(Transaction& step,
                        const crypto::MessageId& id,
                        const crypto::DeviceId* keep) {
    store::RequestTable::erase(step.changes, id);
    const auto found = held_.find(id);
    if (found == held_.end()) return;
    const crypto::DeviceId device = found->second.device;
    held_.erase(found);
    if (keep && *keep == device) return;
    if (auto erased = parts_.sessions.erase(step.changes, device); !erased) {
        log::warn(category, "a session stays: {}", erased.error().context);
    }
}

// --- Lifecycle

void ContactDesk::start() {
    told_effort_ = effort();
    look();
}

Task<> ContactDesk::stop() {
    stopping_ = true;
    alarm_.cancel();
    co_await scope_.join();
}

void ContactDesk::set(Desk::Settings settings) {
    const bool was_open = open();
    parts_.settings = settings;
    desk_->set(settings);
    if (was_open != open() && changed_) changed_();
    look();
}

std::uint16_t ContactDesk::effort() {
    return parts_.effort.value_or(desk_->effort(parts_.clock.wall()).published());
}

void ContactDesk::plan() {
    alarm_.cancel();
    if (stopping_) return;
    const Timestamp now = parts_.clock.wall();
    const auto next = desk_->next_show(now);
    if (!next) return;
    const Duration wait = std::max<Duration>(*next - now, seconds(1));
    alarm_ = parts_.clock.call_after(wait, [this] { look(); });
}

void ContactDesk::look() {
    if (stopping_ || !parts_.commits.ready()) return;
    Transaction step;
    const Timestamp now = parts_.clock.wall();
    for (const auto& gone : desk_->sweep(now)) {
        if (gone.ignored) ignored(step, gone.request);
        erase(step, gone.request.claim.id, nullptr);
    }
    show_due(step);
    if (!step.changes.empty()) {
        put_state(step);
        parts_.commits.join(std::move(step));
    }
    const std::uint16_t asked = effort();
    if (std::exchange(told_effort_, asked) != asked && changed_) changed_();
    plan();
}

// --- Showing

void ContactDesk::show_due(Transaction& step) {
    const Timestamp now = parts_.clock.wall();
    for (const auto& id : desk_->show(now)) {
        if (show(step, id)) continue;
        // Nobody can see it: it is gone.
        (void)desk_->decide(id, Desk::Decision::Blocked, now);
        erase(step, id, nullptr);
    }
}

bool ContactDesk::show(Transaction& step, const crypto::MessageId& id) {
    const auto stored = table_.entry(id);
    const auto* const request = desk_->find(id);
    if (!stored || !*stored || !request) return false;
    store::DeskEntry entry = **stored;
    entry.request = *request;
    const auto& claim = request->claim;
    auto opened = parts_.contacts.open(claim.sender, parts_.clock.wall());
    if (!opened) return false;
    identity::Contact& contact = **opened;
    parts_.lists.move_to(contact);
    if (!contact.devices.accept(entry.list)) return false;
    const auto standing = identity::advance(contact.standing, identity::ContactEvent::PeerAsked);
    if (!standing) return false;
    contact.standing = *standing;
    contact.self_name = request->content.name;
    contact.note = request->content.text.substr(0, identity::Contact::max_note);
    if (request->content.reach) contact.reach = request->content.reach;
    parts_.contacts.put(step.changes, contact);
    const bool cold = claim.way == reputation::Way::Cold;
    if (!cold || desk_->notifies(parts_.clock.wall())) {
        step.events.push_back(ContactRef{claim.sender});
    }
    store::RequestTable::put(step.changes, entry);
    // Now it counts as received: the sender may know that it was seen.
    parts_.log.note(step.changes, claim.sender, entry.message);
    step.changes.put(Table::Seen, ByteView(entry.inner).first(16), entry.message);
    parts_.owed.add(step, claim.sender, entry.device, entry.message, std::nullopt);
    if (const auto held = held_.find(id); held != held_.end()) {
        held->second.told = parts_.clock.wall();
    }
    step.after.push_back([this, device = entry.device] {
        if (parts_.links.find(device)) parts_.owed.hasten(device);
    });
    return true;
}

/// Somebody who was seen asks again: the receipt was lost.
void ContactDesk::tell_again(const crypto::AccountKey& account) {
    for (auto& [id, held] : held_) {
        const Timestamp now = parts_.clock.wall();
        if (held.account != account || now - held.told < repeat_receipt) continue;
        const auto entry = table_.entry(id);
        if (!entry || !*entry || !parts_.commits.ready()) return;
        held.told = now;
        Transaction step;
        parts_.owed.add(step, account, held.device, (*entry)->message, std::nullopt);
        if (!step.changes.empty()) parts_.commits.join(std::move(step));
        if (parts_.links.find(held.device)) parts_.owed.hasten(held.device);
        return;
    }
}

bool ContactDesk::shows(const crypto::AccountKey& account) const {
    for (const auto& request : desk_->shown()) {
        if (request.claim.sender == account) return true;
    }
    return false;
}

std::optional<crypto::AccountKey> ContactDesk::introduced_by(
    const crypto::AccountKey& account) const {
    for (const auto& request : desk_->shown()) {
        if (request.claim.sender == account) return request.voucher;
    }
    return std::nullopt;
}

bool ContactDesk::waits(const crypto::AccountKey& account) const {
    return held_of(account) != nullptr && !shows(account);
}

// --- Leaving

void ContactDesk::ignored(Transaction& step, const reputation::DeskRequest& request) {
    const auto& sender = request.claim.sender;
    parts_.reputation.observe(sender, reputation::Event::Ignored);
    auto* const contact = parts_.contacts.find(sender);
    if (!contact || contact->state() != identity::ContactState::PendingIn) return;
    contact->standing = identity::ContactStanding::stranger();
    parts_.contacts.put(step.changes, *contact);
    step.events.push_back(ContactRef{sender});
}

void ContactDesk::decided(Transaction& step,
                          const crypto::AccountKey& account,
                          Desk::Decision decision) {
    const Timestamp now = parts_.clock.wall();
    std::vector<crypto::MessageId> ids;
    for (const auto& request : desk_->shown()) {
        if (request.claim.sender == account) ids.push_back(request.claim.id);
    }
    for (const auto& id : ids) {
        const auto request = desk_->decide(id, decision, now);
        if (request && request->voucher && decision != Desk::Decision::Declined) {
            const bool well = decision == Desk::Decision::Accepted;
            if (well || decision == Desk::Decision::Reported) {
                (void)parts_.reputation.act(*request->voucher,
                                            [well](reputation::Record& record, Timestamp then) {
                                                record.vouched(well, then);
                                            });
            }
        }
        // What is said in the session from now on is between the two.
        const auto held = held_.find(id);
        const auto* const keep = held == held_.end() ? nullptr : &held->second.device;
        const crypto::DeviceId device = keep ? *keep : crypto::DeviceId();
        erase(step, id, &device);
    }
    remove(step, account);
    put_state(step);
    step.after.push_back([this] { look(); });
}

void ContactDesk::remove(Transaction& step, const crypto::AccountKey& account) {
    for (const auto& id : desk_->remove(account)) {
        const auto held = held_.find(id);
        const crypto::DeviceId device =
            held == held_.end() ? crypto::DeviceId() : held->second.device;
        erase(step, id, &device);
    }
}

}  // namespace kith::node
