// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/worker.h"

namespace kith {

Worker::~Worker() {
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool Worker::post(std::function<void()> job) {
    const std::scoped_lock lock(mutex_);
    if (stop_ || jobs_.size() >= limits::worker_jobs) return false;
    jobs_.push_back(std::move(job));
    if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
    wake_.notify_one();
    return true;
}

bool Worker::idle() const {
    const std::scoped_lock lock(mutex_);
    return jobs_.empty() && !running_;
}

void Worker::loop() {
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
            if (stop_) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
            running_ = true;
        }
        job();
        // What it held goes before it counts as done.
        job = nullptr;
        const std::scoped_lock lock(mutex_);
        running_ = false;
    }
}

}  // namespace kith
