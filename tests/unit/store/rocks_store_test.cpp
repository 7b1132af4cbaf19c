// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/row_seal.h"
#include "tests/unit/store/rocks_fixture.h"

#include <algorithm>
#include <vector>

namespace kith::store {
namespace {

using RocksStoreTest = RocksFixture;

std::string scanned(const RocksStore& store, const Scan& scan) {
    std::string out;
    const auto result = store.scan(scan, [&out](ByteView key, ByteView value) {
        out += std::string(as_text(key)) + "=" + std::string(as_text(value)) + " ";
        return true;
    });
    return result ? out : std::string(to_string(result.error().code));
}

TEST_F(RocksStoreTest, KeepsRowsOverARestart) {
    open();
    ASSERT_TRUE(put(Table::Contact, "bob", "friend"));
    ASSERT_TRUE(put(Table::Session, "bob", "ratchet"));
    ASSERT_TRUE(put(Table::Outbox, "m", "text"));
    ASSERT_TRUE(erase(Table::Outbox, "m"));
    close();
    open();
    EXPECT_EQ(get(Table::Contact, "bob"), "friend");
    EXPECT_EQ(get(Table::Session, "bob"), "ratchet");
    EXPECT_EQ(get(Table::Outbox, "m"), "none");
    EXPECT_EQ(store->state(), State::Ok);
    EXPECT_FALSE(store->rewound());
}

TEST_F(RocksStoreTest, ScansInOrderBothWaysAcrossDiskAndPending) {
    open();
    Changes changes;
    for (const char* key : {"c1", "c3", "d1"})
        changes.put(Table::Message, as_bytes(key), as_bytes("s"));
    changes.put(Table::MessageIndex, as_bytes("c2"), as_bytes("other table"));
    ASSERT_TRUE(commit(std::move(changes)));
    close();
    open();
    Changes pending;
    pending.put(Table::Message, as_bytes("c2"), as_bytes("p"));
    pending.erase(Table::Message, as_bytes("c3"));
    store->join(std::move(pending));
    const Scan all{Table::Message};
    EXPECT_EQ(scanned(*store, all), "c1=s c2=p d1=s ");
    const Scan back{Table::Message, as_bytes("c"), {}, Direction::Backward};
    EXPECT_EQ(scanned(*store, back), "c2=p c1=s ");
    const Scan from{Table::Message, as_bytes("c"), as_bytes("c2"), Direction::Forward, 1};
    EXPECT_EQ(scanned(*store, from), "c2=p ");
    const Scan before{Table::Message, as_bytes("d"), as_bytes("zz"), Direction::Backward};
    EXPECT_EQ(scanned(*store, before), "d1=s ");
    ASSERT_TRUE(run(io, store->commit(Changes{})));
    EXPECT_EQ(scanned(*store, all), "c1=s c2=p d1=s ");
}

TEST_F(RocksStoreTest, PrefixesThatEndInFullBytesAreRanges) {
    open();
    Changes changes;
    const Bytes edge{0xff, 0xff};
    changes.put(Table::Seen, edge, as_bytes("a"));
    changes.put(Table::Seen, Bytes{0xff, 0xff, 0xff}, as_bytes("b"));
    changes.put(Table::Seen, Bytes{0xfe}, as_bytes("c"));
    changes.put(Table::Receipt, Bytes{0}, as_bytes("next table"));
    ASSERT_TRUE(commit(std::move(changes)));
    std::size_t rows = 0;
    for (const auto direction : {Direction::Forward, Direction::Backward}) {
        const Scan scan{Table::Seen, edge, {}, direction};
        ASSERT_TRUE(store->scan(scan, [&rows](ByteView, ByteView) { return ++rows > 0; }));
    }
    EXPECT_EQ(rows, 4U);
}

TEST_F(RocksStoreTest, SixtyFourCommitsAreOneSync) {
    open();
    ASSERT_TRUE(put(Table::Event, "first", "x"));
    const auto before = disk.syncs();
    AsyncScope scope(io.get_executor());
    int done = 0;
    const auto committing = [](RocksStore& s, int n, int& count) -> Task<> {
        Changes changes;
        changes.put(Table::Event, as_bytes(std::to_string(n)), as_bytes("v"));
        const auto result = co_await s.commit(std::move(changes));
        EXPECT_TRUE(result);
        ++count;
    };
    for (int i = 0; i < 64; ++i)
        scope.spawn(committing(*store, i, done));
    run_until([&done] { return done == 64; });
    EXPECT_EQ(disk.syncs() - before, 1U);
    EXPECT_EQ(store->stats().batches, 2U);
    EXPECT_GT(store->stats().bytes, 64U * row_overhead);
}

TEST_F(RocksStoreTest, NothingInClearReachesTheDisk) {
    open();
    const std::string marker = "a very secret text";
    ASSERT_TRUE(put(Table::Message, "k", marker));
    ASSERT_TRUE(put(Table::Session, "k", marker));
    ASSERT_TRUE(run(io, store->erase_deleted()));
    close();
    open();
    close();
    for (const std::string& path : disk.paths()) {
        const Bytes content = disk.content(path);
        EXPECT_EQ(as_text(content).find(marker), std::string_view::npos) << path;
        EXPECT_EQ(as_text(content).find(as_text(master.expose())), std::string_view::npos) << path;
    }
}

TEST_F(RocksStoreTest, AnotherMasterKeyIsRefused) {
    open();
    close();
    master = crypto::MasterKey::copy_of(std::array<std::uint8_t, 32>{9});
    const auto opened = try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::Corrupt);
}

TEST_F(RocksStoreTest, NewerDataIsRefusedUntouched) {
    open();
    ASSERT_TRUE(put(Table::Contact, "bob", "friend"));
    close();
    disk.put("/home/share/format-version", encode_format({format_version + 1, "0.5.0"}));
    const auto before = disk.copy("/home");
    const auto opened = try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::UnsupportedVersion);
    EXPECT_EQ(opened.error().context, "database was written by kith 0.5.0, this is 0.1.0");
    EXPECT_EQ(disk.copy("/home"), before);
}

