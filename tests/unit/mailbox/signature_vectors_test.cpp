// SPDX-License-Identifier: GPL-3.0-or-later
// Section mailbox_signatures of the protocol vectors: what is signed, made and checked; and no
// signature stands for another.
#include "core/identity/account.h"
#include "core/mailbox/capability.h"
#include "core/mailbox/lease.h"
#include "core/mailbox/receipt.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

using test::hex;
using test::hex_as;
using test::json;

template <class T>
std::array<std::uint8_t, T::size_bytes> bytes_of(const json& value) {
    return hex_as<T>(value).array();
}

LinkToBox where_of(const json& fields) {
    return {hex_as<crypto::ChannelBinding>(fields["x"]), hex_as<crypto::BoxId>(fields["box_id"])};
}

crypto::Signature signature_of(const json& c) {
    return hex_as<crypto::Signature>(c["out"]["sig"]);
}

void check_lease(const json& c) {
    const json& fields = c["in"]["fields"];
    const auto host = crypto::MailboxKeyPair::from_seed(hex(c["in"]["seed"]));
    const LeaseTerms terms{hex_as<crypto::LeaseId>(fields["lease_id"]),
                           hex_as<crypto::LeaseKey>(fields["lk"]),
                           fields["quota"].get<std::uint64_t>(),
                           fields["exp"].get<std::uint64_t>()};
    EXPECT_EQ(sign_lease(host, terms), signature_of(c));
    EXPECT_TRUE(verify_lease(host.public_key(), terms, signature_of(c)));
    LeaseTerms other = terms;
    ++other.quota;
    EXPECT_EQ(verify_lease(host.public_key(), other, signature_of(c)).error().code,
              Code::BadSignature);
}

void check_own(const json& c) {
    const json& fields = c["in"]["fields"];
    const auto owner = crypto::LeaseKeyPair::from_seed(hex(c["in"]["seed"]));
    const LinkToBox where = where_of(fields);
    EXPECT_EQ(identity::lease_id(owner.public_key(), where.box),
              hex_as<crypto::LeaseId>(fields["lease_id"]));
    EXPECT_EQ(prove_owner(owner, where.link, where.box), signature_of(c));
    EXPECT_TRUE(verify_owner(owner.public_key(), where.link, where.box, signature_of(c)));
    EXPECT_FALSE(verify_owner(owner.public_key(), {}, where.box, signature_of(c)));
    EXPECT_FALSE(verify_owner(owner.public_key(), where.link, {}, signature_of(c)));
}

void check_deposit(const json& c) {
    const json& fields = c["in"]["fields"];
    const auto key = crypto::DepositKeyPair::from_seed(hex(c["in"]["seed"]));
    const LinkToBox where = where_of(fields);
    const auto hash = hex_as<crypto::EnvelopeHash>(fields["env_hash"]);
    const auto ttl = fields["ttl"].get<std::uint32_t>();
    EXPECT_EQ(sign_deposit(key, where, hash, ttl), signature_of(c));
    EXPECT_TRUE(verify_deposit(key.public_key(), where, hash, ttl, signature_of(c)));
    EXPECT_FALSE(verify_deposit(key.public_key(), where, hash, ttl + 1, signature_of(c)));
    EXPECT_FALSE(verify_deposit(key.public_key(), where, {}, ttl, signature_of(c)));
    EXPECT_FALSE(verify_deposit(key.public_key(), {where.link, {}}, hash, ttl, signature_of(c)));
}

void check_stat(const json& c) {
    const json& fields = c["in"]["fields"];
    const auto key = crypto::DepositKeyPair::from_seed(hex(c["in"]["seed"]));
    wire::Stat stat;
    for (const json& tag : fields["ehs"])
        stat.envelopes.push_back(bytes_of<EnvelopeTag>(tag));
    sign_probe(key, where_of(fields), stat);
    EXPECT_EQ(crypto::Signature(*stat.sig), signature_of(c));
    EXPECT_TRUE(verify_probe(where_of(fields), stat));
    stat.envelopes.pop_back();
    EXPECT_FALSE(verify_probe(where_of(fields), stat));
    stat.sig.reset();
    EXPECT_EQ(verify_probe(where_of(fields), stat).error().code, Code::BadSignature);
}

