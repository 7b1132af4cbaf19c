// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/committer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

namespace kith::store {
namespace {

Committer::Idle no_idle() {
    return {[]() -> std::optional<Duration> { return std::nullopt; }, [] {}};
}

TEST(Committer, DoesJobsInOrderAndFinishesThemOnStop) {
    std::vector<int> done;
    {
        Committer committer;
        committer.run([&done] { done.push_back(-1); });  // before it runs at all
        committer.start(no_idle());
        for (int i = 0; i < 100; ++i)
            committer.run([&done, i] { done.push_back(i); });
        committer.stop();
        committer.run([&done] { done.push_back(1000); });
    }
    ASSERT_EQ(done.size(), 101U);
    for (std::size_t i = 0; i < done.size(); ++i)
        EXPECT_EQ(done[i], static_cast<int>(i) - 1);
}

TEST(Committer, IsIdleOnlyWhenAskedTo) {
    std::atomic<int> idles{0};
    std::atomic<bool> eager{true};
    std::promise<void> twice;
    Committer committer;
    committer.start({[&eager]() -> std::optional<Duration> {
                         if (eager) return Duration(1);
                         return std::nullopt;
                     },
                     [&] {
                         if (++idles == 2) {
                             eager = false;
                             twice.set_value();
                         }
                     }});
    twice.get_future().wait();
    std::promise<void> ran;
    committer.run([&ran] { ran.set_value(); });
    ran.get_future().wait();
    committer.stop();
    EXPECT_EQ(idles, 2);
}

}  // namespace
}  // namespace kith::store
