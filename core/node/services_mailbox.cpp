// SPDX-License-Identifier: GPL-3.0-or-later
// Mailboxes: what links and contacts say goes to the service that it is for.
#include "core/node/services.h"

namespace kith::node {

bool Node::Services::on_mailbox_request(PeerLink&, const wire::Frame&) {
    return false;
}

bool Node::Services::on_nudge(PeerLink&, ByteView) {
    return false;
}

void Node::Services::on_end(PeerLink&) {}

Result<> Node::Services::on_mailbox_word(Transaction&,
                                         const Origin&,
                                         const message::Mailbox& word) {
    using Kind = message::Mailbox::Kind;
    switch (word.kind) {
        case Kind::Offer:
        case Kind::ReceiptShown:
        case Kind::LeaseWish:
        case Kind::Announcement:
        case Kind::EnvelopeKey:
        case Kind::ReceiptAsk:
            return success();
    }
    return success();  // of a newer kith
}

}  // namespace kith::node
