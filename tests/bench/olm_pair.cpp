// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/olm_pair.h"

#include <olm/olm.h>
#include <sodium.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace kith::bench {
namespace {

std::vector<std::uint8_t> random_bytes(std::size_t size) {
    std::vector<std::uint8_t> bytes(size + 1);
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

void check(std::size_t result) {
    if (result != olm_error()) return;
    std::fputs("libolm refused\n", stderr);
    std::exit(1);
}

/// The text after `"name":"` at or after `from`.
std::string field(std::string_view json, std::string_view name) {
    const std::size_t key = json.find(name);
    const std::size_t begin = json.find('"', json.find(':', key)) + 1;
    return std::string(json.substr(begin, json.find('"', begin) - begin));
}

struct Account {
    std::vector<std::uint8_t> memory = std::vector<std::uint8_t>(olm_account_size());
    OlmAccount* account = olm_account(memory.data());

    Account() {
        const std::size_t length = olm_create_account_random_length(account);
        check(olm_create_account(account, random_bytes(length).data(), length));
    }
};

struct Session {
    std::vector<std::uint8_t> memory = std::vector<std::uint8_t>(olm_session_size());
    OlmSession* session = olm_session(memory.data());
};

struct Message {
    std::size_t type = 0;
    std::string body;
};

Message encrypt(OlmSession* session, const std::string& text) {
    Message message;
    message.type = olm_encrypt_message_type(session);
    const std::size_t length = olm_encrypt_random_length(session);
    message.body.resize(olm_encrypt_message_length(session, text.size()));
    check(olm_encrypt(session,
                      text.data(),
                      text.size(),
                      random_bytes(length).data(),
                      length,
                      message.body.data(),
                      message.body.size()));
    return message;
}

void decrypt(OlmSession* session, Message message) {
    std::string out(message.body.size(), '\0');
    check(olm_decrypt(
        session, message.type, message.body.data(), message.body.size(), out.data(), out.size()));
}

}  // namespace

struct OlmPair::Ends {
    Account a;
    Account b;
    Session at_a;
    Session at_b;
};

OlmPair::OlmPair() : ends_(std::make_unique<Ends>()) {
    OlmAccount* b = ends_->b.account;
    const std::size_t length = olm_account_generate_one_time_keys_random_length(b, 1);
    check(olm_account_generate_one_time_keys(b, 1, random_bytes(length).data(), length));
    std::string identity(olm_account_identity_keys_length(b), '\0');
    std::string one_time(olm_account_one_time_keys_length(b), '\0');
    check(olm_account_identity_keys(b, identity.data(), identity.size()));
    check(olm_account_one_time_keys(b, one_time.data(), one_time.size()));
    const std::string identity_key = field(identity, "\"curve25519\"");
    // {"curve25519":{"AAAAAQ":"..."}}
    const std::string one_time_key =
        field(std::string_view(one_time).substr(one_time.find('{', 1)), "AAAA");

    OlmSession* at_a = ends_->at_a.session;
    const std::size_t draw = olm_create_outbound_session_random_length(at_a);
    check(olm_create_outbound_session(at_a,
                                      ends_->a.account,
                                      identity_key.data(),
                                      identity_key.size(),
                                      one_time_key.data(),
                                      one_time_key.size(),
                                      random_bytes(draw).data(),
                                      draw));
    const Message first = encrypt(at_a, "first");
    std::string copy = first.body;
    check(olm_create_inbound_session(ends_->at_b.session, b, copy.data(), copy.size()));
    decrypt(ends_->at_b.session, first);
    decrypt(at_a, encrypt(ends_->at_b.session, "answer"));
}

OlmPair::~OlmPair() = default;

void OlmPair::one_way(const std::string& text) {
    decrypt(ends_->at_b.session, encrypt(ends_->at_a.session, text));
}

void OlmPair::ping_pong(const std::string& text) {
    one_way(text);
    decrypt(ends_->at_a.session, encrypt(ends_->at_b.session, text));
}

}  // namespace kith::bench
