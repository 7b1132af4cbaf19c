// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

namespace kith {

std::string_view to_string(Code code) {
    switch (code) {
        case Code::Malformed:
            return "malformed";
        case Code::TooLarge:
            return "too-large";
        case Code::UnsupportedVersion:
            return "unsupported-version";
        case Code::BadSignature:
            return "bad-signature";
        case Code::BadKey:
            return "bad-key";
        case Code::DecryptFailed:
            return "decrypt-failed";
        case Code::Replayed:
            return "replayed";
        case Code::Expired:
            return "expired";
        case Code::Stale:
            return "stale";
        case Code::Equivocation:
            return "equivocation";
        case Code::Unreachable:
            return "unreachable";
        case Code::Refused:
            return "refused";
        case Code::RateLimited:
            return "rate-limited";
        case Code::QuotaExceeded:
            return "quota-exceeded";
        case Code::NotFound:
            return "not-found";
        case Code::Corrupt:
            return "corrupt";
        case Code::DiskFull:
            return "disk-full";
        case Code::ReadOnly:
            return "read-only";
        case Code::Locked:
            return "locked";
        case Code::Busy:
            return "busy";
        case Code::Internal:
            return "internal";
        case Code::InvalidArgument:
            return "invalid-argument";
        case Code::AlreadyExists:
            return "already-exists";
        case Code::Cancelled:
            return "cancelled";
        case Code::Timeout:
            return "timeout";
    }
    return "unknown";
}

}  // namespace kith
