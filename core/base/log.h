// SPDX-License-Identifier: GPL-3.0-or-later
// One record, one line. Levels: error = the node must stop; warn = the owner should act; info =
// rare, and strangers cannot cause it; debug = each event; trace = each frame. Keys appear as
// 8-character fingerprints, message text never.
//
// Records go to an installed sink; the sink (daemon/log_sink) escapes and writes them. Thread-safe.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string_view>
#include <utility>

namespace kith::log {

enum class Level { Error, Warn, Info, Debug, Trace };
enum class Category { Node, Store, Transport, Directory, Session, Api, Process };

std::string_view to_string(Level level);
std::string_view to_string(Category category);

using Sink = std::function<void(Level, Category, std::string_view line)>;

/// Replaces the sink; an empty one discards. Not to be called while other threads log.
void install(Sink sink);
void set_level(Level level);
Level level();
bool enabled(Level level);
void write(Level level, Category category, std::string_view line);

template <class... Args>
void record(Level level, Category category, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(level)) write(level, category, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void error(Category category, fmt::format_string<Args...> format, Args&&... args) {
    record(Level::Error, category, format, std::forward<Args>(args)...);
}

template <class... Args>
void warn(Category category, fmt::format_string<Args...> format, Args&&... args) {
    record(Level::Warn, category, format, std::forward<Args>(args)...);
}

template <class... Args>
void info(Category category, fmt::format_string<Args...> format, Args&&... args) {
    record(Level::Info, category, format, std::forward<Args>(args)...);
}

template <class... Args>
void debug(Category category, fmt::format_string<Args...> format, Args&&... args) {
    record(Level::Debug, category, format, std::forward<Args>(args)...);
}

template <class... Args>
void trace(Category category, fmt::format_string<Args...> format, Args&&... args) {
    record(Level::Trace, category, format, std::forward<Args>(args)...);
}

}  // namespace kith::log
