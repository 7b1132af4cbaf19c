// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <atomic>
#include <mutex>

namespace kith::log {
namespace {

// The one mutable global of the program: where records go.
struct State {
    std::mutex mutex;
    Sink sink;
    std::atomic<Level> level{Level::Info};
};

State& state() {
    static State instance;
    return instance;
}

}  // namespace

std::string_view to_string(Level level) {
    switch (level) {
        case Level::Error:
            return "error";
        case Level::Warn:
            return "warn";
        case Level::Info:
            return "info";
        case Level::Debug:
            return "debug";
        case Level::Trace:
            return "trace";
    }
    return "?";
}

std::string_view to_string(Category category) {
    switch (category) {
        case Category::Node:
            return "node";
        case Category::Store:
            return "store";
        case Category::Transport:
            return "transport";
        case Category::Directory:
            return "directory";
        case Category::Session:
            return "session";
        case Category::Api:
            return "api";
        case Category::Process:
            return "process";
    }
    return "?";
}

void install(Sink sink) {
    const std::scoped_lock lock(state().mutex);
    state().sink = std::move(sink);
}

void set_level(Level level) {
    state().level = level;
}

Level level() {
    return state().level;
}

bool enabled(Level level) {
    return level <= state().level.load(std::memory_order_relaxed);
}

void write(Level level, Category category, std::string_view line) {
    const std::scoped_lock lock(state().mutex);
    if (state().sink) state().sink(level, category, line);
}

}  // namespace kith::log
