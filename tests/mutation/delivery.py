# SPDX-License-Identifier: GPL-3.0-or-later
"""Sabotages of the promise that each message arrives once, in order, and that what is said of it is true."""
from sabotage import Sabotage

STORE = ("kith_store_test",)
NODE = ("kith_node_test", "kith_sim_node_test")
HOSTILE = ("kith_sim_hostile_test",)
BOX = ("kith_mailbox_test",)

SABOTAGES = [
    Sabotage(
        "known-message", "a message that was encrypted again after a reset is shown twice",
        "core/node/receiver.cpp",
        "        if (known) return success();", "        (void)known;", NODE),
    Sabotage(
        "receipt-again", "a message whose receipt was lost is never said to be delivered",
        "core/node/receiver.cpp",
        "if (!repeat_receipt(link, n, seen)) unreadable", "unreadable", NODE),
    Sabotage(
        "receipt-after-commit", "the receipt leaves before the message is on the disk",
        "core/node/receipts.cpp",
        "    store_.when_synced(\n        store_.open_batch(),\n",
        "    [](store::BatchTicket, auto done) { done(success()); }(\n        store_.open_batch(),\n",
        NODE),
    Sabotage(
        "custody-after-commit", "a mailbox signs for an envelope that is not on its disk",
        "core/node/mailbox_host_requests.cpp",
        "    parts_.store.when_synced(ticket, synced);", "    (void)ticket;\n    synced(success());",
        HOSTILE),
    Sabotage(
        "send-after-commit", "a message leaves before the ratchet that made it is on the disk",
        "core/node/peer_link.cpp",
        "        if (!entry || entry->position > lane.durable()) return;",
        "        if (!entry) return;", NODE),
    Sabotage(
        "fsync", "what was acknowledged is gone after a power cut",
        "core/store/rocks_engine.cpp",
        "    options.sync = true;", "    options.sync = false;", STORE),
    Sabotage(
        "failed-sync", "a failed sync counts as a good one",
        "core/store/group_commit.cpp",
        "    if (!result) {\n        fall(result.error());\n        return;\n    }\n", "    (void)result;\n", STORE),
    Sabotage(
        "batch-order", "what joins while a batch is written is acknowledged with that batch",
        "core/store/group_commit.cpp",
        "    return BatchTicket(open_);\n",
        "    return BatchTicket(in_flight_ ? in_flight_ : open_);\n", STORE),
    Sabotage(
        "outbox-after-restart", "what waited when the daemon ended is never sent",
        "core/node/outbox.cpp",
        "        lane.durable_ = lane.last_;\n", "", NODE),
    Sabotage(
        "retry-again", "a deposit that failed once is never tried again",
        "core/mailbox/copies.cpp",
        "        if (wants_deposit(copy)) at = copy.next;",
        "        if (wants_deposit(copy) && copy.attempts == 0) at = copy.next;",
        BOX + ("kith_sim_node_test",)),
    Sabotage(
        "window-after-busy", "acknowledged messages stay in the window until it is full",
        "core/node/peer_link.cpp",
        "        in_flight_bytes_ -= sent.size;\n        in_flight_.erase(found);",
        "        in_flight_.erase(found);", NODE),
    Sabotage(
        "gap", "a message that is missing from a sender is not noticed",
        "core/message/gap.cpp",
        "            missing_.push_back({highest_ + 1, seq - 1});\n", "",
        ("kith_message_test",)),
    Sabotage(
        "taken-is-delivered", "the word of a link, without the reader's receipt, ends a message",
        "core/node/peer_link.cpp",
        "        if (sent.receipt) handler_.on_taken(*this, sent.position);",
        "        handler_.on_taken(*this, sent.position);", NODE),
    Sabotage(
        "old-copy", "a data directory restored from a copy is not recognized",
        "core/store/rewind_guard.cpp",
        "database < file};", "false};", STORE + ("kith_sim_node_test",)),
    Sabotage(
        "one-time-key", "a one-time key can be used a second time",
        "core/node/prekey_stock.cpp",
        "    table_.erase(changes, PrekeyKind::OneTime, *one_time_id);\n    keys_.one_time.erase(*one_time_id);\n",
        "", NODE),
    Sabotage(
        "begun-later", "a session too many for a day is thrown away with its mail",
        "core/node/receiver_mail.cpp",
        "if (error.code == Code::RateLimited || of_the_store(error.code))",
        "if (of_the_store(error.code))", NODE),
    Sabotage(
        "handed-over-unread", "what a mailbox that stops cannot read counts as handed over",
        "core/node/mailbox_host.cpp",
        "        if (!row) return fail(Code::Corrupt, \"an envelope without its row\");",
        "        if (!row) continue;", NODE),
    Sabotage(
        "handed-over-unsigned", "a mailbox that stops takes anybody's word that its mail is safe",
        "core/node/mailbox_handoff.cpp",
        "            body && mailbox::accept_receipt(attempt.to.key, hash, *body).has_value();",
        "            body.has_value() && hash != crypto::EnvelopeHash{};", NODE),
    Sabotage(
        "prekeys-first", "a key is given away whose private half may be lost",
        "core/node/mailbox_client_stock.cpp",
        "    KITH_CO_CHECK(co_await parts_.commits.commit(std::move(step)));",
        "    parts_.commits.join(std::move(step));", NODE),
    Sabotage(
        "prekeys-kept", "mailboxes use up the keys for those who call",
        "core/node/prekey_stock.cpp",
        "    if (keys_.one_time.size() + session::one_time_stock + kept_for_links > max_one_time) return out;\n",
        "", NODE),
    Sabotage(
        "grown-network", "a record is not placed anew when the network has grown, and nobody finds it",
        "dht/publications.cpp",
        "        if (!enough) continue;\n", "        continue;\n", ("kith_sim_dht",)),
]
