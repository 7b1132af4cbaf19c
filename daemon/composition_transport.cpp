// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_transport.h"
#include "daemon/composition.h"

namespace kith::daemon {

Result<std::unique_ptr<transport::Transport>> open_transport(const Parts& parts,
                                                             const std::vector<Endpoint>& listen) {
    transport::TlsTransport::Options options;
    options.listen = listen;
    KITH_TRY(auto opened,
             transport::TlsTransport::open(
                 parts.executor, parts.clock, parts.random, std::move(options)));
    return std::unique_ptr<transport::Transport>(std::move(opened));
}

}  // namespace kith::daemon
