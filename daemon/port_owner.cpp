// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/port_owner.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace kith::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view tcp_listening = "0A";

/// Inodes of sockets bound to the port, from a table of proc(5).
void collect_inodes(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
    std::ifstream file(table);
    const std::string suffix = fmt::format(":{:04X}", port);
    const bool tcp = std::string_view(table).find("tcp") != std::string_view::npos;
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
        fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
            timeout >> inode;
        if (local.ends_with(suffix) && (!tcp || state == tcp_listening)) inodes.insert(inode);
    }
}

bool holds(const fs::path& process, const std::set<std::string>& inodes) {
    std::error_code error;
    for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code unreadable;
        const std::string target = fs::read_symlink(entry->path(), unreadable).string();
        if (!target.starts_with("socket:[")) continue;
        if (inodes.contains(target.substr(8, target.size() - 9))) return true;
    }
    return false;
}

}  // namespace

std::optional<PortOwner> port_owner(std::uint16_t port) {
    std::set<std::string> inodes;
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"})
        collect_inodes(table, port, inodes);
    if (inodes.empty()) return std::nullopt;
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        int pid = 0;
        const auto [stop, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (wrong != std::errc{} || stop != name.data() + name.size()) continue;
        if (!holds(entry->path(), inodes)) continue;
        PortOwner owner{pid, {}};
        std::ifstream(entry->path() / "comm") >> owner.name;
        return owner;
    }
    return std::nullopt;
}

std::string describe_port_owner(std::uint16_t port) {
    const auto owner = port_owner(port);
    if (!owner) return "another program";
    return fmt::format("process {} ({})", owner->pid, owner->name);
}

}  // namespace kith::daemon
