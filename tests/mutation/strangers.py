# SPDX-License-Identifier: GPL-3.0-or-later
"""Sabotages of the way of a stranger: each guard between a first call and a look of the user."""
from sabotage import Sabotage

TRANSPORT = ("kith_transport_test",)
REPUTATION = ("kith_reputation_test",)
NODE = ("kith_node_test", "kith_sim_node_test")
E2E = ("e2e_requests",)

CLAIM = "core/reputation/epoch_policy.cpp"
ARRIVAL = "core/node/contact_desk_arrival.cpp"
DESK = "core/reputation/stranger_desk.cpp"
BUDGET = "core/reputation/work_budget.cpp"

SABOTAGES = [
    Sabotage(
        "stranger-links", "strangers keep as many links open as there are places",
        "core/transport/accept_gate.cpp",
        "    if (guest == Guest::Stranger && count(stranger) > caps_.strangers) {",
        "    if (guest == Guest::Stranger && count(stranger) > caps_.inbound) {", TRANSPORT),
    Sabotage(
        "stranger-patience", "a crowd of strangers is read before a contact",
        "core/base/turnstile.h",
        "        if (waiting_.size() == 1) call_next();\n        co_await go->wait();\n",
        "        waiting_.pop_back();\n        co_return;\n", ("kith_async_test",)),
    Sabotage(
        "ticket-day", "work for another day counts",
        CLAIM, "if (day == nullptr || !in_window(proof.epoch, holder.epoch_now, holder.by_link)) {",
        "if (day == nullptr || !in_window(proof.epoch, proof.epoch, holder.by_link)) {", REPUTATION),
    Sabotage(
        "ticket-price", "less work than was asked counts",
        CLAIM, "    if (proof.difficulty < difficulty_for(day->least_effort, 1)) {", "    if (false) {", REPUTATION),
    Sabotage(
        "ticket-message", "work for another message counts",
        CLAIM, "    if (std::ranges::find(ticket.digests, holder.own) == ticket.digests.end()) {",
        "    if (ticket.digests.empty()) {", REPUTATION),
    Sabotage(
        "ticket-sender", "work of somebody else counts",
        CLAIM, "    if (body_hash(holder.sender, ticket.digests) != proof.body) {", "    if (false) {", REPUTATION),
    Sabotage(
        "desk-proof", "work is not looked at when a request arrives",
        ARRIVAL, "    if (verified) {\n", "    if (verified || !unknown) {\n", E2E),
    Sabotage(
        "desk-pause", "whoever was declined asks again at once",
        ARRIVAL, "    if (!standing.work || record->request_refused_until(now)) return Verdict::Drop;",
        "    if (!standing.work) return Verdict::Drop;", NODE),
    Sabotage(
        "desk-opened", "one account has any number of handshakes opened",
        ARRIVAL, "    if (!opened_of_.has(arrival.origin.account, now)) return false;\n", "", NODE),
    Sabotage(
        "desk-budget", "one network has all the proofs checked that it likes",
        BUDGET, "        wait = std::max(wait, known->proofs.wait(source_pace, now));",
        "        (void)source_pace;", REPUTATION + NODE),
    Sabotage(
        "desk-total", "all strangers together use up the processor",
        BUDGET, "    wait = std::max(wait, total_.wait(total_pace_, now, sub_puzzles));\n", "", REPUTATION),
    Sabotage(
        "desk-liar", "false work costs its sender nothing",
        BUDGET, "        liar->penalty.strike(first_penalty, longest_penalty, now);", "        (void)liar, (void)now;",
        REPUTATION),
    Sabotage(
        "desk-queue", "any number of requests waits",
        DESK, "    if (queue.size() >= bound_of(request.claim.way)) {", "    if (false) {", REPUTATION),
    Sabotage(
        "desk-rank", "who pays least pushes out who paid more",
        DESK, "rank_of(claim, 1) > lowest(queue)->rank ? Verdict::Take : Verdict::Full",
        "true ? Verdict::Take : Verdict::Full", REPUTATION),
    Sabotage(
        "desk-slots", "strangers together are shown more than ten times a day",
        DESK, "    return slots.take(pace_of(way), now) == Duration::zero();",
        "    (void)slots.take(pace_of(way), now);\n    return true;", REPUTATION + NODE),
    Sabotage(
        "desk-shown", "more than fifty undecided requests are shown",
        DESK, "    if (!accepts(way) || shown_.size() >= shown_max) return false;",
        "    if (!accepts(way)) return false;", REPUTATION),
    Sabotage(
        "desk-closed", "who takes no requests gets them all the same",
        DESK, "    if (!accepts(claim.way)) return Verdict::Closed;\n", "", REPUTATION + NODE),
    Sabotage(
        "desk-silence", "the sender of a request that nobody has seen gets a receipt",
        "core/node/contact_desk.cpp",
        "    return held_of(account) != nullptr && !shows(account);", "    return held_of(account) == nullptr;", NODE),
    Sabotage(
        "desk-blocked", "somebody who was blocked is let in by link",
        "core/node/services.cpp",
        "        if (contact && contact->blocked()) return transport::Admission::Refused;\n", "", NODE),
    Sabotage(
        "voucher", "anybody's word counts as an introduction",
        "core/reputation/introduction.cpp",
        "    if (out.introduced != sender || out.recipient != self) {",
        "    if (out.introduced != sender && out.recipient != self) {", REPUTATION),
    Sabotage(
        "voucher-budget", "one contact introduces the whole world",
        "core/node/contact_desk_arrival.cpp",
        "    if (!charged || !granted) return std::nullopt;", "    if (!charged) return std::nullopt;", NODE),
    Sabotage(
        "sends-through-busy", "a contact sends on through BUSY and nobody notes it",
        "core/node/receiver_limits.cpp",
        "            parts_.reputation.observe(origin.account, reputation::Event::PastBusy);\n", "", NODE),
    Sabotage(
        "malformed-noted", "broken frames of a contact leave no trace",
        "core/node/services_links.cpp",
        "        reputation.observe(link.device()->account, reputation::Event::Malformed);", "", NODE),
]
