// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/reputation.h"

#include "core/api/fields.h"

namespace kith::api {

KITH_API_ENUM(Tier,
              "trusted",
              "contact",
              "bulk",
              "restricted",
              "invited",
              "introduced",
              "stranger",
              "suspect",
              "blocked")

template <>
struct Fields<ReputationReason> : Part {
    static void list(auto& self, auto& member) {
        member("time", self.time);
        member("event", self.event);
        member("count", self.count);
        member("weight", self.weight);
        member("now", self.now);
        member("effect", self.effect);
    }
};

template <>
struct Fields<ReputationLimits> : Part {
    static void list(auto& self, auto& member) {
        member("burst", self.burst);
        member("per_second", self.per_second);
        member("per_hour", self.per_hour);
        member("per_day", self.per_day);
        member("unread", self.unread);
        member("work", self.work);
    }
};

KITH_API_OBJECT(ReputationReason)
KITH_API_OBJECT(ReputationLimits)

template <>
struct Fields<Reputation> : Object {
    static constexpr std::string_view type = "reputation";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("name", self.name);
        member("tag", self.tag);
        member("tagged", self.tagged);
        member("state", self.state);
        member("verified", self.verified);
        member("tier", self.tier);
        member("score", self.score);
        member("because", self.because);
        member("limits", self.limits);
        member("refused_until", self.refused_until);
        member("next", self.next);
        member("remedy", self.remedy);
    }
};

template <>
struct Fields<ContactReport> : WhoParameter {};

template <>
struct Fields<ReputationWhy> : WhoParameter {};

template <>
struct Fields<ReputationForgive> : WhoParameter {};

KITH_API_OBJECT(Reputation)
KITH_API_OBJECT(ContactReport)
KITH_API_OBJECT(ReputationWhy)
KITH_API_OBJECT(ReputationForgive)

}  // namespace kith::api
