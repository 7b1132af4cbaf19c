// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_log.h"

#include "core/base/log.h"

#include <rocksdb/env.h>

#include <array>
#include <cstdarg>
#include <cstdio>

namespace kith::store {

namespace {

log::Level level_of(rocksdb::InfoLogLevel level) {
    switch (level) {
        case rocksdb::FATAL_LEVEL:
        case rocksdb::ERROR_LEVEL:
            return log::Level::Warn;
        case rocksdb::WARN_LEVEL:
            return log::Level::Debug;
        default:
            return log::Level::Trace;
    }
}

class RocksLog final : public rocksdb::Logger {
  public:
    // Below this RocksDB formats nothing at all.
    RocksLog()
        : Logger(log::enabled(log::Level::Trace) ? rocksdb::INFO_LEVEL : rocksdb::WARN_LEVEL) {}

    void Logv(const char* format, va_list arguments) override {
        Logv(rocksdb::INFO_LEVEL, format, arguments);
    }

    void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
        if (level < GetInfoLogLevel() || !log::enabled(level_of(level))) return;
        std::array<char, 1000> line{};
        const int size = std::vsnprintf(line.data(), line.size(), format, arguments);
        if (size < 0) return;
        log::write(level_of(level), log::Category::Store, line.data());
    }
};

}  // namespace

std::shared_ptr<rocksdb::Logger> make_rocks_log() {
    return std::make_shared<RocksLog>();
}

}  // namespace kith::store
