// SPDX-License-Identifier: GPL-3.0-or-later
// JSON-RPC 2.0, one object a line: what a client asks, what the daemon answers, and the splitting
// of a byte stream into bounded lines. No batches, no notifications from clients.
// docs/spec/control-api.md#lines
#pragma once

#include "core/api/codec.h"
#include "core/api/events.h"
#include "core/api/method.h"
#include "core/base/limits.h"

#include <optional>
#include <string>
#include <string_view>

namespace kith::api {

/// Collects bytes and gives whole lines. Linear in the bytes given; holds at most one line more
/// than was appended last.
class LineSplitter {
  public:
    void append(std::string_view bytes);

    /// The next line without its LF, empty lines left out; valid until the next append().
    std::optional<std::string_view> next();

    /// The line that is being collected is longer than limits::api_line: close the connection.
    bool overflowed() const;

  private:
    std::string buffer_;
    std::size_t begin_ = 0;    // of the first line not yet given
    std::size_t scanned_ = 0;  // no LF in [begin_, scanned_)
};

/// A call as the daemon reads it.
struct Request {
    std::string id;  // as JSON: 7 or "a7"; goes back unchanged
    std::string method;
    Document document;
    Value parameters;  // nothing when left out

    /// The parameters as a struct. Problem::Parameters says which is wrong.
    template <class P>
    Outcome<P> as() const {
        return decode<P>(parameters);
    }
};

/// What to answer when a line is no request: the failure, and the id if one could be read.
struct BadRequest {
    std::string id = "null";
    Failure failure;
};

/// Requires: a line from LineSplitter.
tl::expected<Request, BadRequest> parse_request(std::string_view line);

/// A line from the daemon as the client reads it: an answer or one item of a stream.
struct Incoming {
    Document document;
    std::optional<std::uint64_t> id;  // of an answer
    std::optional<Failure> failure;
    Value result;
    std::optional<StreamItem> item;
};

/// Problem::VersionClash when the daemon writes something else than this API.
Outcome<Incoming> parse_incoming(std::string_view line);

// --- Writing. All append one line with its LF.

/// Which end of a list stays when a page does not fit one line.
enum class Keep { First, Last };

namespace detail {
void begin_request(Writer& out, std::uint64_t id, std::string_view method);
void begin_answer(Writer& out, std::string_view id);
void finish(Writer& out);
/// `pieces` begin at the end that stays.
void append_pieces(std::string& out,
                   std::string_view id,
                   const std::vector<std::string>& pieces,
                   Keep keep);
}  // namespace detail

/// `id` is as JSON, as Request::id has it.
void append_failure(std::string& out, std::string_view id, const Failure& failure);

template <class P>
void append_request(std::string& out, std::uint64_t id, const P& parameters) {
    Writer writer(out);
    detail::begin_request(writer, id, name_of<P>());
    write(writer, parameters);
    detail::finish(writer);
}

/// `result` is a struct of this folder or a vector of them.
template <class R>
void append_answer(std::string& out, std::string_view id, const R& result) {
    Writer writer(out);
    detail::begin_answer(writer, id);
    write(writer, result);
    detail::finish(writer);
}

/// As append_answer, with as many items from one end as fit limits::api_line.
template <class T>
void append_page(std::string& out, std::string_view id, const std::vector<T>& items, Keep keep) {
    // What surrounds the items: names, brackets and the id of the call.
    constexpr std::size_t frame = 256;
    std::vector<std::string> pieces;
    std::size_t size = frame;
    for (std::size_t i = 0; i < items.size(); ++i) {
        pieces.push_back(to_json(items[keep == Keep::First ? i : items.size() - 1 - i]));
        size += pieces.back().size() + 1;
        if (size <= limits::api_line) continue;
        pieces.pop_back();
        break;
    }
    detail::append_pieces(out, id, pieces, keep);
}

/// `event` is to_json(Event): written once, sent to many.
void append_event(std::string& out,
                  std::uint64_t subscription,
                  const std::optional<std::string>& cursor,
                  std::string_view event);

}  // namespace kith::api
