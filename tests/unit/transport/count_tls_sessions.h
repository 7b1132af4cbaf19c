// SPDX-License-Identifier: GPL-3.0-or-later
// Counts the TLS states that this program has allocated: gnutls_init() is replaced in it.
#pragma once

namespace kith::transport {

int tls_sessions_made();

}  // namespace kith::transport
