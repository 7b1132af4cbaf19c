// SPDX-License-Identifier: GPL-3.0-or-later
// The door to Boost.Asio's signals, for the daemon and for tests that start programs.
#pragma once

#include "core/base/asio.h"

#include <boost/asio/signal_set.hpp>
