// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/mailbox_judge.h"

#include "core/base/log.h"

#include <algorithm>

namespace kith::node {

using mailbox::ClaimVerdict;
using mailbox::NoteVerdict;

Result<> MailboxJudge::load() {
    KITH_TRY(notes_, book_.table().open_notes());
    KITH_TRY(memory_since_, book_.table().memory_since());
    return success();
}

void MailboxJudge::forget_before(Transaction& step, Timestamp now) {
    memory_since_ = now;
    book_.table().put_memory_since(step.changes, now);
}

mailbox::NoteFacts MailboxJudge::facts_of(const store::OpenNote& note, Timestamp now) const {
    mailbox::NoteFacts facts;
    const auto* const host = std::as_const(book_).find(note.entry.box);
    facts.own_host = host != nullptr;
    // What cannot be read is nobody's fault but ours.
    const auto served = book_.table().served(note.entry.box, note.entry.envelope);
    facts.served = !served || served->served;
    facts.deleted = !served || served->deleted;
    const auto distrusted = book_.table().distrusts(note.contact, now);
    facts.distrusted = !distrusted || *distrusted;
    facts.memory_since = memory_since_;
    if (host) {
        facts.complete_pickup = host->complete_pickup;
        facts.pickups_since =
            mailbox::pickups_begun_since(note.complete_pickups, host->complete_pickups);
    }
    return facts;
}

void MailboxJudge::on_note(Transaction& step,
                           const crypto::AccountKey& contact,
                           ByteView bytes,
                           Timestamp now) {
    const auto entries = mailbox::decode_note(bytes);
    if (!entries) return;
    auto open =
        static_cast<std::size_t>(std::ranges::count(notes_, contact, &store::OpenNote::contact));
    for (const auto& entry : *entries) {
        const auto* const host = std::as_const(book_).find(entry.box);
        if (!host || open >= max_open) continue;
        store::OpenNote note{contact, entry, host->complete_pickups, {}};
        const bool known = std::ranges::any_of(notes_, [&](const store::OpenNote& other) {
            return other.contact == contact && other.entry == entry;
        });
        if (known || judge_entry(entry, facts_of(note, now)) == NoteVerdict::Nothing) continue;
        book_.table().put(step.changes, note);
        notes_.push_back(note);
        ++open;
    }
}

void MailboxJudge::on_complete(Transaction& step, const store::OwnerHost& host, Timestamp now) {
    const auto mark = mailbox::mark_of(host.id());
    std::erase_if(notes_, [&](store::OpenNote& note) {
        if (note.entry.box != mark) return false;
        const bool asked = note.asked != Timestamp{};
        const NoteVerdict verdict = judge_entry(note.entry, facts_of(note, now));
        const bool over = asked && now - note.asked > patience;
        const bool ask = verdict == NoteVerdict::AskForReceipt && !asked;
        if (verdict == NoteVerdict::Nothing || over ||
            (ask && !ask_(step, note.contact, note.entry))) {
            book_.table().erase(step.changes, note);
            return true;
        }
        if (!ask) return false;
        note.asked = now;
        book_.table().put(step.changes, note);
        return false;
    });
}

bool MailboxJudge::is_late(const mailbox::BoxMark& box,
                           const mailbox::EnvelopeMark& envelope,
                           Timestamp now) const {
    const auto* const host = std::as_const(book_).find(box);
    return host && std::ranges::any_of(notes_, [&](const store::OpenNote& note) {
               const Timestamp stored = from_unix_seconds(note.entry.stored_at);
               return note.entry.box == box && note.entry.envelope == envelope &&
                      now - stored > mailbox::late_after &&
                      mailbox::pickups_begun_since(note.complete_pickups, host->complete_pickups) >=
                          late_pickups;
           });
}

bool MailboxJudge::on_shown(Transaction& step,
                            const crypto::AccountKey& contact,
                            ByteView body,
                            Timestamp now) {
    if (body.size() < mailbox::note_entry_size) return false;
    const auto entries = mailbox::decode_note(body.first(mailbox::note_entry_size));
    if (!entries) return false;
    const auto& entry = entries->front();
    const auto found = std::ranges::find_if(notes_, [&](const store::OpenNote& note) {
        return note.contact == contact && note.entry == entry && note.asked != Timestamp{};
    });
    if (found == notes_.end()) return false;  // not asked, or answered before
    const mailbox::NoteFacts facts = facts_of(*found, now);
    book_.table().erase(step.changes, *found);
    notes_.erase(found);
    const auto* const known = std::as_const(book_).find(entry.box);
    if (!known) return false;
    std::optional<mailbox::Receipt> shown;
    if (auto receipt = mailbox::decode_receipt(body.subspan(mailbox::note_entry_size))) {
        shown = *receipt;
    }
    switch (judge_claim(entry, facts, shown, known->key)) {
        case ClaimVerdict::InOrder:
            return false;
        case ClaimVerdict::NothingProven: {
            const bool forgotten = body.size() == mailbox::note_entry_size;
            const Duration ignored = forgotten ? mailbox::note_forgotten : mailbox::note_distrust;
            // Silence does not shorten what a lie has brought.
            if (forgotten && facts.distrusted) return false;
            book_.table().put_distrust(step.changes, contact, now + ignored);
            return false;
        }
        case ClaimVerdict::ProvenLoss:
            break;
    }
    scores_.lost(step, *shown, now);
    log::warn(log::Category::Node, "a mailbox has lost what it promised to keep");
    return true;
}

}  // namespace kith::node
