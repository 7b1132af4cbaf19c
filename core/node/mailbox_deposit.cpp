// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/mailbox_deposit.h"

#include "core/base/log.h"
#include "core/node/mailbox_deposit_state.h"
#include "core/session/prekeys.h"

#include <algorithm>

namespace kith::node {
namespace {

constexpr auto category = log::Category::Node;
// A prekey's signature, at the end of its record.
constexpr std::size_t signature_size = 64;

Result<message::EnvelopeRecipient> recipient_of(ByteView record,
                                                const crypto::DeviceId& device,
                                                const crypto::DeviceSigningKey& signing,
                                                Timestamp now) {
    if (record.size() <= signature_size) return fail(Code::Malformed, "size");
    session::PrekeyRecord prekey;
    prekey.body = to_bytes(record.first(record.size() - signature_size));
    prekey.sig = crypto::Signature::copy_of(record.last(signature_size));
    // A key past its end is better than none: its owner may have been away for weeks.
    KITH_TRY(const auto verified,
             session::verify_prekey<crypto::EnvelopeKey>(
                 prekey, device, signing, now, session::PrekeyTime::AllowOld));
    return message::EnvelopeRecipient{device, verified.id, verified.key};
}

}  // namespace

MailboxDeposit::MailboxDeposit(Parts parts)
    : parts_(std::move(parts)), table_(parts_.store), scope_(parts_.executor) {
    look_ = parts_.clock.call_after(look_every, [this] { look(); });
}

MailboxDeposit::~MailboxDeposit() = default;

Task<> MailboxDeposit::stop() {
    stopping_ = true;
    look_.cancel();
    for (auto& [device, mail] : mails_)
        mail->alarm.cancel();
    for (auto& [account, recipient] : recipients_) {
        for (const auto& host : recipient->hosts) {
            host->retry.cancel();
            host->slot.set();
        }
    }
    co_await scope_.join();
}

// --- Memory

Result<> MailboxDeposit::load() {
    for (auto& [device, mail] : mails_) {
        mail->rows.clear();
        mail->note.reset();
        mail->last_deposit.reset();
    }
    KITH_TRY(auto held, table_.announcements());
    for (auto& one : held)
        adopt(std::move(one));
    KITH_CHECK(load_keys());
    KITH_CHECK(table_.copies([this](const store::CopiesRow& row) {
        const Lane* const lane = parts_.outbox.lane(row.device);
        // The batch that took the entry out of the outbox took its copies too.
        if (lane && lane->find(row.message)) mail_of(*lane).rows.emplace(row.message, row);
    }));
    for (const auto& [device, lane] : parts_.outbox.lanes())
        wake(*lane);
    for (const auto& [account, recipient] : recipients_)
        visit_all(account);
    return success();
}

Result<> MailboxDeposit::load_keys() {
    const Timestamp now = parts_.clock.wall();
    KITH_TRY(const auto keys, table_.envelope_keys());
    for (const auto& key : keys) {
        const auto* const known = parts_.lists.find(key.account);
        const auto* const listed = known ? known->find(key.device) : nullptr;
        if (!listed) continue;
        const auto recipient = recipient_of(key.record, key.device, listed->signing, now);
        if (!recipient) continue;
        auto& mail = mails_[key.device];
        if (!mail) mail = std::make_unique<Mail>();
        mail->account = key.account;
        mail->device = key.device;
        mail->recipient = *recipient;
    }
    return success();
}

MailboxDeposit::Mail& MailboxDeposit::mail_of(const Lane& lane) {
    auto& mail = mails_[lane.device()];
    if (!mail) mail = std::make_unique<Mail>();
    mail->account = lane.account();
    mail->device = lane.device();
    return *mail;
}

store::CopiesRow* MailboxDeposit::row_of(const crypto::DeviceId& device,
                                         const crypto::MessageId& id) {
    const auto mail = mails_.find(device);
    if (mail == mails_.end()) return nullptr;
    const auto row = mail->second->rows.find(id);
    return row == mail->second->rows.end() ? nullptr : &row->second;
}

std::vector<mailbox::Copies::Target> MailboxDeposit::targets(const Recipient& recipient) const {
    std::vector<mailbox::Copies::Target> out;
    for (const auto& host : recipient.hosts)
        out.push_back({host->box, host->announced.own});
    return out;
}

void MailboxDeposit::adopt(store::HeldAnnouncement held) {
    const crypto::AccountKey account = held.account;
    auto& announcement = held.announcement;
    auto& recipient = recipients_[account];
    std::vector<HostPointer> before;
    if (recipient) before = std::move(recipient->hosts);
    auto key = mailbox::deposit_key(announcement.deposit_seed);
    const auto own_box = own_box_ ? own_box_() : std::nullopt;
    std::vector<HostPointer> hosts;
    for (const auto& named : announcement.hosts) {
        if (own_box && named.id() == *own_box) continue;
        const auto known =
            std::ranges::find(before, named.id(), [](const auto& host) { return host->box; });
        HostPointer host = known != before.end()
                               ? *known
                               : std::make_shared<Host>(account, named, parts_.executor);
        host->announced = named;
        host->cursor.clear();
        host->not_before = {};
        hosts.push_back(std::move(host));
    }
    for (const auto& host : before) {
        host->gone = std::ranges::find(hosts, host) == hosts.end();
        if (host->gone) host->retry.cancel();
    }
    recipient = std::make_unique<Recipient>(
        Recipient{std::move(announcement), std::move(key), std::move(hosts), held.key_since, {}});
}

// --- What contacts say

Result<> MailboxDeposit::on_announcement(Transaction& step, const Origin& origin, ByteView body) {
    KITH_TRY(auto announcement, mailbox::decode_announcement(body));
    const auto known = recipients_.find(origin.account);
    const bool told = known != recipients_.end() && !known->second->beacon;
    if (told && announcement.seq <= known->second->announcement.seq) {
        return success();  // an older word, late
    }
    const bool same_key = known != recipients_.end() &&
                          known->second->announcement.deposit_seed == announcement.deposit_seed;
    store::HeldAnnouncement held{origin.account, std::move(announcement), {}};
    if (same_key) {
        held.key_since = known->second->key_since;
    } else if (known != recipients_.end()) {
        held.key_since = parts_.clock.wall();
    }
    table_.put(step.changes, held);
    adopt(std::move(held));
    const auto named = targets(*recipients_.at(origin.account));
    const Timestamp now = parts_.clock.wall();
    for (const auto& [device, mail] : mails_) {
        if (mail->account != origin.account) continue;
        for (auto& [id, row] : mail->rows) {
            row.copies.set_hosts(named, now);
            table_.put(step.changes, row);
        }
    }
    step.after.push_back([this, account = origin.account] { wake(account); });
    return success();
}

Result<> MailboxDeposit::on_envelope_key(Transaction& step, const Origin& origin, ByteView body) {
    const Timestamp now = parts_.clock.wall();
    KITH_TRY(const auto recipient, recipient_of(body, origin.device, origin.signing, now));
    table_.put_envelope_key(step.changes, {origin.account, origin.device, to_bytes(body)});
    auto& mail = mails_[origin.device];
    if (!mail) mail = std::make_unique<Mail>();
    mail->account = origin.account;
    mail->device = origin.device;
    mail->recipient = recipient;
    step.after.push_back([this, account = origin.account] { wake(account); });
    return success();
}

Result<> MailboxDeposit::on_receipt_ask(Transaction& step, const Origin& origin, ByteView body) {
    KITH_TRY(const auto entries, mailbox::decode_note(body));
    const auto* const contact = std::as_const(parts_.contacts).find(origin.account);
    if (!contact || entries.size() != 1) return success();
    KITH_TRY(const auto noted, table_.noted(origin.device, entries.front()));
    message::Mailbox word;
    word.kind = message::Mailbox::Kind::ReceiptShown;
    word.body = to_bytes(body);
    if (noted) append(word.body, mailbox::encode(noted->receipt));
    parts_.sender.say_to(step, *contact, origin.device, word);
    return success();
}

// --- What is to be left

bool MailboxDeposit::can_seal(const Mail& mail) const {
    const auto found = recipients_.find(mail.account);
    return mail.recipient && found != recipients_.end() && !found->second->hosts.empty();
}

void MailboxDeposit::wake(Lane& lane) {
    if (stopping_ || lane.empty() || recipients_.empty()) return;
    Mail& mail = mail_of(lane);
    if (can_seal(mail)) plan(mail);
}

void MailboxDeposit::wake(const crypto::AccountKey& account) {
    if (stopping_) return;
    const auto found = recipients_.find(account);
    if (found == recipients_.end()) return;
    for (const auto& [device, mail] : mails_) {
        if (mail->account != account || !can_seal(*mail)) continue;
        const Lane* const lane = parts_.outbox.lane(device);
        if (!lane || lane->empty()) continue;
        mail->planned = false;
        plan(*mail);
    }
    visit_all(account);
}

void MailboxDeposit::plan(Mail& mail) {
    if (mail.planned) return;
    const Lane* const lane = parts_.outbox.lane(mail.device);
    if (!lane || lane->empty()) return;
    const bool linked = parts_.links.find(mail.device) != nullptr;
    mail.away = mail.away && !linked;
    const bool hopeless = !linked && (mail.away || (away_ && away_(mail.account)));
    mail.planned = true;
    mail.front = lane->front()->position;
    const Duration wait = hopeless ? Duration::zero() : mailbox::deposit_delay;
    mail.alarm = parts_.clock.call_after(wait, [this, device = mail.device] { due(device); });
}

void MailboxDeposit::due(const crypto::DeviceId& device) {
    const auto found = mails_.find(device);
    if (stopping_ || found == mails_.end()) return;
    Mail& mail = *found->second;
    mail.planned = false;
    const Lane* const lane = parts_.outbox.lane(device);
    if (!lane || lane->empty() || !can_seal(mail)) return;
    // The link carries it away: hosts have nothing to do.
    const bool linked = parts_.links.find(device) != nullptr;
    if (linked && lane->front()->position != mail.front) return plan(mail);
    mail.away = !linked;
    if (mail.sealing) {
        mail.again = true;
        return;
    }
    mail.sealing = true;
    scope_.spawn(seal_all(device));
}

Task<> MailboxDeposit::seal_all(crypto::DeviceId device) {
    for (;;) {
        const auto found = mails_.find(device);
        const Lane* const lane = parts_.outbox.lane(device);
        if (found == mails_.end() || !lane) co_return;
        Mail& mail = *found->second;
        mail.again = false;
        std::size_t sealed = 0;
        if (!stopping_ && can_seal(mail) && parts_.commits.ready()) {
            Transaction step;
            sealed = seal_some(mail, *lane, step);
            if (sealed > 0) {
                const auto committed = co_await parts_.commits.commit(std::move(step));
                if (!committed) sealed = 0;
            }
        }
        const auto still = mails_.find(device);
        if (still == mails_.end()) co_return;
        if (sealed > 0 && !stopping_) {
            visit_all(still->second->account);
            continue;
        }
        if (still->second->again && !stopping_) continue;
        still->second->sealing = false;
        co_return;
    }
}

std::size_t MailboxDeposit::seal_some(Mail& mail, const Lane& lane, Transaction& step) {
    std::size_t sealed = 0;
    for (const auto* entry = lane.front(); entry && entry->position <= lane.durable();
         entry = lane.next(entry->position)) {
        if (sealed == seal_step) break;
        if (entry->open || mail.rows.contains(entry->id)) continue;
        store::CopiesRow row;
        row.device = mail.device;
        row.message = entry->id;
        row.copies.set_hosts(targets(*recipients_.at(mail.account)), parts_.clock.wall());
        if (auto done = seal(step, mail, lane, *entry, std::move(row)); !done) {
            log::debug(category, "not sealed for a mailbox: {}", done.error().context);
            break;
        }
        ++sealed;
    }
    return sealed;
}

Result<> MailboxDeposit::seal(Transaction& step,
                              Mail& mail,
                              const Lane& lane,
                              const OutboxEntry& entry,
                              store::CopiesRow row) {
    KITH_TRY(const auto inner, parts_.outbox.inner(lane, entry.position));
    KITH_TRY(const auto envelope, message::seal_envelope(*mail.recipient, *inner, parts_.random));
    if (!mail.last_deposit) {
        KITH_TRY(const auto next, table_.next_deposit(mail.device));
        mail.last_deposit = next - 1;
    }
    row.deposit = ++*mail.last_deposit;
    table_.put_envelope(step.changes, mail.device, entry.id, envelope);
    table_.put(step.changes, row);
    mail.rows.insert_or_assign(entry.id, std::move(row));
    return success();
}

void MailboxDeposit::dropped(store::Changes& changes,
                             const crypto::DeviceId& device,
                             const crypto::MessageId& id) {
    const auto found = mails_.find(device);
    if (found == mails_.end() || found->second->rows.erase(id) == 0) return;
    table_.erase_copies(changes, device, id);
}

Bytes MailboxDeposit::note(const crypto::DeviceId& device) {
    const auto found = mails_.find(device);
    if (found == mails_.end()) return {};
    Mail& mail = *found->second;
    if (!mail.note) {
        const auto noted = table_.noted(device, mailbox::note_entries);
        if (!noted) return {};
        mail.note = mailbox::encode_note(mailbox::make_note(*noted));
    }
    return *mail.note;
}

bool MailboxDeposit::kept(const crypto::DeviceId& device, const crypto::MessageId& id) const {
    const auto mail = mails_.find(device);
    if (mail == mails_.end()) return false;
    const auto row = mail->second->rows.find(id);
    return row != mail->second->rows.end() && row->second.copies.enough(parts_.clock.wall());
}

bool MailboxDeposit::kept_by_us_alone(const crypto::AccountKey& account) const {
    const auto found = recipients_.find(account);
    if (found == recipients_.end() || found->second->beacon) return false;
    return found->second->hosts.empty() && !found->second->announcement.hosts.empty();
}

// --- What people see

std::size_t MailboxDeposit::alive(const crypto::DeviceId& device,
                                  const crypto::MessageId& id) const {
    const auto mail = mails_.find(device);
    if (mail == mails_.end()) return 0;
    const auto row = mail->second->rows.find(id);
    return row == mail->second->rows.end() ? 0 : row->second.copies.alive(parts_.clock.wall());
}

}  // namespace kith::node
