// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/scale/figures.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>

namespace kith::sim {
namespace {

// Around each datagram: IPv4 and UDP. Around each frame: a record of TLS 1.3, and at most one
// packet with one acknowledgement of it, IPv4 and TCP with time stamps. For each link: handshakes
// of TLS 1.3 and TCP, measured on the loopback.
constexpr std::uint64_t datagram_overhead = 28;
constexpr std::uint64_t frame_overhead = 22 + 2 * 52;
constexpr std::uint64_t link_overhead = 3000;

template <class T>
T part_of(std::vector<T> values, double part) {
    if (values.empty()) return T{};
    const auto at = std::min(values.size() - 1,
                             static_cast<std::size_t>(part * static_cast<double>(values.size())));
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
    return values[at];
}

double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

void print_times(const char* what, const std::vector<Duration>& times) {
    std::printf("%-34s %7zu  p50 %8.3f s  p90 %8.3f s  p99 %8.3f s  most %8.1f s\n",
                what,
                times.size(),
                seconds_of(part_of(times, 0.5)),
                seconds_of(part_of(times, 0.9)),
                seconds_of(part_of(times, 0.99)),
                seconds_of(part_of(times, 1)));
}

void print_calls(const char* what, const std::vector<DirectoryCall>& calls) {
    std::vector<Duration> times;
    std::vector<std::uint64_t> datagrams;
    std::vector<int> holders;
    std::size_t good = 0;
    for (const DirectoryCall& call : calls) {
        times.push_back(call.took);
        datagrams.push_back(call.datagrams);
        holders.push_back(call.holders);
        good += call.good ? 1U : 0U;
    }
    print_times(what, times);
    std::printf("  %zu good; own datagrams p50 %llu, p90 %llu; holders p10 %d, p50 %d\n",
                good,
                static_cast<unsigned long long>(part_of(datagrams, 0.5)),
                static_cast<unsigned long long>(part_of(datagrams, 0.9)),
                part_of(holders, 0.1),
                part_of(holders, 0.5));
}

}  // namespace

std::size_t resident_memory() {
    std::ifstream file("/proc/self/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

Figures::Line Figures::line_of(const Resident& one) const {
    const auto dht = one.dht_traffic();
    Line line;
    line.dht_datagrams = dht.datagrams_in + dht.datagrams_out;
    line.dht_bytes = dht.bytes_in + dht.bytes_out + datagram_overhead * line.dht_datagrams;
    line.link_bytes = one.link_bytes();
    return line;
}

void Figures::begin() {
    begin_ = town_.now();
    for (std::size_t part = 0; part < Town::parts; ++part) {
        town_.district(part).ledger = {};
        town_.district(part).directory_log = {};
    }
    for (std::size_t i = 0; i < town_.size(); ++i)
        before_.push_back(line_of(town_[i]));
}

void Figures::end() {
    end_ = town_.now();
    for (std::size_t part = 0; part < Town::parts; ++part) {
        const District& district = town_.district(part);
        ledger_ += district.ledger;
        const DirectoryLog& log = district.directory_log;
        lookups_.insert(lookups_.end(), log.lookups.begin(), log.lookups.end());
        publications_.insert(publications_.end(), log.publications.begin(), log.publications.end());
    }
    for (std::size_t i = 0; i < town_.size(); ++i) {
        Line line = line_of(town_[i]);
        line.dht_bytes -= before_[i].dht_bytes;
        line.dht_datagrams -= before_[i].dht_datagrams;
        line.link_bytes -= before_[i].link_bytes;
        lines_.push_back(line);
        read(town_[i]);
    }
}

void Figures::read(const Resident& one) {
    for (const Resident* const other : one.contacts) {
        read(one, *other);
        print_unheard(one, *other);
    }
}

// What the sender knows of the way of each text that was not heard.
void Figures::print_unheard(const Resident& from, const Resident& by) {
    node::HistoryQuery query;
    query.who = by.name;
    query.limit = 500;
    const auto lines = from.node().history(query);
    if (!lines) return;
    for (const auto& line : *lines) {
        if (line.direction != node::Direction::Out) continue;
        if (line.state == node::MessageState::Delivered || line.state == node::MessageState::Read)
            continue;
        const auto way = from.node().trace(line.id);
        std::printf("%s to %s, %s: without a receipt\n",
                    from.name.c_str(),
                    by.name.c_str(),
                    line.text.c_str());
        if (!way) continue;
        for (const auto& step : way->steps) {
            std::printf("  %.1f s ago  %s %s: %s\n",
                        seconds_of(Duration(town_.wall() - step.time)),
                        step.step.c_str(),
                        step.target.c_str(),
                        step.result.c_str());
        }
    }
}

void Figures::read(const Resident& one, const Resident& from) {
    node::HistoryQuery query;
    query.who = from.name;
    query.limit = 500;
    const auto lines = one.node().history(query);
    if (!lines) return;
    std::set<std::string> seen;
    Timestamp last{};
    // Nobody sets a clock in this town.
    const Duration wall = town_.wall().time_since_epoch() - town_.now().time_since_epoch();
    for (const auto& line : *lines) {
        sent_ += line.direction == node::Direction::Out ? 1U : 0U;
        if (line.direction != node::Direction::In) continue;
        ++heard_;
        twice_ += seen.insert(line.text).second ? 0U : 1U;
        out_of_order_ += line.time < last ? 1U : 0U;
        last = line.time;
        const SteadyTime said(line.time.time_since_epoch() - wall);
        const SteadyTime arrived(line.received->time_since_epoch() - wall);
        if (one.was_on(said, arrived) && from.was_on(said, arrived)) {
            present_.push_back(arrived - said);
        } else {
            absent_.push_back(arrived - one.on_after(said));
        }
    }
}

std::uint64_t Figures::median_bytes() const {
    std::vector<std::uint64_t> sums;
    for (const Line& line : lines_)
        sums.push_back(line.dht_bytes + line.link_bytes);
    return static_cast<std::uint64_t>(static_cast<double>(part_of(sums, 0.5)) * 86400 /
                                      seconds_of(end_ - begin_));
}

void Figures::print() const {
    const auto nodes = static_cast<double>(town_.size());
    const double days = seconds_of(end_ - begin_) / 86400;
    std::printf("%zu texts, %zu heard, %zu twice, %zu out of order\n",
                sent_,
                heard_,
                twice_,
                out_of_order_);
    print_times("delivered, both on", present_);
    print_times("delivered, since the reader is on", absent_);
    print_calls("look-ups", lookups_);
    print_calls("publications", publications_);

    std::uint64_t dht = 0;
    std::uint64_t datagrams = 0;
    std::vector<std::uint64_t> dht_lines;
    std::vector<std::uint64_t> link_lines;
    for (const Line& line : lines_) {
        dht += line.dht_bytes;
        datagrams += line.dht_datagrams;
        dht_lines.push_back(line.dht_bytes);
        link_lines.push_back(line.link_bytes);
    }
    std::printf("%-24s %12s %14s %16s\n", "cause", "frames", "bytes", "bytes/node/day");
    const auto print_line = [&](const char* cause, std::uint64_t count, std::uint64_t bytes) {
        std::printf("%-24s %12llu %14llu %16.0f\n",
                    cause,
                    static_cast<unsigned long long>(count),
                    static_cast<unsigned long long>(bytes),
                    static_cast<double>(bytes) / nodes / days);
    };
    print_line("DHT", datagrams, dht);
    for (const auto& [cause, line] : ledger_.causes)
        print_line(cause.c_str(), line.frames, line.bytes + line.frames * frame_overhead);
    print_line("new links", ledger_.links, ledger_.links * link_overhead);
    std::printf("DHT bytes of a node: p10 %llu, p50 %llu, p90 %llu, most %llu\n",
                static_cast<unsigned long long>(part_of(dht_lines, 0.1)),
                static_cast<unsigned long long>(part_of(dht_lines, 0.5)),
                static_cast<unsigned long long>(part_of(dht_lines, 0.9)),
                static_cast<unsigned long long>(part_of(dht_lines, 1)));
    std::printf("link bytes of a node (frames alone): p10 %llu, p50 %llu, p90 %llu, most %llu\n",
                static_cast<unsigned long long>(part_of(link_lines, 0.1)),
                static_cast<unsigned long long>(part_of(link_lines, 0.5)),
                static_cast<unsigned long long>(part_of(link_lines, 0.9)),
                static_cast<unsigned long long>(part_of(link_lines, 1)));
}

}  // namespace kith::sim
