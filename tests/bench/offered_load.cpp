// SPDX-License-Identifier: GPL-3.0-or-later
// More calls a second than a daemon can take, for a while: every call that is due is offered once.
// The daemon answers with back-pressure: it does not read a socket whose client has 64 calls in
// flight (the offer is lost at the client), and it refuses with "busy" what the outbox has no room
// for. Neither is tried again. Delivered is what was accepted and has left the outbox, which its
// end-to-end receipt does. tests/bench/durable_send.py --overload starts the two daemons.
//
//   offered_load SOCKET WHO SECONDS CALLS_PER_SECOND [CLIENTS [BYTES]]
#include "tests/bench/control_client.h"
#include "tests/bench/measure.h"

#include <poll.h>

#include <algorithm>
#include <vector>

namespace {

using namespace kith::bench;

constexpr double patience = 120;
// What a client may have written and not yet got rid of, in calls: as many as the daemon takes.
constexpr std::size_t calls_at_once = 64;

struct Sample {
    double time = 0;
    std::uint64_t delivered = 0;
};

struct Counts {
    std::uint64_t offered = 0;
    std::uint64_t taken = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;

    std::uint64_t answered() const { return accepted + refused; }
};

// A client that offers calls, and what the socket did not take of the last ones.
struct Source {
    explicit Source(const std::string& path) : client(path) {}

    Client client;
    std::string rest;
};

class Load {
  public:
    Load(const std::string& path, std::string call, std::size_t sources)
        : call_(std::move(call)), watcher_(path) {
        for (std::size_t i = 0; i < sources; ++i)
            sources_.emplace_back(path);
        for (const Source& source : sources_)
            polled_.push_back({source.client.socket(), POLLIN, 0});
        polled_.push_back({watcher_.socket(), POLLIN, 0});
    }

    void run(double seconds, double rate) {
        const double began = seconds_now();
        samples_.push_back({0, 0});
        double asked = 0;
        double now = 0;
        while (now < seconds) {
            const auto due = static_cast<std::uint64_t>(now * rate);
            offer(due - counts_.offered);
            counts_.offered = due;
            if (now - asked >= 0.25 && !asking_) {
                asked = now;
                asking_ = true;
                watcher_.write(ask_outbox);
            }
            take_answers(1, began);
            now = seconds_now() - began;
        }
    }

    /// Waits until all that was accepted is delivered; seconds.
    double drain() {
        const double began = seconds_now();
        while (samples_.back().delivered < counts_.accepted || counts_.answered() < counts_.taken) {
            if (seconds_now() - began > patience) {
                std::fputs("what was accepted is not delivered\n", stderr);
                std::exit(1);
            }
            for (Source& source : sources_)
                push(source);
            if (!asking_) {
                asking_ = true;
                watcher_.write(ask_outbox);
            }
            take_answers(10, began);
        }
        return seconds_now() - began;
    }

    const Counts& counts() const { return counts_; }

    /// Delivered messages a second between two times.
    double rate(double from, double to) const {
        const Sample a = at(from);
        const Sample b = at(to);
        return static_cast<double>(b.delivered - a.delivered) / (b.time - a.time);
    }

  private:
    Sample at(double time) const {
        const auto later = std::ranges::find_if(
            samples_, [&](const Sample& sample) { return sample.time >= time; });
        return later == samples_.end() ? samples_.back() : *later;
    }

    void push(Source& source) {
        if (!source.rest.empty()) source.rest.erase(0, source.client.offer(source.rest));
    }

    void offer(std::uint64_t due) {
        for (std::size_t i = 0; i < sources_.size() && due > 0; ++i) {
            turn_ = (turn_ + 1) % sources_.size();
            Source& source = sources_[turn_];
            push(source);
            if (!source.rest.empty()) continue;
            const std::size_t calls = std::min<std::uint64_t>(due, calls_at_once);
            for (std::size_t k = 0; k < calls; ++k)
                source.rest += call_;
            push(source);
            counts_.taken += calls;
            due -= calls;
        }
    }

    void take_answers(int milliseconds, double began) {
        ::poll(polled_.data(), polled_.size(), milliseconds);
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            if ((polled_[i].revents & POLLIN) == 0) continue;
            Client& client = sources_[i].client;
            const std::size_t lines = client.read_lines();
            const std::size_t refused = std::exchange(client.refused, 0);
            counts_.refused += refused;
            counts_.accepted += lines - refused;
        }
        if ((polled_.back().revents & POLLIN) == 0) return;
        watcher_.read_lines();
        asking_ = false;
        // An answer that is on its way counts as not yet delivered.
        const std::uint64_t waits = outbox_of(watcher_.last);
        const std::uint64_t done = counts_.accepted > waits ? counts_.accepted - waits : 0;
        samples_.push_back({seconds_now() - began, std::max(done, samples_.back().delivered)});
    }

    std::string call_;
    Client watcher_;
    std::vector<Source> sources_;
    std::vector<pollfd> polled_;
    std::vector<Sample> samples_;
    Counts counts_;
    std::size_t turn_ = 0;
    bool asking_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        std::puts("offered_load SOCKET WHO SECONDS CALLS_PER_SECOND [CLIENTS [BYTES]]");
        return 2;
    }
    const double seconds = std::atof(argv[3]);
    const double rate = std::atof(argv[4]);
    // Of the 32 that the daemon serves one watches, and one is left for its owner.
    const std::size_t clients = argc > 5 ? std::strtoul(argv[5], nullptr, 10) : 30;
    const std::size_t bytes = argc > 6 ? std::strtoul(argv[6], nullptr, 10) : 300;
    Load load(argv[1], send_call(argv[2], bytes), clients);
    load.run(seconds, rate);
    const double window = seconds / 6;
    const double first = load.rate(0, window);
    const double last = load.rate(seconds - window, seconds);
    const auto each = [&](std::uint64_t count) { return static_cast<double>(count) / seconds; };
    std::printf("offered_per_s %.0f\n", each(load.counts().offered));
    std::printf("lost_at_client_per_s %.0f\n", each(load.counts().offered - load.counts().taken));
    std::printf("refused_per_s %.0f\n", each(load.counts().refused));
    std::printf("delivered_per_s %.0f\n", load.rate(0, seconds));
    std::printf("first_sixth_per_s %.0f\n", first);
    std::printf("last_sixth_per_s %.0f\n", last);
    std::printf("last_to_first %.2f\n", last / first);
    std::fflush(stdout);
    std::printf("drained_s %.2f\n", load.drain());
}
