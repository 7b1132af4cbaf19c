// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/dht/virtual_clock.h"

#include "core/base/assert.h"

#include <chrono>
#include <ctime>
#include <random>

namespace kith::sim {
namespace {

// Set by VirtualTime alone.
thread_local test::FakeClock* installed_clock = nullptr;
thread_local Random* installed_random = nullptr;

// Before and after a simulation, GoogleTest asks for the time as well.
std::chrono::nanoseconds real(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

VirtualTime::VirtualTime(test::FakeClock& clock, Random& random) {
    KITH_ASSERT(installed_clock == nullptr);
    installed_clock = &clock;
    installed_random = &random;
}

VirtualTime::~VirtualTime() {
    installed_clock = nullptr;
    installed_random = nullptr;
}

}  // namespace kith::sim

namespace std {
namespace chrono {
inline namespace _V2 {

steady_clock::time_point steady_clock::now() noexcept {
    using namespace kith::sim;
    if (installed_clock == nullptr) return time_point(real(CLOCK_MONOTONIC));
    return time_point(installed_clock->now().time_since_epoch());
}

system_clock::time_point system_clock::now() noexcept {
    using namespace kith::sim;
    if (installed_clock == nullptr) return time_point(real(CLOCK_REALTIME));
    return time_point(installed_clock->wall().time_since_epoch());
}

}  // namespace _V2
}  // namespace chrono

random_device::result_type random_device::_M_getval() {
    using namespace kith::sim;
    KITH_ASSERT(installed_random != nullptr);
    return installed_random->u32();
}

}  // namespace std
