// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/beacon_reader.h"

#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

class BeaconReaderTest : public testing::Test {
  protected:
    test::BeaconMaker alice_{1};
    Epoch epoch_{20000};
    Timestamp now_ = epoch_start(Epoch(20000)) + hours(3);
    // Whoever checks anew then finds every beacon of that day stale.
    Timestamp much_later_ = now_ + days(9);
    BeaconReader reader_{alice_.keys(epoch_), 0};
};

TEST_F(BeaconReaderTest, ChecksTheSameBytesOnce) {
    const BeaconPair pair = alice_.beacon(epoch_);
    ASSERT_TRUE(reader_.read(pair[0], now_));
    const auto again = reader_.read(pair[0], much_later_);
    ASSERT_TRUE(again) << again.error().context;
    EXPECT_EQ(again->content, alice_.content);
}

TEST_F(BeaconReaderTest, ChecksOtherBytes) {
    const BeaconPair pair = alice_.beacon(epoch_);
    ASSERT_TRUE(reader_.read(pair[0], now_));
    for (std::size_t i = 0; i < beacon_size; i += 7) {
        Bytes changed = pair[0];
        changed[i] ^= 1;
        EXPECT_FALSE(reader_.read(changed, now_)) << "byte " << i;
    }
    EXPECT_FALSE(reader_.read(pair[1], much_later_));
    ASSERT_TRUE(reader_.read(pair[1], now_));
}

TEST_F(BeaconReaderTest, DoesNotRememberWhatItRefused) {
    const BeaconPair pair = alice_.beacon(epoch_);
    EXPECT_FALSE(reader_.read(pair[0], much_later_));
    EXPECT_TRUE(reader_.read(pair[0], now_));
}

}  // namespace
}  // namespace kith::directory
