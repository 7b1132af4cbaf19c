// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/prekeys.h"

#include "core/base/refusal.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"
#include "tests/unit/session/session_pair.h"
#include "tests/unit/session/vector_state.h"

#include <gtest/gtest.h>

namespace kith::session::test {
namespace {

using kith::test::hex;
using kith::test::hex_as;
using kith::test::id_of;
using kith::test::to_text;

/// Calls `use` with a key of the type that the vector names.
template <class Use>
auto with_kind(const std::string& kind, const Use& use) {
    if (kind == "env") return use(crypto::EnvelopeKey{});
    if (kind == "spk") return use(crypto::SignedPrekey{});
    if (kind == "opk") return use(crypto::OneTimePrekey{});
    return use(XWingKey{});
}

Timestamp at(const json& seconds) {
    return from_unix_seconds(seconds.get<std::uint64_t>());
}

void expect_made(const json& c) {
    const json& in = c["in"];
    const auto device = crypto::DeviceSigningPair::from_seed(hex(in["dsk_seed"]));
    const auto did = hex_as<crypto::DeviceId>(in["did"]);
    with_kind(in["kind"], [&](auto key) {
        key = hex_as<decltype(key)>(in["pk"]);
        const PrekeyRecord record = sign_prekey(device, did, in["id"], key, at(in["made"]));
        EXPECT_EQ(to_text(record.joined()), c["out"]["signed"]);
        Bytes bytes;
        wire::Writer writer(bytes);
        record.write(writer);
        EXPECT_EQ(to_text(bytes), c["out"]["msgpack"]);
        wire::Reader reader(bytes, 2048);
        EXPECT_EQ(PrekeyRecord::read(reader), record);
        EXPECT_TRUE(reader.finish());
        const auto verified =
            verify_prekey<decltype(key)>(record, did, device.public_key(), at(in["now"]));
        ASSERT_TRUE(verified) << verified.error().context;
        EXPECT_EQ(verified->id, in["id"]);
        EXPECT_EQ(verified->key, key);
        EXPECT_EQ(verified->not_after, c["mid"]["na"]);
    });
}

Result<> verify(const json& in) {
    const PrekeyRecord record{hex(in["body"]), hex_as<crypto::Signature>(in["sig"])};
    const auto time = in["allow_old_env"] == true ? PrekeyTime::AllowOld : PrekeyTime::Strict;
    return with_kind(in["kind"], [&](auto key) -> Result<> {
        KITH_CHECK(verify_prekey<decltype(key)>(record,
                                                hex_as<crypto::DeviceId>(in["did"]),
                                                hex_as<crypto::DeviceSigningKey>(in["dsk"]),
                                                at(in["now"]),
                                                time));
        return success();
    });
}

TEST(PrekeyVectors, AreSignedAndVerifiedByteForByte) {
    for (const json& c : kith::test::protocol_section("prekeys").cases) {
        SCOPED_TRACE(id_of(c));
        if (c["in"].contains("check_only")) {
            EXPECT_TRUE(verify(c["in"]));
        } else {
            expect_made(c);
        }
    }
}

// crypto attack test 8: a prekey of one type never passes for another.
TEST(PrekeyVectors, AreRefusedInEveryOtherRoleAndOutOfTheirTime) {
    for (const json& c : kith::test::protocol_section("prekeys").bad) {
        SCOPED_TRACE(id_of(c));
        const auto verified = verify(c["in"]);
        ASSERT_FALSE(verified);
        const std::string word = c["code"];
        EXPECT_EQ(verified.error().code, code_of(word));
    }
}

// crypto attack test 8, n x n over the prekeys.
TEST(Prekeys, EachLabelOpensItsOwnTypeOnly) {
    Pair pair;
    const auto& dsk = pair.a.device.signing;
    const auto did = pair.a.did();
    const auto key = pair.a.signed_prekey.pair.public_key();
    const PrekeyRecord as_spk = sign_prekey(dsk, did, 1, key, start);
    const PrekeyRecord as_env = sign_prekey(dsk, did, 1, crypto::EnvelopeKey::copy_of(key), start);
    EXPECT_TRUE(verify_prekey<crypto::SignedPrekey>(as_spk, did, dsk.public_key(), start));
    EXPECT_FALSE(verify_prekey<crypto::SignedPrekey>(as_env, did, dsk.public_key(), start));
    EXPECT_TRUE(verify_prekey<crypto::EnvelopeKey>(as_env, did, dsk.public_key(), start));
    EXPECT_FALSE(verify_prekey<crypto::EnvelopeKey>(as_spk, did, dsk.public_key(), start));
    EXPECT_FALSE(verify_prekey<crypto::OneTimePrekey>(as_spk, did, dsk.public_key(), start));
    EXPECT_FALSE(verify_prekey<XWingKey>(as_spk, did, dsk.public_key(), start));
}

TEST(Prekeys, OnlyEnvelopeKeysAreUsedPastTheirEnd) {
    Pair pair;
    const auto& dsk = pair.a.device.signing;
    const auto did = pair.a.did();
    const Timestamp late = start + days(30) + hours(2);
    const auto pk = pair.a.signed_prekey.pair.public_key();
    const PrekeyRecord spk = sign_prekey(dsk, did, 1, pk, start);
    const PrekeyRecord env = sign_prekey(dsk, did, 2, crypto::EnvelopeKey::copy_of(pk), start);
    const auto old = PrekeyTime::AllowOld;
    EXPECT_FALSE(verify_prekey<crypto::SignedPrekey>(spk, did, dsk.public_key(), late, old));
    EXPECT_TRUE(verify_prekey<crypto::EnvelopeKey>(env, did, dsk.public_key(), late, old));
    EXPECT_FALSE(verify_prekey<crypto::EnvelopeKey>(env, did, dsk.public_key(), late));
}

TEST(Prekeys, AClockBeforeTheEpochMakesNoWildDates) {
    Pair pair;
    const auto& dsk = pair.a.device.signing;
    const auto pk = pair.a.signed_prekey.pair.public_key();
    const PrekeyRecord record = sign_prekey(dsk, pair.a.did(), 1, pk, from_unix_seconds(5));
    EXPECT_TRUE(verify_prekey<crypto::SignedPrekey>(
        record, pair.a.did(), dsk.public_key(), from_unix_seconds(5)));
}

}  // namespace
}  // namespace kith::session::test