void check_audit(const json& c) {
    const json& fields = c["in"]["fields"];
    const auto key = crypto::DepositKeyPair::from_seed(hex(c["in"]["seed"]));
    wire::Audit audit;
    audit.envelope = bytes_of<crypto::EnvelopeHash>(fields["eh"]);
    audit.nonce = bytes_of<EnvelopeTag>(fields["nonce"]);
    sign_probe(key, where_of(fields), audit);
    EXPECT_EQ(crypto::Signature(audit.sig), signature_of(c));
    EXPECT_TRUE(verify_probe(where_of(fields), audit));
    audit.nonce[0] ^= 1;
    EXPECT_FALSE(verify_probe(where_of(fields), audit));
}

void check_receipt(const json& c) {
    const json& fields = c["in"]["fields"];
    const auto host = crypto::MailboxKeyPair::from_seed(hex(c["in"]["seed"]));
    const Receipt receipt = make_receipt(host,
                                         hex_as<crypto::EnvelopeHash>(fields["env_hash"]),
                                         fields["stored_at"].get<std::uint64_t>(),
                                         fields["exp"].get<std::uint64_t>());
    EXPECT_EQ(receipt.box, hex_as<crypto::BoxId>(fields["box_id"]));
    EXPECT_EQ(receipt.signature, signature_of(c));
    EXPECT_TRUE(verify_receipt(host.public_key(), receipt));
    Receipt other = receipt;
    ++other.expires;
    EXPECT_EQ(verify_receipt(host.public_key(), other).error().code, Code::BadSignature);
}

TEST(MailboxSignatures, EqualTheVectorsAndNothingElsePasses) {
    int checked = 0;
    for (const json& c : test::protocol_section("mailbox_signatures").cases) {
        SCOPED_TRACE(test::id_of(c));
        const std::string id = c["id"];
        ++checked;
        if (id.starts_with("LEASE")) {
            check_lease(c);
        } else if (id.starts_with("OWN")) {
            check_own(c);
        } else if (id.starts_with("DEPOSIT")) {
            check_deposit(c);
        } else if (id == "PROBE for STAT, two hashes") {
            check_stat(c);
        } else if (id == "PROBE for AUDIT") {
            check_audit(c);
        } else if (id.starts_with("RECEIPT")) {
            check_receipt(c);
        } else if (id == "AUDIT answer") {
            const auto nonce = bytes_of<EnvelopeTag>(c["in"]["nonce"]);
            EXPECT_EQ(test::to_text(audit_answer(nonce, hex(c["in"]["env"]))), c["out"]["hash"]);
        } else {
            --checked;
        }
    }
    EXPECT_EQ(checked, 11);
}

// The signature is checked over the bytes of the case, under the label it names.
Result<> verify_as(const json& in) {
    const std::string label = in["label"];
    const Bytes body = hex(in["body"]);
    const auto signature = hex_as<crypto::Signature>(in["sig"]);
    using crypto::Label;
    if (label == "deposit" || label == "probe") {
        const auto which = label == "deposit" ? Label::Deposit : Label::Probe;
        return verify(which, hex_as<crypto::DepositKey>(in["pk"]), body, signature);
    }
    if (label == "own")
        return verify(Label::Own, hex_as<crypto::LeaseKey>(in["pk"]), body, signature);
    const auto which = label == "receipt" ? Label::Receipt : Label::LeaseOk;
    return verify(which, hex_as<crypto::MailboxKey>(in["pk"]), body, signature);
}

TEST(MailboxSignatures, RefuseWhatWasMadeForSomethingElse) {
    std::size_t refused = 0;
    for (const json& c : test::protocol_section("mailbox_signatures").bad) {
        SCOPED_TRACE(test::id_of(c));
        const auto verified = verify_as(c["in"]);
        ASSERT_FALSE(verified);
        EXPECT_EQ(verified.error().code, Code::BadSignature);
        ++refused;
    }
    EXPECT_EQ(refused, 12U);
}

}  // namespace
}  // namespace kith::mailbox
