// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/parser.h"

#include "core/base/nearest.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cstring>

namespace kith::cli {
namespace {

using api::failure;
using api::Problem;

// One command of the table as CLI11 has it.
struct Node {
    CLI::App* app = nullptr;
    const Command* command = nullptr;
    std::vector<std::pair<std::string, CLI::Option*>> words;
};

class Tree {
  public:
    Tree() {
        root_.set_help_flag();
        root_.allow_extras();
        root_.fallthrough();
        root_.require_subcommand(0, 1);
        for (const Option& option : global_options())
            add_option(root_, globals_, option);
        for (const Command& command : command_table())
            add(command);
    }

    void parse(int argc, const char* const* argv) { root_.parse(argc, argv); }

    // The innermost command that was named; the root itself when there is none.
    CLI::App* chosen() {
        CLI::App* app = &root_;
        while (!app->get_subcommands().empty())
            app = app->get_subcommands().front();
        return app;
    }

    // Words that fit nothing.
    std::vector<std::string> left() const { return root_.remaining(true); }

    bool is_root(const CLI::App* app) const { return app == &root_; }

    const Node* node(const CLI::App* app) const {
        for (const Node& node : nodes_) {
            if (node.app == app) return &node;
        }
        return nullptr;
    }

    const std::vector<std::pair<std::string, CLI::Option*>>& globals() const { return globals_; }

    // Words that could stand where an unknown one stood.
    static std::vector<std::string_view> members(const Command* group) {
        const std::string prefix = group == nullptr ? "" : std::string(group->path) + " ";
        std::vector<std::string_view> names;
        for (const Command& command : command_table()) {
            if (!command.path.starts_with(prefix)) continue;
            const std::string_view rest = command.path.substr(prefix.size());
            if (rest.find(' ') == std::string_view::npos) names.push_back(rest);
        }
        return names;
    }

  private:
    using Words = std::vector<std::pair<std::string, CLI::Option*>>;

    static void add_option(CLI::App& app, Words& words, const Option& option) {
        const std::string names(option.names);
        CLI::Option* added =
            option.value.empty() ? app.add_flag(names) : app.add_option(names, CLI::callback_t());
        words.emplace_back(long_name(option), added);
    }

    void add(const Command& command) {
        CLI::App* parent = &root_;
        std::string_view path = command.path;
        for (std::size_t blank = path.find(' '); blank != std::string_view::npos;
             blank = path.find(' ')) {
            parent = parent->get_subcommand(std::string(path.substr(0, blank)));
            path.remove_prefix(blank + 1);
        }
        CLI::App* app = parent->add_subcommand(std::string(path));
        app->require_subcommand(0, 1);
        Node node{app, &command, {}};
        for (const Parameter& parameter : command.parameters) {
            if (parameter.name.empty()) continue;
            CLI::Option* word = app->add_option(std::string(parameter.name), CLI::callback_t());
            if (parameter.many) word->expected(1, 1 << 20)->allow_extra_args();
            node.words.emplace_back(parameter.name, word);
        }
        for (const Option& option : command.options) {
            if (!option.names.empty()) add_option(*app, node.words, option);
        }
        nodes_.push_back(std::move(node));
    }

