# SPDX-License-Identifier: GPL-3.0-or-later
"""Sabotages of what keeps abuse small: limits, rates, credit, work, and text shown to people."""
from sabotage import Sabotage

WIRE = ("kith_wire_test",)
SESSION = ("kith_session_test",)
TRANSPORT = ("kith_transport_test",)
BOX = ("kith_mailbox_test",)
REPUTATION = ("kith_reputation_test",)
NODE = ("kith_node_test", "kith_sim_node_test")
DHT = ("kith_dht_test",)

SABOTAGES = [
    Sabotage(
        "frame-bound", "a frame of any claimed length is waited for",
        "core/wire/frame_splitter.cpp",
        "    if (length == 0 || length > most) {", "    if (length == 0 || length > most + 0xffffffffU) {", WIRE),
    Sabotage(
        "frame-before-open", "a stranger may send frames as large as a contact's",
        "core/wire/frame_splitter.cpp",
        "open_ ? limits::frame_after_open : limits::frame_before_open;", "limits::frame_after_open;", WIRE),
    Sabotage(
        "trailing-bytes", "what follows a document is ignored",
        "core/wire/reader.cpp",
        "    if (at_ != document_.size() || depth_ != 0) fault(Fault::Trailing);\n", "", WIRE),
    Sabotage(
        "claimed-count", "an array may claim more items than there are bytes",
        "core/wire/reader.cpp",
        "    if (items > document_.size() - at_) {\n        fault(Fault::Short);\n    } else if",
        "    if", WIRE),
    Sabotage(
        "critical-key", "a field that changes the meaning of a frame is ignored",
        "core/wire/map_reader.cpp",
        "    } else if (head->value >= first_critical_key) {", "    } else if (false) {", WIRE),
    Sabotage(
        "skip-limit", "one message makes the reader derive any number of keys",
        "core/session/double_ratchet.cpp",
        "    if (header.number - state_.received > limits::skip) return fail(Code::TooLarge, \"skip_limit\");\n", "",
        SESSION),
    Sabotage(
        "skipped-cap", "keys of messages that never came pile up",
        "core/session/skipped_keys.cpp",
        "    while (size_ > keep) {", "    while (false && size_ > keep) {", SESSION),
    Sabotage(
        "old-chains", "keys of chains long gone are kept",
        "core/session/skipped_keys.cpp",
        "    while (old() > static_cast<std::ptrdiff_t>(limits::old_chains)) {", "    while (false && old() > 0) {",
        SESSION),
    Sabotage(
        "gate-source-rate", "one address begins as many handshakes as it likes",
        "core/transport/accept_gate.cpp",
        "    if (!origin.handshakes.take(now)) return {GateVerdict::SourceRate, 0, {}};\n", "", TRANSPORT),
    Sabotage(
        "gate-total-rate", "many addresses together take the whole processor",
        "core/transport/accept_gate.cpp",
        "    if (!known && !all_.take(now)) return {GateVerdict::TotalRate, 0, {}};\n", "    (void)known;\n", TRANSPORT),
    Sabotage(
        "gate-contacts", "a crowd pushes contacts out",
        "core/transport/accept_gate.cpp",
        "        if (may_go(item.second)) pool.push_back(&item);", "        if (may_go(item.second) || true) pool.push_back(&item);", TRANSPORT),
    Sabotage(
        "gate-ban", "who breaks the protocol is not refused for a while",
        "core/transport/accept_gate.cpp",
        "    if (now < origin.refused_until) return {GateVerdict::Banned, 0, {}};\n", "", TRANSPORT),
    Sabotage(
        "contact-rate", "a contact's limiter is not asked",
        "core/reputation/record.cpp",
        "    const Duration wait = limiter_.take(*standing.pace, now, count);",
        "    const Duration wait = Duration::zero() * count;", REPUTATION),
    Sabotage(
        "contact-floor", "bad marks push a contact below what a contact is given",
        "core/reputation/record.cpp",
        "    return contact_ && !restricted_ ? std::max(raw, contact_floor) : raw;", "    return raw;", REPUTATION),
    Sabotage(
        "unread-credit", "a contact fills the disk of who reads nothing",
        "core/node/receiver_limits.cpp",
        "        case Admission::Answer::WaitUnread:\n            return Limit::Look;",
        "        case Admission::Answer::WaitUnread:\n            link.taken();\n            return Limit::Take;", NODE),
    Sabotage(
        "begun-proven", "mail in somebody's name uses up what their device may begin",
        "core/node/receiver.cpp",
        "    if (!opened_.has(origin.device, now)) {", "    if (!opened_.take(origin.device, now)) {", NODE),
    Sabotage(
        "blocked", "who was blocked still gets a message through by mailbox",
        "core/node/receiver_mail.cpp",
        "    if (contact && contact->blocked()) return MailVerdict::Junk;\n", "    (void)contact;\n", NODE),
    Sabotage(
        "work", "a proof of work is not looked at",
        "core/reputation/proof_of_work.cpp",
        "        if (x > target) return refuse(Code::Refused, \"bad_work\", \"work that does not check\");\n",
        "        if (x == 0 && target == 0) return refuse(Code::Refused, \"bad_work\", \"\");\n", REPUTATION),
    Sabotage(
        "invite-ticket", "an invitation need not be known to be used",
        "core/reputation/ticket.cpp",
        "    if (!crypto::verify_mac(full_tag(key, recipient, own), ticket.tag)) {",
        "    if (!crypto::verify_mac(full_tag(key, recipient, own), ticket.tag) && false) {", REPUTATION),
    Sabotage(
        "stranger-price", "a stranger may name any difficulty as the price",
        "core/node/contact_desk_arrival.cpp",
        "    } else if (!reputation::pays(arrival.work, arrival.claim.price)) {",
        "    } else if (false) {", ("e2e_requests",)),
    Sabotage(
        "box-share", "one depositor fills a whole mailbox",
        "core/mailbox/ledger.cpp",
        "    if (after > ceiling(class_, quota_)) return wire::RefuseCode::Share;\n", "", BOX),
    Sabotage(
        "box-total", "all mailboxes together take more of the disk than was offered",
        "core/mailbox/ledger.cpp",
        "    if (total_.used + (total_.reserved - own) + size > total_.quota) return wire::RefuseCode::Full;\n", "",
        BOX),
    Sabotage(
        "box-source-rate", "one address deposits as fast as it can",
        "core/mailbox/box_deposit.cpp",
        "    if (wait != Duration::zero()) return refusal(request.q, wire::RefuseCode::Rate, wait);\n    return std::nullopt;",
        "    (void)wait;\n    return std::nullopt;", BOX),
    Sabotage(
        "box-work-once", "one proof of work pays for any number of envelopes",
        "core/mailbox/box_deposit.cpp",
        "        if (*used && (*used)->used >= work.claim.envelopes)\n",
        "        if (*used && (*used)->used >= work.claim.envelopes && false)\n", BOX),
    Sabotage(
        "record-quota", "a node stores what anybody puts into the table",
        "core/directory/store_quota.cpp",
        "    if (use.values >= limits_.values || use.bytes + size > limits_.bytes) return false;\n", "    (void)use;\n",
        ("kith_directory_test",)),
    Sabotage(
        "values-examined", "junk under a key makes a look-up check every value",
        "core/directory/best_record.cpp",
        "    if (spent.values == values_per_slot || spent.bytes + data.size() > bytes_per_slot) return false;\n", "",
        ("kith_directory_test",)),
    Sabotage(
        "datagram-rate", "one address keeps the table's thread busy",
        "dht/sealed_socket.cpp",
        "    if (!rate_.take(from, now)) {", "    if (!rate_.take(from, now) && false) {", ("kith_dht_test",)),
    Sabotage(
        "parked-at-start", "a node rests in a network that it has not seen since it started",
        "dht/parking.cpp",
        "    seen_ = !parks_;\n", "", DHT),
    Sabotage(
        "needed-at-start", "a node goes on parking in a network that has shrunk",
        "dht/parking.cpp",
        "        if (wants_other(nodes)) parks_ = false;\n", "", DHT),
    Sabotage(
        "gone-forged", "anybody can say of a live node that it is gone",
        "dht/gone_peers.h",
        "        if (known != heard_.end() && now < known->second) return false;\n", "        (void)known;\n", DHT),
    Sabotage(
        "gone-bounded", "reports of gone nodes pile up",
        "dht/gone_peers.h",
        "            if (in.size() >= most) return;\n", "", DHT),
    Sabotage(
        "shown-text", "text of others reaches the terminal as it came",
        "cli/output.cpp",
        "    return text::display(text, text::Kind::Text, symbols(style_.ascii));", "    return std::string(text);",
        ("kith_cli_test",)),
    Sabotage(
        "shown-name", "the name of a contact reaches the terminal as it came",
        "cli/render.cpp",
        "        return text::display(contact.name, text::Kind::Name);", "        return contact.name;",
        ("kith_cli_test",)),
    Sabotage(
        "bidi", "characters that turn text around are shown",
        "core/text/display.cpp",
        "        case UTF8PROC_CATEGORY_CF:\n            return Class::Remove;",
        "        case UTF8PROC_CATEGORY_CF:\n            return Class::Keep;", ("kith_text_test",)),
    Sabotage(
        "log-line", "text of others can begin a line of the log",
        "daemon/log_sink.cpp",
        "            const std::string line = text::display(text, text::Kind::Log);",
        "            const std::string line(text);", ("kith_daemon_test", "e2e_process")),
    Sabotage(
        "private-file", "a key file that others can read is used",
        "daemon/private_file.cpp",
        "        if ((info.st_mode & for_others) != 0) {\n            return fail(Code::Refused, path + \" is readable",
        "        if (false) {\n            return fail(Code::Refused, path + \" is readable", ("kith_daemon_test",)),
    Sabotage(
        "api-line", "a client sends a line without end",
        "daemon/api_connection.cpp",
        "        if (lines_.overflowed()) {", "        if (false) {", ("kith_daemon_test",)),
]
