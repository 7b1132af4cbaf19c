// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/nodes_file.h"

#include "core/wire/writer.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <fstream>

namespace kith::dht {
namespace {

std::vector<SavedNode> some_nodes(std::size_t count) {
    test::SeededRandom random(1);
    std::vector<SavedNode> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        random.fill(out[i].peer.id.mutable_view());
        out[i].peer.endpoint = Endpoint::v4(10, 0, 0, static_cast<std::uint8_t>(i), 4222);
        out[i].answered = from_unix_seconds(1'700'000'000 + i);
    }
    return out;
}

class NodesFile : public testing::Test {
  protected:
    NodesFile() { std::filesystem::create_directories(folder_); }

    ~NodesFile() override { std::filesystem::remove_all(folder_); }

    void write(ByteView bytes) { std::ofstream(path_, std::ios::binary) << as_text(bytes); }

    std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "kith-nodes";
    std::filesystem::path path_ = folder_ / "nodes";
};

TEST_F(NodesFile, GivesBackWhatWasSaved) {
    const auto nodes = some_nodes(19);
    ASSERT_TRUE(save_nodes(path_, nodes));
    EXPECT_EQ(load_nodes(path_), nodes);
    ASSERT_TRUE(save_nodes(path_, some_nodes(3)));
    EXPECT_EQ(load_nodes(path_).size(), 3U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1)
        << "nothing is left beside it";
}

TEST_F(NodesFile, HoldsTwoHundredAndFiftySix) {
    ASSERT_TRUE(save_nodes(path_, some_nodes(300)));
    EXPECT_EQ(load_nodes(path_).size(), saved_nodes);
}

TEST_F(NodesFile, IsEmptyWhenItIsNotThereOrBroken) {
    EXPECT_TRUE(load_nodes(path_).empty());
    write({});
    EXPECT_TRUE(load_nodes(path_).empty());
    const Bytes good = encode_nodes(some_nodes(2));
    for (std::size_t length = 0; length < good.size(); ++length) {
        write(ByteView(good).first(length));
        EXPECT_TRUE(load_nodes(path_).empty()) << length;
    }
    write(concat(good, Bytes{0}));
    EXPECT_TRUE(load_nodes(path_).empty());
    write(Bytes(100000, 0xdd));
    EXPECT_TRUE(load_nodes(path_).empty());
}

TEST_F(NodesFile, OfAnotherVersionIsNotRead) {
    Bytes file;
    wire::Writer(file).map(2).key("v").uint(2).key("nodes").array(0);
    EXPECT_FALSE(decode_nodes(file));
}

TEST_F(NodesFile, ThatCannotBeWrittenLeavesTheOldOne) {
    ASSERT_TRUE(save_nodes(path_, some_nodes(2)));
    EXPECT_FALSE(save_nodes(folder_ / "no" / "such" / "place", some_nodes(3)));
    // The place of the new file is taken by a folder.
    std::filesystem::create_directory(folder_ / "nodes.new");
    EXPECT_FALSE(save_nodes(path_, some_nodes(3)));
    EXPECT_EQ(load_nodes(path_).size(), 2U);
}

TEST(MergeNodes, PutsTheGoodOnesFirstAndKeepsTheLatestOfTheOthers) {
    const auto old_nodes = some_nodes(4);
    std::vector<directory::Peer> good{old_nodes[1].peer};
    good.push_back({});
    good.back().endpoint = Endpoint::v4(10, 0, 9, 9, 1);
    const Timestamp now = from_unix_seconds(1'800'000'000);
    const auto merged = merge_nodes(good, now, old_nodes);
    ASSERT_EQ(merged.size(), 5U);
    EXPECT_EQ(merged[0], (SavedNode{old_nodes[1].peer, now}));
    EXPECT_EQ(merged[1].peer, good[1]);
    EXPECT_EQ(merged[2], old_nodes[3]);
    EXPECT_EQ(merged[3], old_nodes[2]);
    EXPECT_EQ(merged[4], old_nodes[0]);
}

TEST(MergeNodes, ForgetsTheOldAddressOfANodeThatMovedAndTheOldNodeOfAnAddress) {
    auto old_nodes = some_nodes(2);
    directory::Peer moved = old_nodes[0].peer;
    moved.endpoint.port = 9;
    directory::Peer successor = old_nodes[1].peer;
    successor.id = {};
    EXPECT_EQ(merge_nodes({moved, successor}, Timestamp{}, old_nodes).size(), 2U);
}

}  // namespace
}  // namespace kith::dht
