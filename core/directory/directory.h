// SPDX-License-Identifier: GPL-3.0-or-later
// The Directory port: publish a record, look one up, and know how well this node is connected.
// Production: OpendhtDirectory (dht/). Test: FakeDirectory (tests/support/directory).
//
// The directory is a hint, never an authority. It may lose, withhold or delay; it cannot deceive,
// because every record carries its own signatures and the reader runs all checks itself (Accept).
// Absence means nothing.
//
// For the strand only: calls come on it, and handlers are called on it, never inside the call that
// installs them. Specification: docs/spec/directory.md.
#pragma once

#include "core/base/asio.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/directory/best_record.h"
#include "core/directory/network_state.h"
#include "core/directory/slot.h"
#include "core/identity/network.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kith::directory {

/// A signed record on its way to one slot. `data` is at most limits::record_data bytes.
struct Record {
    Slot slot;
    Bytes data;
};

/// What came of a publication, for the worse of the two slots.
struct Published {
    /// Nodes that took the record, or said so: refusals are acknowledged too.
    int acked = 0;
    /// Other nodes that gave the record back when asked. The only number that proves something.
    int holders = 0;
};

/// Keeps a handler installed; destroying or resetting it removes the handler at once. Must not
/// outlive the Directory. Move-only.
class Subscription {
  public:
    struct Entry {
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        virtual ~Entry() = default;
    };

    Subscription() = default;

    explicit Subscription(std::unique_ptr<Entry> entry) : entry_(std::move(entry)) {}

    void cancel() { entry_.reset(); }

    bool active() const { return entry_ != nullptr; }

  private:
    std::unique_ptr<Entry> entry_;
};

class Directory {
  public:
    Directory() = default;
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    /// Requires: stop() has returned, or start() was never called.
    virtual ~Directory() = default;

    /// Joins the network: the node calls this once, when it knows its network (at start, or when
    /// an identity is created). Until then, and after stop(), every operation answers Unreachable
    /// or Cancelled and the state is Offline. `nodes` are addresses from an invitation, tried at
    /// once beside those configured and saved. Internal, AlreadyExists (address in use): the
    /// socket could not be opened.
    virtual Result<> start(const identity::Network& network, std::vector<Endpoint> nodes) = 0;

    /// Ends every waiting operation with Cancelled, saves the known nodes, closes the socket.
    [[nodiscard]] virtual Task<> stop() = 0;

    /// Puts a record at its two slots and reads both back through other nodes.
    ///
    /// Gives the first read-back, at the latest at `deadline`. Behind it the record is put again
    /// on a schedule of minutes while too few nodes hold it, until a newer one for the same slots
    /// is published; while this node is alone it waits and goes out when a node appears. It is
    /// forgotten after 24 h: publishing again every few hours is the caller's part.
    ///
    /// Errors: InvalidArgument (the record breaks the rules by which nodes store it), Unreachable
    /// (no node; the record waits), Timeout, Busy (too many operations), Cancelled.
    [[nodiscard]] virtual Task<Result<Published>> publish(std::array<Record, 2> records,
                                                          SteadyTime deadline) = 0;

    /// Asks for both slots at once and gives the first record that `accept` takes.
    ///
    /// Old revisions linger on some nodes: for 3 s after that, each acceptable record that is
    /// newer still goes to `better`, if there is one. What `better` and `accept` hold must live
    /// that long, or until the directory has stopped.
    ///
    /// Errors: NotFound (a normal answer, proves nothing), Unreachable (no node), Busy, Cancelled.
    [[nodiscard]] virtual Task<Result<Bytes>> lookup(Slots slots,
                                                     Accept accept,
                                                     SteadyTime deadline,
                                                     OnRecord better = {}) = 0;

    /// Asks again and again until `deadline`, at most 10 min, for people who wait at a screen; each
    /// acceptable record that is newer than all before goes to `handler`. Two at once; beyond, the
    /// subscription is inactive from the start.
    [[nodiscard]] virtual Subscription watch(Slots slots,
                                             Accept accept,
                                             SteadyTime deadline,
                                             OnRecord handler) = 0;

    virtual State state() const = 0;

    /// Calls `handler` after each change of connection, number of good nodes from or to zero, or
    /// self-test.
    [[nodiscard]] virtual Subscription on_state(std::function<void(const State&)> handler) = 0;

    /// Puts a record of a throw-away account and reads it back.
    [[nodiscard]] virtual Task<SelfTest> self_test(SteadyTime deadline) = 0;

    /// Remembers "host:port" as a way into the network and calls there until `deadline`; kept
    /// whether it answers or not. InvalidArgument: not an address.
    [[nodiscard]] virtual Task<Result<BootstrapNode>> add_bootstrap(std::string address,
                                                                    SteadyTime deadline) = 0;
    /// NotFound when it was not there.
    virtual Result<> remove_bootstrap(const std::string& address) = 0;
    virtual std::vector<BootstrapNode> bootstrap() const = 0;

    /// Nodes that answered lately.
    virtual std::vector<Peer> peers() const = 0;
    virtual Traffic traffic() const = 0;

    /// The addresses of this host changed, or it woke up: calls all nodes anew.
    virtual void connectivity_changed() = 0;
};

}  // namespace kith::directory
