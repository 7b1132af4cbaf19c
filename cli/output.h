// SPDX-License-Identifier: GPL-3.0-or-later
// Where words go: data on the standard output, everything else on the standard error; for people,
// or as JSON. Every line for people passes display() here, so no command can forget it.
#pragma once

#include "core/api/codec.h"
#include "core/api/failure_object.h"
#include "core/api/status.h"

#include <string>
#include <string_view>
#include <vector>

namespace kith::cli {

class Output {
  public:
    struct Style {
        bool json = false;
        bool quiet = false;   // no progress and hints
        bool colour = false;  // of the standard error
        bool ascii = false;   // pictures of control characters and marks in ASCII
    };

    Output(int out, int err) : out_(out), err_(err) {}

    ~Output() { flush(); }

    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void set_style(const Style& style) { style_ = style; }

    bool json() const { return style_.json; }

    bool ascii() const { return style_.ascii; }

    bool colour() const { return style_.colour; }

    /// True when people read the standard output on a terminal.
    bool on_terminal() const;

    /// Data for people, one line or a text of at most 2,000. Nothing with --json.
    void line(std::string_view text);

    void lines(const std::vector<std::string>& texts) {
        for (const std::string& text : texts)
            line(text);
    }

    /// One object on one line, sent at once. Only with --json.
    template <class T>
    void object(const T& value) {
        if (style_.json) json_line(api::to_json(value));
    }

    template <class T>
    void objects(const std::vector<T>& values) {
        for (const T& value : values)
            object(value);
    }

    /// JSON of ours or of the daemon, whatever the style.
    void json_line(std::string_view json);

    /// Escape sequences of our own making, such as a QR code.
    void drawing(std::string_view text);

    /// Progress and hints, on the standard error; nothing when quiet.
    void note(std::string_view text);
    /// A notice on the standard error.
    void warning(const api::Notice& notice);
    void failure(const api::Failure& failure);

    void flush();

    /// Sends what waits; a failure once the standard output has not taken all: the disk behind it
    /// is full, say. Ask before what was shown counts as read.
    api::Outcome<> written();

  private:
    void say(std::string_view text);
    std::string shown(std::string_view text) const;

    int out_;
    int err_;
    Style style_;
    int lost_ = 0;  // errno of the first write that failed
    std::string buffer_;
};

/// How a failure reads for people: "error: ..." / facts, indented / "try: ...".
std::string failure_text(const api::Failure& failure, bool colour, bool ascii);

}  // namespace kith::cli
