// SPDX-License-Identifier: GPL-3.0-or-later
// What a run of a DHT node leaves to the next, for nodes without a disk.
#pragma once

#include "dht/nodes_file.h"

#include <utility>

namespace kith::test {

class LastRunInMemory final : public dht::LastRunKeeper {
  public:
    explicit LastRunInMemory(dht::LastRun run = {}) : run_(std::move(run)) {}

    dht::LastRun load() override { return run_; }

    Result<> save(const dht::LastRun& run) override {
        run_ = run;
        return success();
    }

  private:
    dht::LastRun run_;
};

}  // namespace kith::test
