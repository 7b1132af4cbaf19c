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

class TheNodesFile : public testing::Test {
  protected:
    TheNodesFile() { std::filesystem::create_directories(folder_); }

    ~TheNodesFile() override { std::filesystem::remove_all(folder_); }

    void write(ByteView bytes) { std::ofstream(path_, std::ios::binary) << as_text(bytes); }

    std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "kith-nodes";
    std::filesystem::path path_ = folder_ / "nodes";
    NodesFile file_{path_};
};

TEST_F(TheNodesFile, GivesBackWhatWasSaved) {
    for (const bool parks : {true, false}) {
        const LastRun run{some_nodes(19), parks};
        ASSERT_TRUE(file_.save(run));
        EXPECT_EQ(file_.load(), run);
    }
    ASSERT_TRUE(file_.save({some_nodes(3)}));
    EXPECT_EQ(file_.load().nodes.size(), 3U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1)
        << "nothing is left beside it";
}

TEST_F(TheNodesFile, HoldsTwoHundredAndFiftySix) {
    ASSERT_TRUE(file_.save({some_nodes(300)}));
    EXPECT_EQ(file_.load().nodes.size(), saved_nodes);
}

TEST_F(TheNodesFile, IsEmptyWhenItIsNotThereOrBroken) {
    EXPECT_TRUE(file_.load().nodes.empty());
    write({});
    EXPECT_TRUE(file_.load().nodes.empty());
    const Bytes good = encode_last_run({some_nodes(2)});
    for (std::size_t length = 0; length < good.size(); ++length) {
        write(ByteView(good).first(length));
        EXPECT_TRUE(file_.load().nodes.empty()) << length;
    }
    write(concat(good, Bytes{0}));
    EXPECT_TRUE(file_.load().nodes.empty());
    write(Bytes(100000, 0xdd));
    EXPECT_TRUE(file_.load().nodes.empty());
}

TEST_F(TheNodesFile, OfAnotherVersionIsNotRead) {
    Bytes file;
    wire::Writer(file).map(2).key("v").uint(2).key("nodes").array(0);
    EXPECT_FALSE(decode_last_run(file));
}

TEST_F(TheNodesFile, OfAnOlderVersionSaysNothingAboutParking) {
    Bytes file;
    wire::Writer(file).map(2).key("v").uint(1).key("nodes").array(0);
    EXPECT_EQ(decode_last_run(file).value(), LastRun{});
}

TEST_F(TheNodesFile, ThatCannotBeWrittenLeavesTheOldOne) {
    ASSERT_TRUE(file_.save({some_nodes(2)}));
    EXPECT_FALSE(NodesFile(folder_ / "no" / "such" / "place").save({some_nodes(3)}));
    // The place of the new file is taken by a folder.
    std::filesystem::create_directory(folder_ / "nodes.new");
    EXPECT_FALSE(file_.save({some_nodes(3)}));
    EXPECT_EQ(file_.load().nodes.size(), 2U);
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
