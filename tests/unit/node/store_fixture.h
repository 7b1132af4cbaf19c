// SPDX-License-Identifier: GPL-3.0-or-later
// A store in memory with its io_context, for the node's tables.
#pragma once

#include "tests/support/store/memory_store.h"

#include <gtest/gtest.h>

namespace kith::node {

class StoreFixture : public testing::Test {
  protected:
    /// Hands the changes in and waits until they are synced or have failed.
    void commit(store::Changes changes) {
        store.join(std::move(changes));
        settle();
    }

    void settle() {
        io.restart();
        while (io.poll() > 0)
            io.restart();
    }

    static crypto::AccountKey account(std::uint8_t number) {
        crypto::AccountKey out;
        out.data()[0] = number;
        return out;
    }

    static crypto::DeviceId device(std::uint8_t number) {
        crypto::DeviceId out;
        out.data()[0] = number;
        return out;
    }

    static crypto::MessageId message(std::uint8_t number) {
        crypto::MessageId out;
        out.data()[15] = number;
        return out;
    }

    asio::io_context io;
    test::MemoryStore store{io.get_executor()};
};

}  // namespace kith::node
