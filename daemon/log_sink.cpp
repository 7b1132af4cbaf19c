// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/log_sink.h"

#include "core/text/display.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

namespace kith::daemon {
namespace {

constexpr std::size_t file_size = std::size_t{8} << 20;
constexpr std::size_t older_files = 3;

spdlog::level::level_enum to_spdlog(log::Level level) {
    switch (level) {
        case log::Level::Error:
            return spdlog::level::err;
        case log::Level::Warn:
            return spdlog::level::warn;
        case log::Level::Info:
            return spdlog::level::info;
        case log::Level::Debug:
            return spdlog::level::debug;
        case log::Level::Trace:
            return spdlog::level::trace;
    }
    return spdlog::level::err;
}

spdlog::sink_ptr make_sink(const std::string& file) {
    // core/base/log serialises the records: the single-threaded sinks do.
    if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_st>();
    return std::make_shared<spdlog::sinks::rotating_file_sink_st>(file, file_size, older_files);
}

}  // namespace

std::optional<log::Level> parse_level(std::string_view word) {
    for (const auto level : {log::Level::Error,
                             log::Level::Warn,
                             log::Level::Info,
                             log::Level::Debug,
                             log::Level::Trace}) {
        if (log::to_string(level) == word) return level;
    }
    return std::nullopt;
}

Result<> install_log_sink(const std::string& file, log::Level level) {
    try {
        auto logger = std::make_shared<spdlog::logger>("kithd", make_sink(file));
        logger->set_level(spdlog::level::trace);  // core/base/log has filtered already
        logger->flush_on(spdlog::level::trace);
        // Without this a full disk would fill the terminal.
        logger->set_error_handler([](const std::string&) {});
        logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
            "%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc));
        log::set_level(level);
        log::install([logger](log::Level of, log::Category category, std::string_view text) {
            const std::string line = text::display(text, text::Kind::Log);
            logger->log(
                to_spdlog(of), "{} {}: {}", log::to_string(of), log::to_string(category), line);
        });
        return success();
    } catch (const spdlog::spdlog_ex& error) {
        return fail(Code::Internal, fmt::format("the log cannot be written: {}", error.what()));
    }
}

}  // namespace kith::daemon
