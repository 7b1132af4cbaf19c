// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/transport/count_tls_sessions.h"

#include <dlfcn.h>
#include <gnutls/gnutls.h>

namespace {

int sessions = 0;

}  // namespace

// In front of the library's own, for this program.
extern "C" int gnutls_init(gnutls_session_t* session, unsigned flags) {
    using Init = int (*)(gnutls_session_t*, unsigned);
    static const auto next = reinterpret_cast<Init>(::dlsym(RTLD_NEXT, "gnutls_init"));
    ++sessions;
    return next(session, flags);
}

namespace kith::transport {

int tls_sessions_made() {
    return sessions;
}

}  // namespace kith::transport
