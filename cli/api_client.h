// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to the daemon: calls that wait for their answer, and a stream of events.
//
// `hello` leaves together with the first call, so that a command costs one round trip. Blocking,
// single-threaded; every wait has a deadline. docs/spec/control-api.md
#pragma once

#include "cli/descriptor.h"
#include "core/api/json_line.h"
#include "core/base/time.h"

#include <deque>
#include <optional>
#include <string>

namespace kith::cli {

/// What `kith` calls itself, and the oldest daemon it works with.
inline constexpr std::string_view program_version = KITH_VERSION;

/// An item of a stream with the text that it points into.
struct Streamed {
    api::Document document;
    api::StreamItem item;
};

class ApiClient {
  public:
    /// `socket`: connected. Checks nothing yet.
    explicit ApiClient(Descriptor socket);

    /// Failures are the daemon's own, or: timeout; no-daemon when it ends meanwhile; version-clash
    /// when it is older than this program.
    template <class P>
    api::Outcome<typename P::Result> call(const P& parameters, Duration timeout) {
        const std::uint64_t id = next_id_++;
        api::append_request(out_, id, parameters);
        KITH_TRY(const api::Incoming answer, wait_for(id, timeout));
        auto result = api::decode<typename P::Result>(answer.result);
        if (result) return result;
        return not_understood(api::name_of<P>(), result.error());
    }

    /// The answer to hello.
    api::Outcome<api::Hello> hello(Duration timeout);

    /// A daemon that is older than this program is no failure: for `kith daemon`.
    void accept_any_version() { any_version_ = true; }

    /// The next item of any stream; nullopt when `timeout` has passed.
    api::Outcome<std::optional<Streamed>> next(Duration timeout);

    /// An item is here already: poll() on descriptor() would not tell.
    bool has_item() const { return !items_.empty(); }

    /// For poll(): readable when something may have come.
    int descriptor() const { return socket_.get(); }

  private:
    api::Outcome<api::Incoming> wait_for(std::uint64_t id, Duration timeout);
    api::Outcome<> take_hello(const api::Incoming& answer);
    api::Outcome<> send_all(SteadyTime deadline);
    /// False when the deadline has passed.
    api::Outcome<bool> receive(SteadyTime deadline);
    /// Of what is here already, the items: no poll() tells of them any more.
    api::Outcome<> keep_items();
    /// The next line that is here already.
    api::Outcome<std::optional<api::Incoming>> take();
    static tl::unexpected<api::Failure> not_understood(std::string_view method,
                                                       const api::Failure& why);

    Descriptor socket_;
    std::string out_;
    api::LineSplitter lines_;
    std::deque<Streamed> items_;
    std::optional<api::Hello> hello_;
    std::uint64_t next_id_ = 1;
    bool any_version_ = false;
};

/// -1, 0, 1 for "0.9.1" against "0.10.0": numbers compared as numbers.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace kith::cli
