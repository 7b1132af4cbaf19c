// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/clock.h"
#include "cli/commands/commands.h"
#include "cli/demo/story.h"
#include "cli/render.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace kith::cli::commands {
namespace {

using api::failure;
using api::Problem;

// The directory of the three, removed at the end unless the user wants to keep it.
class Stage {
  public:
    static api::Outcome<Stage> make(const std::string& keep, const Environment& environment) {
        if (!keep.empty()) {
            std::error_code error;
            const auto path = std::filesystem::absolute(keep, error);
            if (::mkdir(path.c_str(), 0700) != 0) {
                return failure(
                    Problem::Exists,
                    fmt::format(
                        "\"{}\" cannot be made: {}", keep, std::generic_category().message(errno)),
                    "kith demo --keep NEW-DIRECTORY");
            }
            return Stage(path, true);
        }
        // Socket paths are short: a long TMPDIR does not fit.
        constexpr std::size_t longest = 50;
        std::string base = environment("TMPDIR").value_or("");
        if (!base.starts_with('/') || base.size() > longest) base = "/tmp";
        std::string path = base + "/kith-demo-XXXXXX";
        if (::mkdtemp(path.data()) == nullptr) {
            return failure(Problem::NoSpace, fmt::format("no directory can be made in {}", base));
        }
        return Stage(path, false);
    }

    Stage(Stage&& other) noexcept : path_(std::exchange(other.path_, "")), keep_(other.keep_) {}

    Stage& operator=(Stage&&) = delete;

    ~Stage() {
        std::error_code ignored;
        if (!path_.empty() && !keep_) std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }

  private:
    Stage(std::string path, bool keep) : path_(std::move(path)), keep_(keep) {}

    std::string path_;
    bool keep_;
};

}  // namespace

api::Outcome<> demo(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const SteadyTime begin = steady_now();
    const demo::Interruption interruption;
    KITH_TRY(const Stage stage, Stage::make(arguments.get("--keep"), context.environment()));
    out.line(fmt::format("kith demo: three daemons on this machine, in {}", stage.path()));
    const demo::Tell tell = [&](const std::string& who, const std::string& what) {
        const double seconds_in = std::chrono::duration<double>(steady_now() - begin).count();
        out.line(fmt::format("{:5.1f} s  {:<5}  {}", seconds_in, who, one_line(what)));
        out.flush();
    };
    KITH_CHECK(demo::play(stage.path(), tell));
    if (demo::Interruption::signal() != 0) {
        return tl::unexpected(demo::Interruption::failure());
    }
    out.line(arguments.has("--keep")
                 ? fmt::format("\nall steps happened. Their data is in {}", stage.path())
                 : "\nall steps happened; the three are gone again. Your turn: kith init");
    return {};
}

}  // namespace kith::cli::commands
