// SPDX-License-Identifier: GPL-3.0-or-later
// A Directory that writes down what each look-up and publication took, and passes everything on.
#pragma once

#include "core/base/clock.h"
#include "core/directory/directory.h"

#include <memory>
#include <vector>

namespace kith::sim {

/// One operation of one node.
struct DirectoryCall {
    Duration took{};
    /// Own datagrams, both directions, from its begin to its end.
    std::uint64_t datagrams = 0;
    std::uint64_t bytes = 0;
    int holders = 0;  // of a publication
    bool good = false;
};

struct DirectoryLog {
    std::vector<DirectoryCall> lookups;
    std::vector<DirectoryCall> publications;
    std::uint64_t unreachable = 0;
};

class CountedDirectory final : public directory::Directory {
  public:
    CountedDirectory(std::unique_ptr<directory::Directory> inner, Clock& clock, DirectoryLog& log)
        : inner_(std::move(inner)), clock_(clock), log_(log) {}

    Result<> start(const identity::Network& network, std::vector<Endpoint> nodes) override {
        return inner_->start(network, std::move(nodes));
    }

    [[nodiscard]] Task<> stop() override { return inner_->stop(); }

    [[nodiscard]] Task<Result<directory::Published>> publish(
        std::array<directory::Record, 2> records, SteadyTime deadline) override {
        const Begin begin(*this);
        const auto out = co_await inner_->publish(std::move(records), deadline);
        DirectoryCall call = begin.end();
        call.good = out && out->holders > 0;
        call.holders = out ? out->holders : 0;
        note(log_.publications, call, out ? Code::Internal : out.error().code);
        co_return out;
    }

    [[nodiscard]] Task<Result<Bytes>> lookup(directory::Slots slots,
                                             directory::Accept accept,
                                             SteadyTime deadline,
                                             directory::OnRecord better) override {
        const Begin begin(*this);
        const auto out =
            co_await inner_->lookup(slots, std::move(accept), deadline, std::move(better));
        DirectoryCall call = begin.end();
        call.good = out.has_value();
        note(log_.lookups, call, out ? Code::Internal : out.error().code);
        co_return out;
    }

    [[nodiscard]] directory::Subscription watch(directory::Slots slots,
                                                directory::Accept accept,
                                                SteadyTime deadline,
                                                directory::OnRecord handler) override {
        return inner_->watch(slots, std::move(accept), deadline, std::move(handler));
    }

    directory::State state() const override { return inner_->state(); }

    [[nodiscard]] directory::Subscription on_state(
        std::function<void(const directory::State&)> handler) override {
        return inner_->on_state(std::move(handler));
    }

    [[nodiscard]] Task<directory::SelfTest> self_test(SteadyTime deadline) override {
        return inner_->self_test(deadline);
    }

    [[nodiscard]] Task<Result<directory::BootstrapNode>> add_bootstrap(
        std::string address, SteadyTime deadline) override {
        return inner_->add_bootstrap(std::move(address), deadline);
    }

    Result<> remove_bootstrap(const std::string& address) override {
        return inner_->remove_bootstrap(address);
    }

    std::vector<directory::BootstrapNode> bootstrap() const override { return inner_->bootstrap(); }

    std::vector<directory::Peer> peers() const override { return inner_->peers(); }

    directory::Traffic traffic() const override { return inner_->traffic(); }

    void connectivity_changed() override { inner_->connectivity_changed(); }

  private:
    class Begin {
      public:
        explicit Begin(const CountedDirectory& of)
            : of_(of), at_(of.clock_.now()), traffic_(of.traffic()) {}

        DirectoryCall end() const {
            const auto now = of_.traffic();
            DirectoryCall call;
            call.took = of_.clock_.now() - at_;
            call.datagrams = now.datagrams_in + now.datagrams_out - traffic_.datagrams_in -
                             traffic_.datagrams_out;
            call.bytes = now.bytes_in + now.bytes_out - traffic_.bytes_in - traffic_.bytes_out;
            return call;
        }

      private:
        const CountedDirectory& of_;
        SteadyTime at_;
        directory::Traffic traffic_;
    };

    // A node that goes off has asked nothing.
    void note(std::vector<DirectoryCall>& calls, const DirectoryCall& call, Code code) {
        if (code == Code::Unreachable) ++log_.unreachable;
        if (code != Code::Unreachable && code != Code::Cancelled) calls.push_back(call);
    }

    std::unique_ptr<directory::Directory> inner_;
    Clock& clock_;
    DirectoryLog& log_;
};

}  // namespace kith::sim
