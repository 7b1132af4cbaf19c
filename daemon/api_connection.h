// SPDX-License-Identifier: GPL-3.0-or-later
// One client of the control socket: lines in, calls to the dispatcher, streams of events.
//
// Bounds (docs/spec/control-api.md#lines): a line of 1 MiB, 64 calls in flight, a buffered answer
// megabyte; at any of them the socket is not read, which is all the client notices. A bad line is
// answered; after the third the client is closed.
#pragma once

#include "core/base/async_scope.h"
#include "daemon/api_reply.h"

#include <map>

namespace kith::daemon {

/// Bad lines that a client may send before it is closed.
inline constexpr int api_bad_lines = 3;
/// Streams of one client.
inline constexpr std::size_t api_streams = 16;

/// A stream of one client. Destroyed with its connection.
class ApiStream {
  public:
    ApiStream() = default;
    ApiStream(const ApiStream&) = delete;
    ApiStream& operator=(const ApiStream&) = delete;
    virtual ~ApiStream() = default;

    /// Writes what there is while the client has room.
    virtual void pump() = 0;
};

class ApiConnection;

/// Who answers calls. Strand only.
class ApiDispatcher {
  public:
    ApiDispatcher() = default;
    ApiDispatcher(const ApiDispatcher&) = delete;
    ApiDispatcher& operator=(const ApiDispatcher&) = delete;
    virtual ~ApiDispatcher() = default;

    /// False while this call cannot be answered yet: the client then waits, and with it what it
    /// asks next, until ApiConnection::resume().
    virtual bool ready_for(const api::Request& /*request*/) const { return true; }

    /// `client` is valid during the call only; the reply may be kept.
    virtual void call(api::Request request, ApiReply reply, ApiConnection& client) = 0;
};

class ApiConnection {
  public:
    ApiConnection(ApiSocket socket, ApiDispatcher& dispatcher, Clock& clock);
    ~ApiConnection();

    /// Reads and dispatches until the client leaves or close() is called. Once.
    [[nodiscard]] Task<> run();

    /// The dispatcher may be ready for what waits.
    void resume();
    /// No more calls are taken; what is buffered still leaves.
    void finish();

    void close() { outlet_->close(); }

    bool drained() const { return outlet_->drained(); }

    const std::shared_ptr<ApiOutlet>& outlet() const { return outlet_; }

    /// False: too many streams.
    bool add_stream(std::uint64_t id, std::unique_ptr<ApiStream> stream);
    /// False: this client has no such stream.
    bool remove_stream(std::uint64_t id);
    /// Lets the streams write what there is.
    void pump_streams();

  private:
    bool may_take() const;
    /// Dispatches the lines that are there, as far as the bounds allow.
    void take_lines();
    void take_line(std::string_view line);
    void take_request(api::Request request);
    void bad_line(const std::string& id, const api::Failure& failure);

    ApiDispatcher& dispatcher_;
    std::shared_ptr<ApiOutlet> outlet_;
    std::shared_ptr<ApiCallCount> calls_;
    api::LineSplitter lines_;
    std::optional<api::Request> postponed_;
    AsyncEvent may_take_;
    std::map<std::uint64_t, std::unique_ptr<ApiStream>> streams_;
    int bad_lines_ = 0;
    bool finishing_ = false;
};

}  // namespace kith::daemon
