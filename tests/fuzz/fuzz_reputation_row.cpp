// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of reputation, as a damaged or foreign disk may give them. The first byte chooses the row.
// What was read must stand everything that can happen to a record.
#include "core/reputation/epoch_policy.h"
#include "core/reputation/explain.h"
#include "core/reputation/host_score.h"
#include "core/reputation/stranger_desk.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

using namespace reputation;

void live_on(Record record) {
    for (const Timestamp now :
         {Timestamp(), from_unix_seconds(1728100000), from_unix_seconds(~0U)}) {
        const bool is_person = record.context() == Context::Person;
        for (const EventRule& rule : rules_of(record.context())) {
            if (rule.event != Event::Accepted && rule.event != Event::Reported) {
                record.observe(rule.event, now);
            }
        }
        if (is_person) {
            record.report(now);
            record.wrote(now);
            (void)record.admit(0, 1, now);
            record.vouched(record.take_vouch(now), now);
            record.forgive(now);
        }
        KITH_ASSERT(explain(record, now).standing.raw > 0);
        KITH_ASSERT(record.raw(now) < 1 && record.score(now) <= 1);
        KITH_ASSERT(record.vouch_score(now) > 0 && record.allowance(now) <= 2.1);
        KITH_ASSERT(Record::decode(record.encode()).has_value());
    }
}

void restore_desk(ByteView row) {
    StrangerDesk desk(DeskSecret::copy_of(Bytes(32)), {}, Timestamp());
    if (!desk.restore_state(row)) return;
    KITH_ASSERT(desk.encode_state().size() == row.size());
    (void)desk.effort(from_unix_seconds(1728100000));
    KITH_ASSERT(desk.effort(from_unix_seconds(1728100000)).value() <= effort_max);
}

void one_input(ByteView in) {
    if (in.empty()) return;
    const ByteView row = in.subspan(1);
    const auto encode = [](const auto& value) { return value.encode(); };
    switch (in[0]) {
        case 0:
            expect_same_bytes(row, Record::decode, encode);
            if (auto record = Record::decode(row)) live_on(*std::move(record));
            break;
        case 1:
            expect_same_bytes(row, HostScore::decode, encode);
            break;
        case 2:
            expect_stable(row, DeskRequest::decode, encode);
            break;
        case 3:
            expect_same_bytes(row, EpochPolicies::decode, encode);
            break;
        case 4:
            restore_desk(row);
            break;
        default:
            break;
    }
}

}  // namespace kith::fuzz
