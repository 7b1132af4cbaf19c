// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/unlock.h"

#include "core/base/async_scope.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/daemon/scratch_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace kith::daemon {
namespace {

class UnlockTest : public ::testing::Test {
  protected:
    UnlockTest() {
        paths.data = directory.path();
        paths.identity_key = directory.path() + "/identity.key";
        paths.unlock_key = directory.path() + "/unlock.key";
    }

    Unlock unlock() {
        return {paths,
                [this](std::string_view name) -> std::optional<std::string> {
                    if (name == "KITH_PASSPHRASE_FILE" && !passphrase_file.empty()) {
                        return passphrase_file;
                    }
                    return std::nullopt;
                },
                worker,
                random};
    }

    template <class T>
    static Task<> store(Task<T> task, std::optional<T>& out) {
        out.emplace(co_await std::move(task));
    }

    template <class T>
    T run(Task<T> task) {
        std::optional<T> out;
        AsyncScope scope(io.get_executor());
        auto work = asio::make_work_guard(io);
        scope.spawn(store(std::move(task), out));
        io.restart();
        while (!out)
            io.run_one();
        return std::move(*out);
    }

    ScratchDirectory directory;
    ProfilePaths paths;
    std::string passphrase_file;
    asio::io_context io;
    Worker worker{io.get_executor()};
    test::SeededRandom random{1};
};

TEST_F(UnlockTest, WithoutAPassphraseTheKeyFileBesideItOpensTheProfile) {
    Unlock unlock = this->unlock();
    EXPECT_EQ(unlock.mode().value(), std::nullopt);
    const auto made = run(unlock.create(""));
    ASSERT_TRUE(made);
    EXPECT_EQ(unlock.mode().value(), identity::KeyfileMode::Key);
    const auto opened = run(unlock.open_unattended());
    ASSERT_TRUE(opened);
    ASSERT_TRUE(opened->has_value());
    EXPECT_TRUE(**opened == *made);

    struct stat info {};

    ASSERT_EQ(::stat(paths.identity_key.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    ASSERT_EQ(::stat(paths.unlock_key.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(UnlockTest, AMissingForeignOrReadableKeyFileIsTold) {
    Unlock unlock = this->unlock();
    ASSERT_TRUE(run(unlock.create("")));
    const std::string key = directory.get("unlock.key");
    ::chmod(paths.unlock_key.c_str(), 0644);
    EXPECT_EQ(run(unlock.open_unattended()).error().code, "forbidden");
    ::chmod(paths.unlock_key.c_str(), 0600);
    directory.put("unlock.key", std::string(32, 'x'));
    EXPECT_EQ(run(unlock.open_unattended()).error().code, "store-corrupt");
    directory.put("unlock.key", key.substr(1));
    EXPECT_EQ(run(unlock.open_unattended()).error().code, "store-corrupt");
    ::unlink(paths.unlock_key.c_str());
    EXPECT_EQ(run(unlock.open_unattended()).error().code, "store-corrupt");
}

TEST_F(UnlockTest, AKeyFileCanBeReplacedByAPassphraseWithTheSameMasterKey) {
    Unlock unlock = this->unlock();
    const auto made = run(unlock.create(""));
    ASSERT_TRUE(made);
    ASSERT_TRUE(run(unlock.change("")));
    EXPECT_EQ(unlock.mode().value(), identity::KeyfileMode::Key);
    ASSERT_TRUE(run(unlock.change("correct horse")));
    EXPECT_EQ(unlock.mode().value(), identity::KeyfileMode::Passphrase);
    EXPECT_FALSE(std::filesystem::exists(paths.unlock_key));
    const auto opened = run(unlock.open_with("correct horse"));
    ASSERT_TRUE(opened);
    EXPECT_TRUE(*opened == *made);
}

TEST_F(UnlockTest, ADamagedKeyFileIsNotTakenForAWrongPassphrase) {
    Unlock unlock = this->unlock();
    ASSERT_TRUE(run(unlock.create("")));
    directory.put("identity.key", "KTHK");
    EXPECT_EQ(unlock.mode().error().code, "store-corrupt");
    std::string text(identity::keyfile_size, '\0');
    directory.put("identity.key", text);
    EXPECT_EQ(unlock.mode().error().code, "store-corrupt");
}

// One test, because each opening costs a second: a passphrase of 256 MiB Argon2id.
TEST_F(UnlockTest, APassphraseIsAskedForUnlessAFileHoldsIt) {
    Unlock unlock = this->unlock();
    const auto made = run(unlock.create("correct horse"));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_FALSE(std::filesystem::exists(paths.unlock_key));
    EXPECT_EQ(unlock.mode().value(), identity::KeyfileMode::Passphrase);
    const auto unattended = run(unlock.open_unattended());
    ASSERT_TRUE(unattended);
    EXPECT_FALSE(unattended->has_value());

    EXPECT_EQ(run(unlock.open_with("wrong")).error().code, "bad-passphrase");
    const auto opened = run(unlock.open_with("correct horse"));
    ASSERT_TRUE(opened);
    EXPECT_TRUE(*opened == *made);

    passphrase_file = directory.path() + "/passphrase";
    directory.put("passphrase", "correct horse\n");
    ::chmod(passphrase_file.c_str(), 0644);
    EXPECT_EQ(run(unlock.open_unattended()).error().code, "forbidden");
    ::chmod(passphrase_file.c_str(), 0600);
    const auto read = run(unlock.open_unattended());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->has_value());
}

}  // namespace
}  // namespace kith::daemon
