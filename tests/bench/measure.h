// SPDX-License-Identifier: GPL-3.0-or-later
// How the benches of pure code measure: a warm-up, then the median of several runs, in time of the
// processor, so that a busy machine changes little.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>

namespace kith::bench {

inline double cpu_nanoseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// Time that passes, for what waits for others.
inline double seconds_now() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Median nanoseconds of one call of `work`, over 5 runs of `count` calls.
template <class Work>
double nanoseconds_each(std::size_t count, Work&& work) {
    std::array<double, 5> runs{};
    for (std::size_t i = 0; i < count / 10 + 1; ++i)
        work();
    for (double& run : runs) {
        const double began = cpu_nanoseconds();
        for (std::size_t i = 0; i < count; ++i)
            work();
        run = (cpu_nanoseconds() - began) / static_cast<double>(count);
    }
    std::ranges::sort(runs);
    return runs[runs.size() / 2];
}

}  // namespace kith::bench
