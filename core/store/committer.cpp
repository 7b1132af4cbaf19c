// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/committer.h"

#include <utility>

namespace kith::store {

void Committer::start(Idle idle) {
    thread_ = std::thread([this, idle = std::move(idle)] { loop(idle); });
}

void Committer::run(Job job) {
    {
        const std::scoped_lock lock(mutex_);
        if (stop_) return;
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

void Committer::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Committer::loop(const Idle& idle) {
    const auto ready = [this] { return stop_ || !jobs_.empty(); };
    for (;;) {
        const auto patience = idle.patience();
        Job job;
        {
            std::unique_lock lock(mutex_);
            if (!patience) {
                wake_.wait(lock, ready);
            } else if (!wake_.wait_for(lock, *patience, ready)) {
                lock.unlock();
                idle.run();
                continue;
            }
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace kith::store
