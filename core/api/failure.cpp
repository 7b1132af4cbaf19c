// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/failure.h"

#include "core/base/assert.h"

#include <array>

namespace kith::api {
namespace {

// Part of schema v1 and of the exit codes: names and numbers never change.
constexpr std::array table{
    ProblemInfo{Problem::Parse, "usage", 2, "the line is no JSON"},
    ProblemInfo{Problem::Request, "usage", 2, "the line is no request"},
    ProblemInfo{Problem::Method, "usage", 2, "there is no such method"},
    ProblemInfo{Problem::Parameters, "usage", 2, "parameters are missing, unknown or wrong"},
    ProblemInfo{Problem::NoSpace, "no-space", 1, "the disk is full"},
    ProblemInfo{Problem::StoreCorrupt, "store-corrupt", 1, "the database is damaged"},
    ProblemInfo{Problem::StoreReadOnly, "store-read-only", 1, "the database cannot be written"},
    ProblemInfo{Problem::Internal, "internal", 1, "another failure"},
    ProblemInfo{Problem::Usage, "usage", 2, "wrong usage"},
    ProblemInfo{Problem::BadConfig, "bad-config", 2, "a setting is wrong"},
    ProblemInfo{Problem::InviteBroken, "invite-broken", 2, "the link is no invitation"},
    ProblemInfo{Problem::AddressBroken, "address-broken", 2, "the text is no address"},
    ProblemInfo{Problem::TextTooLong, "text-too-long", 2, "a message is too long"},
    ProblemInfo{Problem::FileTooBig, "file-too-big", 2, "a file is too big"},
    ProblemInfo{Problem::InputNeeded, "input-needed", 2, "a question could not be asked"},
    ProblemInfo{Problem::NoDaemon, "no-daemon", 3, "the daemon is absent and did not start"},
    ProblemInfo{Problem::VersionClash, "version-clash", 3, "kith and kithd do not fit together"},
    ProblemInfo{Problem::NewerData, "newer-data", 3, "the database is of a newer kith"},
    ProblemInfo{Problem::NotSetUp, "not-set-up", 4, "this profile has no identity yet"},
    ProblemInfo{Problem::Locked, "locked", 4, "this profile needs its passphrase"},
    ProblemInfo{Problem::NoContact, "no-contact", 5, "there is no such contact"},
    ProblemInfo{Problem::NoMessage, "no-message", 5, "there is no such message"},
    ProblemInfo{Problem::NoGroup, "no-group", 5, "there is no such group"},
    ProblemInfo{Problem::NoFile, "no-file", 5, "there is no such file"},
    ProblemInfo{Problem::NoDevice, "no-device", 5, "there is no such device"},
    ProblemInfo{Problem::NoInvite, "no-invite", 5, "there is no such invitation"},
    ProblemInfo{Problem::InviteExpired, "invite-expired", 5, "the invitation has expired"},
    ProblemInfo{Problem::InviteUsed, "invite-used", 5, "the invitation has been used"},
    ProblemInfo{Problem::Ambiguous, "ambiguous", 5, "a name fits more than one contact"},
    ProblemInfo{Problem::CursorGone, "cursor-gone", 5, "events that old are no longer kept"},
    ProblemInfo{Problem::Alone, "alone", 6, "no other node was found"},
    ProblemInfo{Problem::BootstrapUnreachable, "bootstrap-unreachable", 6, "nobody answered there"},
    ProblemInfo{Problem::Offline, "offline", 6, "there is no network"},
    ProblemInfo{Problem::Timeout, "timeout", 7, "it took too long; the work goes on"},
    ProblemInfo{Problem::NotDelivered, "not-delivered", 7, "not delivered yet; the work goes on"},
    ProblemInfo{Problem::Busy, "busy", 7, "too much is waiting already"},
    ProblemInfo{Problem::KeyChanged, "key-changed", 8, "the account key of a contact has changed"},
    ProblemInfo{Problem::Blocked, "blocked", 8, "the contact is blocked or has not accepted"},
    ProblemInfo{Problem::BadSignature, "bad-signature", 8, "a signature is wrong"},
    ProblemInfo{Problem::BadPassphrase, "bad-passphrase", 8, "the passphrase is wrong"},
    ProblemInfo{Problem::ClockOff, "clock", 8, "the clock of this device is wrong"},
    ProblemInfo{Problem::Forbidden, "forbidden", 8, "that is not allowed"},
    ProblemInfo{Problem::LinkRefused, "link-refused", 8, "the other side refused"},
    ProblemInfo{Problem::ProfileLocked, "profile-locked", 9, "another daemon uses this profile"},
    ProblemInfo{Problem::PortInUse, "port-in-use", 9, "another program uses the port"},
    ProblemInfo{Problem::Exists, "exists", 9, "it exists already"},
    ProblemInfo{Problem::OtherNetwork, "other-network", 9, "it belongs to another network"},
    ProblemInfo{Problem::Unhealthy, "unhealthy", 10, "a check found a problem"},
    ProblemInfo{Problem::Bug, "bug", 70, "a bug in kith"},
};

// JSON-RPC 2.0 section 5.1; the rest of its server range carries the exit code.
int rpc_number(Problem problem) {
    switch (problem) {
        case Problem::Parse:
            return -32700;
        case Problem::Request:
            return -32600;
        case Problem::Method:
            return -32601;
        case Problem::Parameters:
            return -32602;
        default:
            return -32000 - info(problem).exit;
    }
}

Problem problem_of(Code code) {
    switch (code) {
        case Code::DiskFull:
            return Problem::NoSpace;
        case Code::Corrupt:
            return Problem::StoreCorrupt;
        case Code::ReadOnly:
            return Problem::StoreReadOnly;
        case Code::Locked:
            return Problem::Locked;
        case Code::Busy:
        case Code::RateLimited:
        case Code::QuotaExceeded:
            return Problem::Busy;
        case Code::Timeout:
            return Problem::Timeout;
        case Code::Unreachable:
            return Problem::Offline;
        case Code::Refused:
            return Problem::Forbidden;
        case Code::InvalidArgument:
            return Problem::Usage;
        case Code::AlreadyExists:
            return Problem::Exists;
        case Code::BadSignature:
            return Problem::BadSignature;
        default:
            return Problem::Internal;
    }
}

}  // namespace

std::span<const ProblemInfo> problems() {
    return table;
}

const ProblemInfo& info(Problem problem) {
    const ProblemInfo& entry = table.at(static_cast<std::size_t>(problem));
    KITH_ASSERT(entry.problem == problem);
    return entry;
}

Failure::Failure(Problem problem, std::string what, std::string next)
    : code(info(problem).code),
      exit(info(problem).exit),
      rpc(rpc_number(problem)),
      message(what.empty() ? std::string(info(problem).meaning) : std::move(what)),
      hint(std::move(next)) {}

Failure from_error(const Error& error) {
    Failure failure(problem_of(error.code));
    if (!error.context.empty()) failure.message = error.context;
    return failure;
}

}  // namespace kith::api
