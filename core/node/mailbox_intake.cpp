// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/mailbox_intake.h"

#include "core/base/log.h"
#include "core/message/envelope.h"

namespace kith::node {
namespace {

// Longer than any host keeps an envelope: afterwards no note about it can be judged.
constexpr Duration served_kept = days(31);

std::uint32_t env_id_of(ByteView envelope) {
    return envelope.size() < 5 ? 0 : read_be<std::uint32_t>(envelope.subspan(1));
}

}  // namespace

MailboxIntake::Taken MailboxIntake::take(Transaction& step,
                                         const store::OwnerHost& host,
                                         std::span<const wire::HeldEnvelope> items,
                                         Timestamp now) {
    Taken out;
    const auto box = mailbox::mark_of(host.id());
    const auto find = [this](std::uint32_t env_id) -> const crypto::EnvelopeKeyPair* {
        return prekeys_.find_envelope(env_id);
    };
    for (const auto& item : items) {
        // Another device's, or of a key whose time is over: not asked for, and not ours to delete.
        if (!find(env_id_of(item.envelope))) continue;
        const auto hash = message::envelope_hash(item.envelope);
        message::Receipt::Via via{box, mailbox::mark_of(hash)};
        auto inner = message::open_envelope(item.envelope, own_, find);
        const MailVerdict verdict = inner ? take_(*inner, via) : MailVerdict::Junk;
        if (inner) crypto::wipe(*inner);
        const auto before = book_.table().served(box, via.envelope);
        const bool left = verdict == MailVerdict::NotNow;
        // Handed over is handed over: what the host must not be blamed for is not whether we could
        // read it.
        book_.table().put_served(step.changes, box, via.envelope, {true, !left, now + served_kept});
        if (before && before->served) out.again.push_back(via.envelope);
        if (left) {
            out.left.push_back(item.seq);
            continue;
        }
        if (verdict == MailVerdict::Junk) {
            out.junk.push_back(via.envelope);
        } else if (before && !before->served) {
            out.kept.push_back(via.envelope);
        }
        const bool everywhere = mailbox::delete_everywhere(item.envelope.size());
        (everywhere ? out.everywhere : out.here).push_back(mailbox::tag_of(hash));
    }
    if (!out.junk.empty()) {
        log::info(
            log::Category::Node, "{} envelopes of a mailbox could not be read", out.junk.size());
    }
    return out;
}

}  // namespace kith::node
