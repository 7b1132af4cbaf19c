// SPDX-License-Identifier: GPL-3.0-or-later
// Why something failed, in the words of whoever has to act on it.
//
// A code says who must act; the context says what happened, for the log and for the owner of this
// device. Neither ever leaves the device: a peer gets one coarse answer or none.
#pragma once

#include <string>
#include <string_view>

namespace kith {

/// Grouped by who must act: input, crypto, peer, local, caller.
enum class Code {
    // The bytes are wrong: whoever made them must change them.
    Malformed,
    TooLarge,
    UnsupportedVersion,
    // Cryptography refused.
    BadSignature,
    BadKey,
    DecryptFailed,
    Replayed,
    Expired,
    Stale,
    Equivocation,
    // The peer or the network did not do its part.
    Unreachable,
    Refused,
    RateLimited,
    QuotaExceeded,
    // This device: its disk, its state, its keys.
    NotFound,
    Corrupt,
    DiskFull,
    ReadOnly,
    Locked,
    Busy,
    Internal,
    // The caller asked for something that cannot be.
    InvalidArgument,
    AlreadyExists,
    // Nobody's fault.
    Cancelled,
    Timeout,
};

/// The code in lower-case words joined by dashes, for logs and tests.
std::string_view to_string(Code code);

/// A failure. `context` holds no plaintext and no key material.
struct Error {
    Code code = Code::Internal;
    std::string context;

    friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace kith