TEST_F(RocksStoreTest, OlderDataIsUpgradedStepByStep) {
    open();
    ASSERT_TRUE(put(Table::Contact, "bob", "friend"));
    close();
    std::vector<int> ran;
    const std::array<MigrationStep, 2> steps{{
        {format_version,
         [&ran](MigrationRows& rows) -> Result<> {
             ran.push_back(1);
             KITH_TRY(const auto found, rows.read(Table::Contact, 1));
             for (MigrationRows::Row row : found) {
                 append(row.value, as_bytes("!"));
                 rows.put(Table::Contact, 1, row);
             }
             return {};
         }},
        {format_version + 1,
         [&ran](MigrationRows& rows) -> Result<> {
             ran.push_back(2);
             rows.put(Table::Network, 1, {to_bytes(as_bytes("n")), to_bytes(as_bytes("new"))});
             return {};
         }},
    }};
    RocksConfig newer = config();
    newer.format = format_version + 2;
    newer.steps = steps;
    newer.program_version = "0.3.0";
    ASSERT_TRUE(try_open(newer));
    EXPECT_EQ(ran, (std::vector<int>{1, 2}));
    EXPECT_EQ(get(Table::Contact, "bob"), "friend!");
    EXPECT_EQ(get(Table::Network, "n"), "new");
    close();
    EXPECT_EQ(decode_format(disk.content("/home/share/format-version")),
              (FormatVersion{format_version + 2, "0.3.0"}));
    ASSERT_TRUE(try_open(newer));
    EXPECT_EQ(ran.size(), 2U) << "what is upgraded stays so";
    close();
    EXPECT_FALSE(try_open()) << "and is newer for the older program";
}

TEST_F(RocksStoreTest, AFormatWithoutAWayUpIsRefused) {
    open();
    close();
    RocksConfig newer = config();
    newer.format = format_version + 1;
    const auto opened = try_open(newer);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::UnsupportedVersion);
}

TEST_F(RocksStoreTest, AMissingKeyFileOrDatabaseIsNamed) {
    open();
    close();
    const auto whole = disk.copy("/home/share");
    disk.remove_quietly("/home/share/erase.key");
    auto opened = try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), (Error{Code::Corrupt, "/home/share/erase.key is missing"}));
    disk.restore("/home/share", whole);
    for (const std::string& path : disk.paths())
        if (path.starts_with("/home/share/db/")) disk.remove_quietly(path);
    opened = try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::Corrupt);
    EXPECT_NE(opened.error().context.find("/home/share/db"), std::string::npos);
    disk.restore("/home/share", whole);
    open();
}

TEST_F(RocksStoreTest, RowsSwappedOrMovedAreCorrupt) {
    // At the level of the engine: what an attacker with the disk could do to sealed rows.
    const RowCipher cipher(master);
    const ErasureKeys keys(
        std::make_shared<const Generation>(1, crypto::draw_secret<crypto::ErasureKey>(random)));
    Bytes row;
    cipher.seal(keys, Table::Contact, as_bytes("a"), {}, as_bytes("v"), row);
    EXPECT_TRUE(cipher.open(keys, Table::Contact, as_bytes("a"), row));
    for (const auto& [table, key] : {std::pair{Table::Contact, "b"}, {Table::Invite, "a"}}) {
        const auto opened = cipher.open(keys, table, as_bytes(key), row);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, Code::Corrupt);
    }
}

}  // namespace
}  // namespace kith::store
