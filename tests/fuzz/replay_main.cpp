// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target without libFuzzer: over each file of a corpus, and over what every parser has
// to bear: each truncation of it, 1 to 64 more bytes, and single flipped bits. The order and the
// choice of bits are the same in each run.
#include "tests/fuzz/property.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using kith::Bytes;
using kith::ByteView;

std::size_t inputs = 0;
ByteView current;

/// Shows the input that failed: `xxd -r -p` gives it back. Only calls that are safe in a handler.
void show_input(int) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, 2> pair{};
    for (const std::uint8_t byte : current.first(std::min<std::size_t>(current.size(), 4096))) {
        pair = {digits[byte >> 4], digits[byte & 15]};
        if (write(STDERR_FILENO, pair.data(), pair.size()) < 0) return;
    }
    if (write(STDERR_FILENO, "\n", 1) < 0) return;
}

/// In memory of its own and of exactly this size, so that the sanitizer sees one byte too many.
void run(ByteView input) {
    const auto memory = std::make_unique<std::uint8_t[]>(input.size());
    std::ranges::copy(input, memory.get());
    current = {memory.get(), input.size()};
    kith::fuzz::one_input(current);
    ++inputs;
}

/// All numbers below `end`, or about `most` of them, spread evenly, the last 64 among them.
std::vector<std::size_t> spread(std::size_t end, std::size_t most) {
    std::vector<std::size_t> out;
    const std::size_t step = std::max<std::size_t>(1, end / most);
    for (std::size_t at = 0; at < end; at += end - at <= 64 ? 1 : step)
        out.push_back(at);
    return out;
}

void run_around(const Bytes& seed) {
    run(seed);
    for (const std::size_t length : spread(seed.size(), 1024))
        run(ByteView(seed).first(length));
    for (const std::uint8_t fill : {std::uint8_t{0x00}, std::uint8_t{0xff}}) {
        Bytes longer = seed;
        for (int more = 1; more <= 64; ++more) {
            longer.push_back(fill);
            run(longer);
        }
    }
    Bytes flipped = seed;
    for (const std::size_t bit : spread(seed.size() * 8, 2048)) {
        const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
        flipped[bit / 8] ^= mask;
        run(flipped);
        flipped[bit / 8] ^= mask;
    }
}

Bytes read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: %s CORPUS_DIRECTORY\n", arguments[0]);
        return 2;
    }
    std::signal(SIGABRT, show_input);
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(arguments[1]))
        files.push_back(entry.path());
    std::ranges::sort(files);
    run({});
    for (const fs::path& file : files) {
        // Before the run, because a failure ends the program.
        std::printf("%s\n", file.filename().c_str());
        std::fflush(stdout);
        run_around(read_file(file));
    }
    std::printf("%zu files, %zu inputs\n", files.size(), inputs);
    return files.empty() ? 1 : 0;
}
