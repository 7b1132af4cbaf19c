// SPDX-License-Identifier: GPL-3.0-or-later
// kithd whose mailbox is hostile: the daemon as it is, but for what its host says on its links
// (tests/support/hostile). The word in the file named by KITH_HOSTILITY says how; the file is read
// again whenever it is asked for something, so one process can be turned while it runs.
#include "core/transport/tls_transport.h"
#include "daemon/composition.h"
#include "tests/support/hostile/hostile_transport.h"

#include <cstdlib>
#include <fstream>

namespace kith::daemon {
namespace {

using test::HostileHost;
using test::HostileTransport;
using test::Hostility;

void turn(HostileHost& host, const std::string& path) {
    std::ifstream file(path);
    std::string word;
    if (file >> word) host.turn(test::hostility_of(word).value_or(host.what()));
}

/// What HostileTls stands on, which is made first and ends last.
struct Ground {
    Ground(std::unique_ptr<transport::TlsTransport> opened, Random& random)
        : tls(std::move(opened)), host(Hostility::None, random) {}

    std::unique_ptr<transport::TlsTransport> tls;
    HostileHost host;
};

class HostileTls final : Ground, public HostileTransport {
  public:
    HostileTls(std::unique_ptr<transport::TlsTransport> opened, Random& random, std::string path)
        : Ground(std::move(opened), random),
          HostileTransport(*tls, host, [path = std::move(path)](auto& one) { turn(one, path); }) {}
};

}  // namespace

Result<std::unique_ptr<transport::Transport>> open_transport(const Parts& parts,
                                                             const std::vector<Endpoint>& listen) {
    transport::TlsTransport::Options options;
    options.listen = listen;
    KITH_TRY(auto opened,
             transport::TlsTransport::open(
                 parts.executor, parts.clock, parts.random, std::move(options)));
    const char* const path = std::getenv("KITH_HOSTILITY");
    return std::make_unique<HostileTls>(std::move(opened), parts.random, path ? path : "");
}

}  // namespace kith::daemon
