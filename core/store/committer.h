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

    /// Called on the thread when no job came for as long as the last call, or the last job, asked
    /// for. Gives the next such time; nullopt: not before there was another job.
    using Idle = std::function<std::optional<Duration>()>;

    Committer() = default;
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    ~Committer() { stop(); }

    void start(Idle idle, Duration idle_after);

    void run(Job job);

    /// Does the jobs that were handed over, then ends the thread. More are dropped.
    void stop();

  private:
    void loop(const Idle& idle, Duration idle_after);

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace kith::store
