// SPDX-License-Identifier: GPL-3.0-or-later
// The stored form of a Record:
//
//   [version u8 = 1, context u8, flags u8, entry u8, updated, allowance, vr, vs, vtok, u, arrival,
//    [contribution, ..]]
//   contribution = [event u8, |left|, |sum|, count u32, last u64, recent u8]
//
// Reals as in real_bits.h; the event says the sign. Times are microseconds since 1970, `last`
// seconds. flags: 1 contact, 2 restricted, 4 blocked, 8 bulk.
#include "core/reputation/real_bits.h"
#include "core/reputation/record.h"

namespace kith::reputation {
namespace {

constexpr std::uint8_t record_version = 1;
constexpr std::uint8_t flag_contact = 1;
constexpr std::uint8_t flag_restricted = 2;
constexpr std::uint8_t flag_blocked = 4;
constexpr std::uint8_t flag_bulk = 8;
// Sums of doubles that were bounded one by one.
constexpr double slack = 1 + 1e-9;
// Messages we can have written, evidence a peer can have gathered: any bound that arithmetic
// stands.
constexpr double amount_max = 1e12;

void write(wire::Writer& out, const Contribution& entry) {
    out.array(6).uint(static_cast<std::uint8_t>(entry.event));
    out.uint(real_bits(entry.left)).uint(real_bits(entry.sum));
    out.uint(entry.count).uint(entry.last).uint(entry.recent);
}

Contribution read_contribution(wire::Reader& in, Context context) {
    in.tuple(6);
    Contribution entry;
    entry.event = static_cast<Event>(in.u8());
    const EventRule* const rule = find_rule(context, entry.event);
    in.require(rule != nullptr);
    const double sign = rule != nullptr && rule->good ? 1 : -1;
    entry.left = sign * read_real(in, Record::bad_max * slack);
    entry.sum = sign * read_real(in, amount_max);
    entry.count = in.u32();
    entry.last = in.u64();
    entry.recent = in.u8();
    in.require(rule == nullptr || entry.recent <= rule->at_most);
    return entry;
}

}  // namespace

/// Reads and writes the members of a Record.
class RecordCodec {
  public:
    static Record read(wire::Reader& in) {
        const std::uint8_t context = in.u8();
        in.require(!rules_of(static_cast<Context>(context)).empty());
        Record out(static_cast<Context>(context), Timestamp());
        read_flags(in, out);
        out.updated_ = read_time(in);
        out.allowance_ = read_real(in, 2 * slack);
        out.vouch_good_ = read_real(in, amount_max);
        out.vouch_bad_ = read_real(in, amount_max);
        out.vouches_ = read_real(in, 3 * slack);
        out.written_ = read_real(in, amount_max);
        out.limiter_ = Gcra(read_time(in));
        read_evidence(in, out);
        return out;
    }

    static void write_all(wire::Writer& out, const Record& record) {
        const unsigned flags =
            (record.contact_ ? flag_contact : 0U) | (record.restricted_ ? flag_restricted : 0U) |
            (record.blocked_ ? flag_blocked : 0U) | (record.bulk_ ? flag_bulk : 0U);
        out.uint(static_cast<std::uint8_t>(record.context_)).uint(flags);
        out.uint(static_cast<std::uint8_t>(record.entry_)).uint(micros_of(record.updated_));
        out.uint(real_bits(record.allowance_)).uint(real_bits(record.vouch_good_));
        out.uint(real_bits(record.vouch_bad_)).uint(real_bits(record.vouches_));
        out.uint(real_bits(record.written_)).uint(micros_of(record.limiter_.arrival()));
        out.array(record.evidence_.size());
        for (const Contribution& entry : record.evidence_)
            write(out, entry);
    }

  private:
    static void read_flags(wire::Reader& in, Record& out) {
        const std::uint8_t flags = in.u8();
        const std::uint8_t entry = in.u8();
        in.require(flags < 2 * flag_bulk && entry <= static_cast<std::uint8_t>(Entry::Introduced));
        out.contact_ = (flags & flag_contact) != 0;
        out.restricted_ = (flags & flag_restricted) != 0;
        out.blocked_ = (flags & flag_blocked) != 0;
        out.bulk_ = (flags & flag_bulk) != 0;
        out.entry_ = static_cast<Entry>(entry);
    }

    static void read_evidence(wire::Reader& in, Record& out) {
        const std::size_t count = in.array(0, rules_of(out.context_).size());
        for (std::size_t i = 0; i < count && in.ok(); ++i) {
            const Contribution entry = read_contribution(in, out.context_);
            in.require(out.evidence_.empty() || out.evidence_.back().event < entry.event);
            out.evidence_.push_back(entry);
        }
        in.require(out.good(out.updated_) <= Record::good_max * slack);
        in.require(out.bad(out.updated_) <= Record::bad_max * slack);
    }
};

Bytes Record::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.array(12).uint(record_version);
    RecordCodec::write_all(out, *this);
    return row;
}

Result<Record> Record::decode(ByteView row) {
    wire::Reader in(row, encoded_max);
    in.tuple(12);
    const std::uint8_t version = in.u8();
    if (in.ok() && version > record_version) {
        return fail(Code::UnsupportedVersion, "reputation of a newer kith");
    }
    in.require(version == record_version);
    Record out = RecordCodec::read(in);
    if (!in.finish()) return fail(Code::Corrupt, "row of a reputation");
    return out;
}

}  // namespace kith::reputation
