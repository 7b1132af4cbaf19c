// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_codec.h"

#include "tests/unit/session/session_pair.h"

#include <gtest/gtest.h>

namespace kith::session::test {
namespace {

Session restored(const Session& session, const Side& side) {
    Bytes bytes;
    encode_session(session, bytes);
    return decode_session(bytes, side.did()).value();
}

TEST(SessionCodec, AConversationGoesOnAfterEachRestart) {
    Pair pair;
    auto both = pair.connected();
    for (int i = 0; i < 6; ++i) {
        Session a = restored(both.a, pair.a);
        Session b = restored(both.b, pair.b);
        const std::string text = "message " + std::to_string(i);
        Session& from = i % 3 == 0 ? b : a;
        Session& to = i % 3 == 0 ? a : b;
        const auto& list = (i % 3 == 0 ? pair.b : pair.a).signed_list();
        const Sealed sealed = from.seal(as_bytes(text), list, pair.random, start).value();
        EXPECT_TRUE(to.mac().verify(ratchet_kind, sealed.d, sealed.mac));
        const auto opened = to.open(sealed.d, WireForm::Ratchet, pair.random, start).value();
        EXPECT_EQ(text_of(opened.payload), text);
        both = {std::move(a), std::move(b)};
    }
}

TEST(SessionCodec, TheFormHasOneSizeInEveryState) {
    Pair pair;
    Bytes fresh;
    encode_session(pair.initiate(), fresh);
    EXPECT_EQ(fresh.size(), session_size);
    EXPECT_EQ(saved(restored(pair.initiate(false), pair.a)).size(), session_size);
    EXPECT_EQ(saved(pair.connected().b).size(), session_size);
}

TEST(SessionCodec, DecodingAndEncodingGivesTheSameBytes) {
    Pair pair;
    const auto both = pair.connected();
    EXPECT_EQ(saved(restored(both.a, pair.a)), saved(both.a));
    EXPECT_EQ(saved(restored(both.b, pair.b)), saved(both.b));
}

TEST(SessionCodec, ANewerVersionAndDamageAreToldApart) {
    Pair pair;
    Bytes bytes = saved(pair.connected().a);
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        const auto cut = decode_session(ByteView(bytes).first(size), pair.a.did());
        ASSERT_FALSE(cut) << size;
        EXPECT_EQ(cut.error().code, Code::Corrupt);
    }
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_EQ(decode_session(longer, pair.a.did()).error().code, Code::Corrupt);
    bytes[0] = session_version + 1;
    EXPECT_EQ(decode_session(bytes, pair.a.did()).error().code, Code::UnsupportedVersion);
}

}  // namespace
}  // namespace kith::session::test
