// SPDX-License-Identifier: GPL-3.0-or-later
// tests/vectors/reputation.json, made by the reference model: whole histories, with the state and
// all that follows from it at each check.
#include "core/reputation/explain.h"
#include "core/reputation/record.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace kith::reputation {
namespace {

using test::json;

Timestamp at(const json& seconds_since) {
    return Timestamp(Duration(std::llround(seconds_since.get<double>() * 1e6)));
}

/// 1e-9, absolute or relative.
void expect_close(double value, const json& expected, const char* what) {
    const double wanted = expected.get<double>();
    EXPECT_NEAR(value, wanted, 1e-9 * std::max(1.0, std::abs(wanted))) << what;
}

Event event_of(Context context, const json& kind) {
    for (const EventRule& rule : rules_of(context)) {
        if (rule.name == kind.get<std::string>()) return rule.event;
    }
    throw std::runtime_error("no such event: " + kind.dump());
}

void expect_limits(const Standing& standing, const json& wanted) {
    expect_close(standing.raw, wanted["raw"], "S_raw");
    expect_close(standing.score, wanted["score"], "S");
    EXPECT_EQ(to_string(standing.tier), wanted["tier"].get<std::string>());
    ASSERT_EQ(standing.unread.has_value(), !wanted["credit"].is_null());
    EXPECT_EQ(standing.unread.value_or(0),
              standing.unread ? wanted["credit"].get<std::uint32_t>() : 0);
    ASSERT_EQ(standing.work.has_value(), !wanted["pow_factor"].is_null());
    if (standing.work) expect_close(*standing.work / 8.0, wanted["pow_factor"], "pow_factor");
    ASSERT_EQ(standing.pace.has_value(), !wanted["gcra_burst"].is_null());
    if (!standing.pace) return;
    EXPECT_EQ(standing.burst, wanted["gcra_burst"].get<std::uint32_t>());
    EXPECT_EQ(standing.pace->tolerance, standing.pace->interval * standing.burst);
    if (standing.burst == 0) return;
    const double interval = std::chrono::duration<double>(standing.pace->interval).count();
    expect_close(1 / interval, wanted["gcra_rate"], "gcra_rate");
}

void expect_explained(const Record& record, Timestamp now, const json& wanted) {
    const std::vector<Reason> reasons = reasons_of(record, now, 3);
    ASSERT_EQ(reasons.size(), wanted.size());
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        const json& reason = wanted[i];
        SCOPED_TRACE(reason.dump());
        EXPECT_EQ(to_string(reasons[i].event), reason["kind"].get<std::string>());
        EXPECT_EQ(reasons[i].last, at(reason["last"]));
        EXPECT_EQ(reasons[i].count, reason["count"].get<std::uint32_t>());
        expect_close(reasons[i].weight, reason["weight"], "weight");
        expect_close(reasons[i].left, reason["now"], "now");
        expect_close(reasons[i].effect, reason["effect"], "effect");
    }
}

void check(const Record& record, Timestamp now, const json& wanted) {
    expect_close(record.good(now), wanted["r"], "r");
    expect_close(record.bad(now), wanted["s"], "s");
    expect_close(record.allowance(now), wanted["pos_tok"], "pos_tok");
    expect_close(record.raw(now), wanted["raw"], "S_raw");
    if (record.context() == Context::Person) {
        expect_close(record.written(now), wanted["u"], "u");
        expect_close(record.vouch_score(now), wanted["vouch_score"], "vouch_score");
        expect_limits(record.standing(now), wanted);
    }
    expect_explained(record, now, wanted["explain"]);
}

void set(Record& record, const json& step) {
    if (step["field"] == "bulk") return record.set_bulk(step["value"]);
    ASSERT_EQ(step["field"], "entry");
    record.set_entry(step["value"] == "invited" ? Entry::Invited : Entry::Introduced);
}

void apply(Record& record, const json& step, Timestamp now, std::size_t repetition) {
    const std::string op = step["op"];
    if (op == "good" || op == "bad") {
        const Event event = event_of(record.context(), step["kind"]);
        EXPECT_EQ(rule_of(record.context(), event).good, op == "good");
        record.add(event, step["w"], step.value("capped", true), now);
    } else if (op == "accept") {
        record.accept(now);
    } else if (op == "report") {
        record.report(now);
    } else if (op == "forgive") {
        record.forgive(now);
    } else if (op == "sent") {
        record.wrote(now);
    } else if (op == "set") {
        set(record, step);
    } else if (op == "vouch") {
        EXPECT_EQ(record.take_vouch(now), step["expect"][repetition].get<bool>());
    } else if (op == "vouch_result") {
        record.vouched(step["ok"], now);
    } else {
        ASSERT_EQ(op, "check");
        check(record, now, step["expect"]);
    }
}

/// `decay_often`: asks for the state, and stores and loads it, before each step.
void play(const json& scenario, bool store_often) {
    SCOPED_TRACE(scenario["name"].get<std::string>());
    Record record(scenario["context"] == "box" ? Context::Host : Context::Person, Timestamp());
    for (const json& step : scenario["steps"]) {
        SCOPED_TRACE(step.dump());
        const auto times = step.value("times", std::size_t{1});
        const auto days = step.value("days", std::size_t{1});
        for (std::size_t i = 0; i < days * times; ++i) {
            if (store_often) record = Record::decode(record.encode()).value();
            apply(record, step, at(step["t"]) + kith::days(i / times), i);
        }
    }
}

TEST(RecordVectors, HistoriesEndAsInTheReferenceModel) {
    const json& file = test::own_set("reputation.json");
    ASSERT_EQ(file["reputation"].size(), 19U);
    for (const json& scenario : file["reputation"])
        play(scenario, false);
}

TEST(RecordVectors, HistoriesEndTheSameWhenTheRecordIsStoredAfterEachStep) {
    for (const json& scenario : test::own_set("reputation.json")["reputation"])
        play(scenario, true);
}

TEST(RecordVectors, TiersHaveTheFrozenLimits) {
    const json& tiers = test::own_set("reputation.json")["tiers"];
    ASSERT_EQ(tiers.size(), 9U);
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        const TierRule& rule = rule_of(static_cast<Tier>(i));
        SCOPED_TRACE(std::string(rule.name));
        EXPECT_EQ(rule.name, tiers[i]["tier"].get<std::string>());
        EXPECT_EQ(rule.weight, tiers[i]["weight"].get<std::uint32_t>());
    }
}

}  // namespace
}  // namespace kith::reputation
