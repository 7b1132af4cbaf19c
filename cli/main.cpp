// SPDX-License-Identifier: GPL-3.0-or-later
// kith: from words to a command, from its outcome to an exit code.
#include "cli/program.h"
#include "core/base/profile_paths.h"

int main(int argc, char** argv) {
    return kith::cli::run(argc, argv, kith::process_environment());
}
