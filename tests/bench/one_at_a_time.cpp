// SPDX-License-Identifier: GPL-3.0-or-later
// One durable message at a time through the control socket: from the call to the answer that it is
// durable here, and to its end-to-end receipt, durable at both ends. Prints the medians of so many
// messages in milliseconds.
//
//   one_at_a_time SOCKET WHO [MESSAGES, 200]
#include "tests/bench/control_client.h"
#include "tests/bench/measure.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace {

using namespace kith::bench;

std::string answer_to(Client& client, const std::string& call) {
    client.write(call);
    client.read_lines();
    return client.last;
}

/// The string behind "id" in the result of message.send.
std::string message_id(const std::string& answer) {
    constexpr std::string_view before = "\"type\":\"message\",\"id\":\"";
    const auto at = answer.find(before);
    if (at == std::string::npos) {
        std::puts(answer.c_str());
        std::exit(1);
    }
    const auto begin = at + before.size();
    return answer.substr(begin, answer.find('"', begin) - begin);
}

std::string wait_call(const std::string& id) {
    return R"({"jsonrpc":"2.0","id":8,"method":"message.wait","params":{"id":")" + id +
           R"(","state":"delivered","timeout_ms":60000}})"
           "\n";
}

struct Took {
    double answered;
    double receipted;
};

Took send(Client& client, const std::string& call) {
    const double begin = seconds_now();
    const std::string id = message_id(answer_to(client, call));
    const double answered = seconds_now();
    answer_to(client, wait_call(id));
    return {(answered - begin) * 1e3, (seconds_now() - begin) * 1e3};
}

void print_median(const char* what, std::vector<Took>& all, double Took::*of) {
    std::ranges::sort(all, {}, of);
    std::printf("%s %.3f\n", what, all[all.size() / 2].*of);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::puts("one_at_a_time SOCKET WHO [MESSAGES]");
        return 2;
    }
    const std::size_t count = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 200;
    Client client(argv[1]);
    const std::string call = send_call(argv[2], 300);
    for (std::size_t i = 0; i < count / 10; ++i)
        send(client, call);
    std::vector<Took> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(send(client, call));
    if (all.empty()) return 2;
    print_median("answered", all, &Took::answered);
    print_median("receipted", all, &Took::receipted);
}
