// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_error.h"

#include <fmt/format.h>

namespace kith::store {

namespace {

Code code_of(const rocksdb::Status& status) {
    if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit)
        return Code::DiskFull;
    if (status.IsCorruption()) return Code::Corrupt;
    if (status.IsShutdownInProgress()) return Code::Cancelled;
    // RocksDB has no code of its own for a lock that another process holds.
    if (status.IsIOError() && status.ToString().find("lock") != std::string::npos &&
        status.ToString().find("LOCK") != std::string::npos)
        return Code::Locked;
    // A file that the manifest names and that is not there.
    if (status.IsPathNotFound() || status.IsNotFound()) return Code::Corrupt;
    if (status.IsIOError()) return Code::ReadOnly;
    return Code::Internal;
}

}  // namespace

Error error_of(const rocksdb::Status& status, std::string_view doing) {
    return {code_of(status), fmt::format("{}: {}", doing, status.ToString())};
}

Result<> check(const rocksdb::Status& status, std::string_view doing) {
    if (status.ok()) return {};
    Error error = error_of(status, doing);
    return fail(error.code, std::move(error.context));
}

}  // namespace kith::store
