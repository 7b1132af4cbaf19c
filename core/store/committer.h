// SPDX-License-Identifier: GPL-3.0-or-later
// The committer: a thread that does one job after the other, in the order they were handed over.
// Here is the only lock of the store. Jobs own what they use, or use what nobody changes meanwhile.
#pragma once

#include "core/base/time.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace kith::store {

class Committer {
  public:
    using Job = std::function<void()>;

    /// What to do when no job comes for a while. Both are called on the thread.
    struct Idle {
        /// Asked before each wait: how long without a job until run(); nullopt: for ever.
        std::function<std::optional<Duration>()> patience;
        std::function<void()> run;
    };

    Committer() = default;
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    ~Committer() { stop(); }

    void start(Idle idle);

    void run(Job job);

    /// Does the jobs that were handed over, then ends the thread. More are dropped.
    void stop();

  private:
    void loop(const Idle& idle);

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace kith::store