    CLI::App root_{"", "kith"};
    Words globals_;
    std::vector<Node> nodes_;
};

std::string quoted_nearest(std::string_view word, std::span<const std::string_view> known) {
    const auto meant = nearest(word, known);
    return meant ? fmt::format("did you mean \"{}\"?", *meant) : std::string();
}

api::Failure wrong_usage(std::string message, const Command* command, std::string fact = {}) {
    api::Failure out(Problem::Usage, std::move(message));
    if (!fact.empty()) out.facts.push_back(std::move(fact));
    out.hint = command == nullptr ? "kith help" : fmt::format("kith help {}", command->path);
    return out;
}

api::Failure unknown_option(std::string_view word, const Command* command) {
    const std::string_view name = word.substr(0, word.find('='));
    std::vector<std::string_view> known;
    const auto add = [&](std::span<const Option> options) {
        for (const Option& option : options) {
            if (!option.names.empty()) known.push_back(long_name(option));
        }
    };
    add(global_options());
    if (command != nullptr) add(command->options);
    return wrong_usage(
        fmt::format("unknown option \"{}\"", name), command, quoted_nearest(name, known));
}

// A word that fits nothing: a command that does not exist, or one word too many.
api::Failure unknown_word(std::string_view word, const Command* command) {
    const auto members = Tree::members(command);
    if (command != nullptr && members.empty()) {
        return wrong_usage(fmt::format("\"{}\" is one word too many", word), command);
    }
    const std::string what =
        command == nullptr
            ? fmt::format("\"{}\" is not a kith command", word)
            : fmt::format("\"{}\" is not a command of \"kith {}\"", word, command->path);
    return wrong_usage(what, command, quoted_nearest(word, members));
}

api::Outcome<> refuse_extras(const std::vector<std::string>& words, const Command* command) {
    for (const std::string& word : words) {
        if (word == "--") continue;
        const bool option = word.size() > 1 && word.starts_with('-');
        return tl::unexpected(option ? unknown_option(word, command) : unknown_word(word, command));
    }
    return {};
}

api::Outcome<> check_required(const Command& command, const Arguments& arguments) {
    for (const Parameter& parameter : command.parameters) {
        if (parameter.name.empty() || !parameter.required || arguments.has(parameter.name)) {
            continue;
        }
        return tl::unexpected(wrong_usage(
            fmt::format("\"kith {}\" needs {}: {}", command.path, parameter.name, parameter.what),
            &command));
    }
    return {};
}

Arguments collect(const std::vector<std::pair<std::string, CLI::Option*>>& words) {
    Arguments arguments;
    for (const auto& [name, option] : words) {
        if (option->count() > 0) arguments.set(name, option->results());
    }
    return arguments;
}

bool is_set(const Environment& environment, std::string_view name) {
    const std::string value = environment(name).value_or("");
    return !value.empty() && value != "0";
}

Globals from_environment(const Environment& environment) {
    Globals globals;
    globals.json = is_set(environment, "KITH_JSON");
    globals.no_input = is_set(environment, "KITH_NO_INPUT");
    globals.no_color = environment("NO_COLOR").has_value() || environment("TERM") == "dumb";
    globals.autostart = environment("KITH_AUTOSTART").value_or("1") != "0";
    return globals;
}

api::Outcome<> apply(const Arguments& given, Globals& globals) {
    globals.profile = given.get("--profile");
    globals.socket = given.get("--socket");
    globals.quiet = given.has("--quiet");
    globals.yes = given.has("--yes");
    globals.verbose = static_cast<int>(given.all("--verbose").size());
    globals.no_color = globals.no_color || given.has("--no-color");
    globals.no_input = globals.no_input || given.has("--no-input");
    globals.autostart = globals.autostart && !given.has("--no-autostart");
    if (given.has("--json")) {
        const std::string& version = given.get("--json");
        if (version != "true" && version != "1") {
            return failure(
                Problem::Usage, "this kith writes JSON of schema 1 only", "kith --json=1");
        }
        globals.json = true;
    }
    if (given.has("--timeout")) {
        std::uint32_t seconds_given = 0;
        const std::string& text = given.get("--timeout");
        const auto [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), seconds_given);
        if (error != std::errc{} || end != text.data() + text.size() ||
            seconds_given > 10'000'000) {
            return failure(Problem::Usage, fmt::format("\"{}\" is no number of seconds", text));
        }
        globals.timeout = seconds(seconds_given);
        globals.timeout_given = true;
    }
    return {};
}

// CLI11's complaints begin with the option that they are about.
api::Failure translated(const CLI::ParseError& error, const Command* command) {
    const std::string text = error.what();
    const std::string name = text.substr(0, text.find_first_of(": "));
    if (name.starts_with('-')) {
        return wrong_usage(fmt::format("\"{}\" needs one value", name), command);
    }
    return wrong_usage("the words do not fit together", command);
}

}  // namespace

api::Outcome<Invocation> parse(int argc, const char* const* argv, const Environment& environment) {
    Tree tree;
    Invocation invocation;
    invocation.globals = from_environment(environment);
    try {
        tree.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const Node* at = tree.node(tree.chosen());
        return tl::unexpected(translated(error, at == nullptr ? nullptr : at->command));
    }
    const Arguments globals = collect(tree.globals());
    KITH_CHECK(apply(globals, invocation.globals));
    invocation.help = globals.has("--help");
    invocation.version = globals.has("--version");
    CLI::App* app = tree.chosen();
    if (!tree.is_root(app)) {
        const Node* node = tree.node(app);
        invocation.command = node->command;
        invocation.arguments = collect(node->words);
    }
    if (invocation.help || invocation.version) return invocation;
    KITH_CHECK(refuse_extras(tree.left(), invocation.command));
    if (invocation.command != nullptr) {
        KITH_CHECK(check_required(*invocation.command, invocation.arguments));
    }
    return invocation;
}

Globals peek_globals(int argc, const char* const* argv, const Environment& environment) {
    Globals globals = from_environment(environment);
    for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
        const std::string_view word = argv[i];
        globals.json = globals.json || word == "--json" || word.starts_with("--json=");
        globals.no_color = globals.no_color || word == "--no-color";
    }
    return globals;
}

void hide_secrets(const Invocation& invocation, int argc, char** argv) {
    if (invocation.command == nullptr) return;
    for (const Parameter& parameter : invocation.command->parameters) {
        if (!parameter.secret) continue;
        for (const std::string& value : invocation.arguments.all(parameter.name)) {
            for (int i = 1; i < argc; ++i) {
                if (value.size() > 1 && value == argv[i]) std::memset(argv[i], 'x', value.size());
            }
        }
    }
}

}  // namespace kith::cli
