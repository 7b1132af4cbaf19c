// SPDX-License-Identifier: GPL-3.0-or-later
// kithd: the daemon of kith, one for each profile.
#include "daemon/daemon.h"
#include "daemon/failure_text.h"
#include "daemon/last_words.h"

int main(int argc, char** argv) {
    using namespace kith;
    daemon::end_when_memory_runs_out();
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const auto arguments = daemon::parse_arguments(words);
    if (!arguments) {
        daemon::print_error(daemon::failure_text(arguments.error()));
        return arguments.error().exit;
    }
    const Environment environment = process_environment();
    return arguments->job == daemon::Job::Run ? daemon::run_daemon(*arguments, environment)
                                              : daemon::run_job(*arguments, environment);
}
