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

/// Owns what it stands on.
class HostileTls final : public transport::Transport {
  public:
    HostileTls(std::unique_ptr<transport::TlsTransport> inner, Random& random, std::string path)
        : inner_(std::move(inner)),
          host_(Hostility::None, random),
          hostile_(*inner_, host_, [path = std::move(path)](auto& host) { turn(host, path); }) {}

    void start(transport::LinkPolicy policy) override { hostile_.start(std::move(policy)); }

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> dial(
        transport::DialRequest request, SteadyTime deadline) override {
        return hostile_.dial(std::move(request), deadline);
    }

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> accept() override {
        return hostile_.accept();
    }

    std::vector<Endpoint> listening() const override { return hostile_.listening(); }

    std::uint16_t local_port() const override { return hostile_.local_port(); }

    std::vector<transport::LocalAddress> local_addresses() const override {
        return hostile_.local_addresses();
    }

    transport::TransportCounters counters() const override { return hostile_.counters(); }

    [[nodiscard]] Task<> stop() override { return hostile_.stop(); }

  private:
    std::unique_ptr<transport::TlsTransport> inner_;
    HostileHost host_;
    HostileTransport hostile_;
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
