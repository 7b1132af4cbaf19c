// SPDX-License-Identifier: GPL-3.0-or-later
// A failure as the object `error` of schema v1: on the standard error of every command with
// --json, and on the pipe by which kithd tells its starter why it cannot start.
#pragma once

#include "core/api/failure.h"
#include "core/api/json.h"

#include <string>

namespace kith::api {

/// {"v":1,"type":"error","code":...,"message":...,"exit":...} without a line end.
std::string to_json(const Failure& failure);

/// The way back; also for codes that a newer version invents. nullopt: no such object.
std::optional<Failure> read_failure(Value value);

}  // namespace kith::api
