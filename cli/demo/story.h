// SPDX-License-Identifier: GPL-3.0-or-later
// What happens in `kith demo`: a private network from one node, two people who join it by link,
// find each other, and chat, also when one of them is gone for a while.
#pragma once

#include "cli/demo/cast.h"

#include <functional>
#include <string>

namespace kith::cli::demo {

/// One line of the transcript: who does what, and how it is typed.
using Tell = std::function<void(const std::string& who, const std::string& what)>;

/// Plays all steps; the failure of the first one that does not happen.
api::Outcome<> play(const std::string& directory, const Tell& tell);

}  // namespace kith::cli::demo
