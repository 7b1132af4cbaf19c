// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/last_words.h"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

namespace kith::daemon {
namespace {

constexpr int other_failure = 1;

constexpr std::string_view out_of_memory =
    "error: kithd is out of memory and ends here\n"
    "  nothing that was sent or received is lost\n"
    "try: kith daemon start\n";

std::terminate_handler otherwise = nullptr;

// Nothing here allocates.
[[noreturn]] void end_without_memory() noexcept {
    [[maybe_unused]] const auto written =
        ::write(STDERR_FILENO, out_of_memory.data(), out_of_memory.size());
    std::_Exit(other_failure);
}

[[noreturn]] void on_terminate() noexcept {
    try {
        if (const auto error = std::current_exception()) std::rethrow_exception(error);
    } catch (const std::bad_alloc&) {
        end_without_memory();
    } catch (...) {
        // Theirs to tell.
    }
    if (otherwise != nullptr) otherwise();
    std::abort();
}

}  // namespace

void end_when_memory_runs_out() {
    std::set_new_handler(end_without_memory);
    otherwise = std::set_terminate(on_terminate);
}

}  // namespace kith::daemon
