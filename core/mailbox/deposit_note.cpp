// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/deposit_note.h"

#include <algorithm>
#include <set>

namespace kith::mailbox {

namespace {

template <class Mark>
Mark first_bytes(ByteView bytes) {
    Mark out{};
    std::ranges::copy(bytes.first(out.size()), out.begin());
    return out;
}

NoteEntry entry_of(const Receipt& receipt) {
    return {mark_of(receipt.box),
            mark_of(receipt.envelope),
            static_cast<std::uint32_t>(receipt.stored_at)};
}

}  // namespace

BoxMark mark_of(const crypto::BoxId& box) {
    return first_bytes<BoxMark>(box);
}

void MarkMemory::add(const EnvelopeMark& mark) {
    if (!known_.insert(mark).second) return;
    order_.push_back(mark);
    if (order_.size() <= most) return;
    known_.erase(order_.front());
    order_.pop_front();
}

EnvelopeMark mark_of(const EnvelopeTag& tag) {
    EnvelopeMark mark{};
    std::copy_n(tag.data(), mark.size(), mark.begin());
    return mark;
}

EnvelopeMark mark_of(const crypto::EnvelopeHash& hash) {
    return first_bytes<EnvelopeMark>(hash);
}

Bytes encode_note(std::span<const NoteEntry> entries) {
    Bytes out;
    for (const NoteEntry& entry : entries) {
        append(out, entry.box);
        append(out, entry.envelope);
        append_be<std::uint32_t>(out, entry.stored_at);
    }
    return out;
}

Result<std::vector<NoteEntry>> decode_note(ByteView bytes) {
    if (bytes.size() % note_entry_size != 0 || bytes.size() > note_entries * note_entry_size)
        return fail(Code::Malformed, "a note of deposits of another size");
    std::vector<NoteEntry> out;
    for (; !bytes.empty(); bytes = bytes.subspan(note_entry_size)) {
        out.push_back({first_bytes<BoxMark>(bytes),
                       first_bytes<EnvelopeMark>(bytes.subspan(4)),
                       read_be<std::uint32_t>(bytes.subspan(12))});
    }
    return out;
}

std::vector<NoteEntry> make_note(std::span<const NotedCopy> copies) {
    std::vector<const NotedCopy*> newest;
    for (const NotedCopy& copy : copies)
        if (copy.envelope_size <= judged_envelope_size) newest.push_back(&copy);
    std::ranges::stable_sort(newest, std::greater{}, &NotedCopy::deposit);
    std::vector<NoteEntry> out;
    std::set<std::uint64_t> deposits;
    for (const NotedCopy* copy : newest) {
        deposits.insert(copy->deposit);
        if (deposits.size() > note_deposits || out.size() == note_entries) break;
        out.push_back(entry_of(copy->receipt));
    }
    return out;
}

NoteVerdict judge_entry(const NoteEntry& entry, const NoteFacts& facts) {
    if (!facts.own_host || facts.served || facts.deleted || facts.distrusted)
        return NoteVerdict::Nothing;
    const Timestamp stored = from_unix_seconds(entry.stored_at);
    // What was there before this memory began may have been collected and forgotten.
    if (stored < facts.memory_since) return NoteVerdict::Nothing;
    return facts.pickups_since == 0 ? NoteVerdict::Later : NoteVerdict::AskForReceipt;
}

ClaimVerdict judge_claim(const NoteEntry& entry,
                         const NoteFacts& facts,
                         const std::optional<Receipt>& shown,
                         const crypto::MailboxKey& host) {
    if (!shown || entry_of(*shown) != entry || !verify_receipt(host, *shown))
        return ClaimVerdict::NothingProven;
    NoteFacts present = facts;
    present.distrusted = false;
    if (judge_entry(entry, present) != NoteVerdict::AskForReceipt) return ClaimVerdict::InOrder;
    const Timestamp expires = from_unix_seconds(shown->expires);
    const bool in_time = facts.complete_pickup + judgement_margin < expires;
    return in_time ? ClaimVerdict::ProvenLoss : ClaimVerdict::InOrder;
}

}  // namespace kith::mailbox
