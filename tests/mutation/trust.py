# SPDX-License-Identifier: GPL-3.0-or-later
"""Sabotages of what is signed, sealed, and bound to whom."""
from sabotage import Sabotage

SESSION = ("kith_session_test",)
IDENTITY = ("kith_identity_test",)
DIRECTORY = ("kith_directory_test",)
TRANSPORT = ("kith_transport_test",)
BOX = ("kith_mailbox_test",)
CRYPTO = ("kith_crypto_test",)

SABOTAGES = [
    Sabotage(
        "device-list-signature", "anybody may write the list of somebody's devices",
        "core/identity/device_list.cpp",
        "        !signature) {", "        false && !signature) {", IDENTITY),
    Sabotage(
        "short-aead-tag", "a short message opens whatever its tag says",
        "core/crypto/short_aead.cpp",
        "    if (!constant_time_equal(", "    if (false && !constant_time_equal(", CRYPTO),
    Sabotage(
        "short-aead-lengths", "the tag of a short message leaves out where its ad ends",
        "core/crypto/short_aead.cpp",
        "htole64(ad.size())", "htole64(0 * ad.size())", CRYPTO),
    Sabotage(
        "device-list-rollback", "an older list of devices replaces a newer one",
        "core/identity/known_devices.cpp",
        "    if (seq < known) return ListVerdict::Stale;\n",
        "    if (seq < known) return ListVerdict::Gap;\n", IDENTITY),
    Sabotage(
        "revoked-device", "a device that was revoked may come back",
        "core/identity/known_devices.cpp",
        "        if (was_revoked(device.id)) {", "        if (false && was_revoked(device.id)) {", IDENTITY),
    Sabotage(
        "consent", "a device is listed without having agreed",
        "core/identity/device_list.cpp",
        "    if (consent) return success();", "    if (consent || !consent) return success();", IDENTITY),
    Sabotage(
        "beacon-revision", "an older beacon wins over a newer one",
        "core/directory/best_record.cpp",
        "        if (*revision < revision_) return false;\n", "", DIRECTORY),
    Sabotage(
        "beacon-replacement", "a node replaces a record by an older one",
        "core/directory/record_rules.cpp",
        "    if (old_data.size() == beacon_size && revision_of(new_data) <= revision_of(old_data)) {",
        "    if (old_data.size() == beacon_size && false) {", DIRECTORY),
    Sabotage(
        "beacon-signature", "a node stores what the owner of the day's key did not sign",
        "core/directory/record_rules.cpp",
        "    if (!is_signed) return bad_signature(is_signed.error(), \"bad_sig\");\n", "", DIRECTORY),
    Sabotage(
        "network-key", "a link opens without the secret of the network",
        "core/transport/link_proof.cpp",
        "        const bool same = crypto::verify_mac(key.mac(by_caller, x, served[i]), mac);",
        "        const bool same = crypto::verify_mac(key.mac(by_caller, x, served[i]), mac) || true;",
        TRANSPORT),
    Sabotage(
        "caller-proof", "a caller need not hold the key of the device that it names",
        "core/transport/link_callee.cpp",
        "    KITH_CHECK(crypto::verify(\n        crypto::Label::Link, peer.signing, caller_proof(x_, peer.device, own_id_), signature));",
        "    (void)signature;", TRANSPORT),
    Sabotage(
        "channel-binding", "the proof of a caller holds on another connection",
        "core/transport/link_proof.cpp",
        "    return concat(by_caller, x, caller, responder);",
        "    (void)x;\n    return concat(by_caller, caller, responder);", TRANSPORT),
    Sabotage(
        "transcript", "the handshake does not bind who began it",
        "core/session/handshake.cpp",
        "    add_party(hash, initiator);\n", "", SESSION),
    Sabotage(
        "header-binding", "the head of a message can be exchanged for another",
        "core/session/double_ratchet.cpp",
        "        std::ranges::copy(wire.first(body_at), end);", "        (void)wire, (void)end;", SESSION),
    Sabotage(
        "state-on-failure", "a message that does not open moves the ratchet",
        "core/session/double_ratchet.cpp",
        "    Opened opened;\n    KITH_TRY(opened.payload, wire.payload(next.message, state_.ad));\n\n    skipped_.add(state_.chain,",
        "    state_.received = header.number + 1;\n    Opened opened;\n    KITH_TRY(opened.payload, wire.payload(next.message, state_.ad));\n\n    skipped_.add(state_.chain,",
        SESSION),
    Sabotage(
        "init-replay", "a first message that comes again begins a session again",
        "core/node/receiver.cpp",
        "    if (seen) return fail(Code::Replayed, \"an INIT that was taken up before\");\n", "    (void)seen;\n",
        ("kith_node_test", "kith_sim_node_test")),
    Sabotage(
        "small-order", "a key of small order is agreed with",
        "core/crypto/agree.cpp",
        " &&\n           std::ranges::none_of(small_order, [key](ByteView bad) { return equal(bad, key); });", ";",
        CRYPTO),
    Sabotage(
        "canonical-key", "one key has two encodings",
        "core/crypto/agree.cpp",
        "    return key[0] < 0xed;", "    return true;", CRYPTO),
    Sabotage(
        "prime-order", "a signature key outside the subgroup is good",
        "core/crypto/sign.cpp",
        "    return key.size() == 32 && crypto_core_ed25519_is_valid_point(key.data()) == 1;",
        "    return key.size() == 32;", CRYPTO),
    Sabotage(
        "padding", "what hides the length of a text is not looked at",
        "core/crypto/padding.cpp",
        "    if (last.value != mark) return fail(Code::Malformed, \"padding\");\n", "", CRYPTO),
    Sabotage(
        "row-place", "a row of the database opens in the place of another",
        "core/store/row_seal.cpp",
        "        add(place.key);\n", "", ("kith_store_test",)),
    Sabotage(
        "datagram-seal", "an outsider reaches the parsers of the table",
        "core/directory/datagram_seal.cpp",
        "    if (!opened) return fail(Code::DecryptFailed, \"open_failed\");\n",
        "    if (!opened) std::ranges::copy(datagram.subspan(nonce_size, datagram.size() - datagram_overhead), out.begin());\n",
        DIRECTORY),
    Sabotage(
        "deposit-signature", "whoever saw a deposit key may use it",
        "core/mailbox/box_deposit.cpp",
        "    if (!verify_deposit(key, where, attempt.hash, request.ttl, crypto::Signature(right->sig)))\n"
        "        return refuse(refusal(request.q, wire::RefuseCode::Unknown));\n", "    (void)where;\n", BOX),
    Sabotage(
        "pickup-proof", "anybody collects somebody's mail",
        "core/mailbox/box_pickup.cpp",
        "        owns = mailbox != nullptr && proven.has_value();", "        owns = mailbox != nullptr;", BOX),
    Sabotage(
        "delete-proof", "anybody deletes somebody's mail",
        "core/mailbox/box_pickup.cpp",
        "    if (mailbox == nullptr || !link.owns(mailbox->row.id)) {", "    (void)link;\n    if (mailbox == nullptr) {", BOX),
    Sabotage(
        "custody-signature", "a mailbox says stored without signing",
        "core/mailbox/receipt.cpp",
        "    KITH_CHECK(verify_receipt(host, receipt));\n", "    (void)host;\n", BOX),
    Sabotage(
        "tls-version", "an old version of TLS is spoken as well",
        "core/transport/tls_session.cpp",
        "constexpr const char* aes_first =\n    \"NORMAL:-VERS-ALL:+VERS-TLS1.3:",
        "constexpr const char* aes_first =\n    \"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:", TRANSPORT),
]
