// SPDX-License-Identifier: GPL-3.0-or-later
// Built with the flags of the release preset and nothing else, so that hardening.py can look at
// their effect when no release build is around.
#include <cstring>
#include <vector>

int main(int argc, char** argv) {
    char name[16];
    std::strcpy(name, argv[0] + (argc > 1 ? 1 : 0));  // becomes __strcpy_chk
    const std::vector<int> values(static_cast<std::size_t>(argc), name[0]);
    return values[static_cast<std::size_t>(name[1] & 1)];
}
