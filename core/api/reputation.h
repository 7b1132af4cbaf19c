// SPDX-License-Identifier: GPL-3.0-or-later
// What a peer is to this device and why: the object `reputation`, and the methods that show and
// change it. Local knowledge: nothing of it is sent or asked for.
#pragma once

#include "core/api/codec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kith::api {

/// From the most trusted to the least. docs/spec/reputation.md#tiers
enum class Tier {
    Unknown,
    Trusted,
    Contact,
    Bulk,
    Restricted,
    Invited,
    Introduced,
    Stranger,
    Suspect,
    Blocked
};
std::string_view to_string(Tier tier);  // "trusted" ...

/// All events of one kind.
struct ReputationReason {
    Timestamp time;     // of the last one
    std::string event;  // reply read accepted report declined ignored malformed ...
    std::uint64_t count = 0;
    double weight = 0;  // as it was; of bad events negative
    double now = 0;     // what is left of it
    double effect = 0;  // on the score

    friend bool operator==(const ReputationReason&, const ReputationReason&) = default;
};

/// What is enforced now. Absent: no such limit.
struct ReputationLimits {
    std::optional<std::uint64_t> burst;       // messages at once
    std::optional<std::uint64_t> per_second;  // then so many; one of these three
    std::optional<std::uint64_t> per_hour;
    std::optional<std::uint64_t> per_day;
    std::optional<std::uint64_t> unread;  // messages stored here and not read
    std::optional<double> work;           // price of a request, times the usual one

    friend bool operator==(const ReputationLimits&, const ReputationLimits&) = default;
};

/// `reputation`
struct Reputation {
    std::string id;
    std::string name;
    std::string tag;
    std::optional<bool> tagged;
    std::string state;  // of the contact
    bool verified = false;
    Tier tier = Tier::Unknown;
    double score = 0;
    std::vector<ReputationReason> because;  // at most three, the weightiest first
    ReputationLimits limits;
    std::optional<Timestamp> refused_until;  // no request is taken before
    std::string next;                        // what changes by itself, in words
    std::optional<std::string> remedy;       // a command that lifts the limits

    friend bool operator==(const Reputation&, const Reputation&) = default;
};

/// `contact.report`: a contact is restricted from now on, anybody else blocked.
struct ContactReport {
    using Result = Reputation;
    std::string who;
};

/// `reputation.why`
struct ReputationWhy {
    using Result = Reputation;
    std::string who;
};

/// `reputation.forgive`: takes back a report, a restriction and a block.
struct ReputationForgive {
    using Result = Reputation;
    std::string who;
};

}  // namespace kith::api
