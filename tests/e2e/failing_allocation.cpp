// SPDX-License-Identifier: GPL-3.0-or-later
// By LD_PRELOAD: one malloc() of the process finds no memory, the one that FAIL_ALLOCATION
// numbers. COUNT_ALLOCATIONS_IN is a file of eight bytes, in which they are counted.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

extern "C" void* __libc_malloc(std::size_t size);  // NOLINT

namespace {

using Count = std::atomic<std::uint64_t>;

constinit Count own_count{0};
constinit Count* count = &own_count;
constinit std::uint64_t fails = 0;

// Before all threads, and before main().
[[gnu::constructor]] void begin() {
    // NOLINTBEGIN(concurrency-mt-unsafe)
    const char* const number = std::getenv("FAIL_ALLOCATION");
    const char* const path = std::getenv("COUNT_ALLOCATIONS_IN");
    // NOLINTEND(concurrency-mt-unsafe)
    if (number != nullptr) fails = std::strtoull(number, nullptr, 10);
    if (path == nullptr) return;
    const int file = ::open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) std::abort();
    void* const shared =
        ::mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (shared == MAP_FAILED) std::abort();
    count = static_cast<Count*>(shared);
}

}  // namespace

extern "C" void* malloc(std::size_t size) {
    if (++*count == fails) {
        errno = ENOMEM;
        return nullptr;
    }
    return __libc_malloc(size);
}
