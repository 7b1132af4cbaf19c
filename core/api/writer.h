// SPDX-License-Identifier: GPL-3.0-or-later
// Writes JSON into a string: in order, without a tree, escaped for terminals.
//
// Text leaves as UTF-8. What could steer a terminal or hide in one is written as \uXXXX: C0, DEL,
// C1, bidi and all other format characters (Cf), U+2028 and U+2029. Invalid UTF-8 becomes U+FFFD.
// So a line of output can be shown by any tool, and a reader gets the peer's text unchanged.
// docs/spec/control-api.md#escaping
#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace kith::api {

/// Appends to a string that outlives it.
class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}

    void begin_object() { open('{'); }

    void end_object() { close('}'); }

    void begin_array() { open('['); }

    void end_array() { close(']'); }

    /// The name of the next value.
    void name(std::string_view name);

    void text(std::string_view value);
    void boolean(bool value);
    void integer(std::int64_t value);
    void unsigned_number(std::uint64_t value);
    void real(double value);
    void time(Timestamp value);
    /// Already JSON, in the form that this class writes.
    void raw(std::string_view json);

    std::string& out() { return out_; }

  private:
    void open(char bracket);
    void close(char bracket);
    void separate();
    void append_quoted(std::string_view value);

    std::string& out_;
    bool first_ = true;
    bool named_ = false;
};

/// True for code points that Writer::text escapes beyond what JSON demands.
bool is_escaped(std::uint32_t code_point);

}  // namespace kith::api
