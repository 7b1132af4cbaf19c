// SPDX-License-Identifier: GPL-3.0-or-later
// A failure as the user meets it: a code that scripts can rely on, the exit code that goes with
// it, what happened in the user's words, the facts, and a command that can be pasted.
// docs/spec/control-api.md#errors, `kith help exit-codes`
#pragma once

#include "core/base/error.h"
#include "core/base/result.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kith::api {

/// Grouped by exit code. The names on the wire are part of schema v1.
enum class Problem {
    // Protocol errors of JSON-RPC: all `usage`, each with its standard number.
    Parse,       // -32700: the line is not JSON, too long or too deep
    Request,     // -32600: not a request
    Method,      // -32601: no such method
    Parameters,  // -32602: parameters missing, unknown or wrong
    // 1
    NoSpace,
    StoreCorrupt,
    StoreReadOnly,
    Internal,
    // 2
    Usage,
    BadConfig,
    InviteBroken,
    AddressBroken,
    TextTooLong,
    FileTooBig,
    InputNeeded,
    // 3
    NoDaemon,
    VersionClash,
    NewerData,
    // 4
    NotSetUp,
    Locked,
    // 5
    NoContact,
    NoMessage,
    NoGroup,
    NoFile,
    NoDevice,
    NoInvite,
    InviteExpired,
    InviteUsed,
    Ambiguous,
    CursorGone,
    // 6
    Alone,
    BootstrapUnreachable,
    Offline,
    // 7
    Timeout,
    NotDelivered,
    Busy,
    // 8
    KeyChanged,
    Blocked,
    BadSignature,
    BadPassphrase,
    ClockOff,
    Forbidden,
    LinkRefused,
    // 9
    ProfileLocked,
    PortInUse,
    Exists,
    OtherNetwork,
    // 10
    Unhealthy,
    // 70
    Bug,
};

struct ProblemInfo {
    Problem problem;
    std::string_view code;  // "no-contact"
    int exit;
    std::string_view meaning;  // for `kith help exit-codes`
};

/// All problems in the order of the enum.
std::span<const ProblemInfo> problems();
const ProblemInfo& info(Problem problem);

/// What happened and what to do. Texts may hold untrusted names: show them through display().
struct Failure {
    Failure() = default;
    explicit Failure(Problem problem, std::string message = {}, std::string hint = {});

    std::string code = "internal";
    int exit = 1;
    int rpc = -32001;     // number of the JSON-RPC error
    std::string message;  // lower case, no full stop
    std::vector<std::string> facts;
    std::string hint;  // a command that can be pasted; may be empty

    bool is(Problem problem) const { return code == info(problem).code; }

    friend bool operator==(const Failure&, const Failure&) = default;
};

/// A value, or what to tell the user. KITH_TRY and its family work with it.
template <class T = void>
class [[nodiscard]] Outcome : public tl::expected<T, Failure> {
  public:
    using tl::expected<T, Failure>::expected;
};

inline tl::unexpected<Failure> failure(Problem problem,
                                       std::string message = {},
                                       std::string hint = {}) {
    return tl::unexpected<Failure>(Failure(problem, std::move(message), std::move(hint)));
}

/// For errors that a handler has no better words for: full disk, store corrupt, busy ... keep
/// their own code; what is left is `internal` with the error's text.
Failure from_error(const Error& error);

}  // namespace kith::api
