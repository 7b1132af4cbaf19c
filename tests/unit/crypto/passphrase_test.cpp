// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/passphrase.h"

#include "core/base/encoding.h"

#include <gtest/gtest.h>

namespace kith::crypto {
namespace {

const ByteView password = as_bytes("password");

Salt16 salt() {
    return Salt16::copy_of(as_bytes("0123456789abcdef"));
}

// libsodium test/default/pwhash_argon2id.c: "$argon2id$v=19$m=4882,t=2,p=1$..." and
// "$argon2id$v=19$m=4096,t=19,p=1$...".
TEST(Passphrase, EqualsLibsodiumsVectors) {
    struct Vector {
        Argon2Cost cost;
        const char* password;
        const char* salt;
        const char* key;
    };

    for (const Vector& vector :
         {Vector{{2, 4882},
                 "",
                 "bA81arsiXysd3WbTRzmEOw",
                 "Nm8QBM-7RH1DXo9rvp5cwKEOOOfD2g6JuxlXihoNcpE"},
          Vector{{19, 4096},
                 "^T5H$JYt39n%K*j:W]!1s?vg!:jGi]Ax?..l7[p0v:1jHTpla9;]bUN;?bWyCbtqg ",
                 "PkEgMTYtYnl0ZXMgc2FsdA",
                 "ltB_ue1kPtBMBGfsysMpPigE6hiNEKZ9vs8vLNVDQGA"}}) {
        const auto from = Salt16::from(from_base64url(vector.salt).value()).value();
        const auto key = argon2id(as_bytes(vector.password), from, vector.cost);
        ASSERT_TRUE(key);
        EXPECT_EQ(to_base64url(key->expose()), vector.key);
    }
}

TEST(Passphrase, HoldsFloorAndCeiling) {
    EXPECT_TRUE(check_passphrase_cost(passphrase_floor));
    EXPECT_TRUE(check_passphrase_cost(passphrase_default));
    EXPECT_TRUE(check_passphrase_cost(passphrase_ceiling));
    for (const Argon2Cost cost : {Argon2Cost{2, 64 * 1024},
                                  Argon2Cost{3, 64 * 1024 - 1},
                                  Argon2Cost{16, 8},
                                  Argon2Cost{17, 64 * 1024},
                                  Argon2Cost{3, 1024 * 1024 + 1},
                                  Argon2Cost{0xffffffff, 0xffffffff},
                                  Argon2Cost{0, 0}}) {
        const auto refused = passphrase_key(password, salt(), cost);
        ASSERT_FALSE(refused) << cost.ops << ' ' << cost.mem_kib;
        EXPECT_EQ(refused.error().code, Code::Refused);
    }
}

TEST(Passphrase, GivesTheSameKeyAtTheFloor) {
    const auto checked = passphrase_key(password, salt(), passphrase_floor);
    const auto plain = argon2id(password, salt(), passphrase_floor);
    ASSERT_TRUE(checked && plain);
    EXPECT_TRUE(*checked == *plain);
}

TEST(Passphrase, TakesNoBytesAtAll) {
    const auto none = argon2id(ByteView{}, salt(), {1, 8});
    const auto empty = argon2id(as_bytes(""), salt(), {1, 8});
    ASSERT_TRUE(none && empty);
    EXPECT_TRUE(*none == *empty);
}

TEST(Passphrase, RefusesWhatArgon2CannotDo) {
    EXPECT_EQ(argon2id(password, salt(), {0, 256}).error().code, Code::InvalidArgument);
    EXPECT_EQ(argon2id(password, salt(), {1, 7}).error().code, Code::InvalidArgument);
}

}  // namespace
}  // namespace kith::crypto
