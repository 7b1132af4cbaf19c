// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/nodes_file.h"

#include "core/wire/map_reader.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace kith::dht {

namespace {

constexpr std::size_t file_max = saved_nodes * 64;

}  // namespace

std::vector<SavedNode> merge_nodes(const std::vector<directory::Peer>& good,
                                   Timestamp now,
                                   std::vector<SavedNode> before) {
    std::vector<SavedNode> out;
    for (const directory::Peer& peer : good) {
        out.push_back({peer, now});
        std::erase_if(before, [&peer](const SavedNode& old) {
            return old.peer.id == peer.id || old.peer.endpoint == peer.endpoint;
        });
    }
    std::ranges::stable_sort(before, std::ranges::greater{}, &SavedNode::answered);
    out.insert(out.end(), before.begin(), before.end());
    if (out.size() > saved_nodes) out.resize(saved_nodes);
    return out;
}

Bytes encode_nodes(const std::vector<SavedNode>& nodes) {
    const std::size_t count = std::min(nodes.size(), saved_nodes);
    Bytes out;
    wire::Writer writer(out);
    writer.map(2).key("v").uint(1).key("nodes").array(count);
    for (std::size_t i = 0; i < count; ++i) {
        writer.array(3)
            .bin(nodes[i].peer.id)
            .bin(nodes[i].peer.endpoint.to_wire())
            .uint(unix_seconds(nodes[i].answered));
    }
    return out;
}

Result<std::vector<SavedNode>> decode_nodes(ByteView file) {
    wire::Reader in(file, file_max);
    wire::StrMap map(in);
    in.require(map.key("v").u64() == 1);
    std::vector<SavedNode> nodes(map.key("nodes").array(0, saved_nodes));
    for (SavedNode& node : nodes) {
        in.tuple(3);
        node.peer.id = in.id<decltype(node.peer.id)>();
        node.peer.endpoint = Endpoint::from_wire(in.fixed<endpoint_size>());
        node.answered = from_unix_seconds(in.u64());
    }
    map.end();
    return in.finish(std::move(nodes));
}

std::vector<SavedNode> load_nodes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    Bytes file(file_max + 1);
    in.read(reinterpret_cast<char*>(file.data()), static_cast<std::streamsize>(file.size()));
    file.resize(static_cast<std::size_t>(in.gcount()));
    return decode_nodes(file).value_or(std::vector<SavedNode>{});
}

Result<> save_nodes(const std::filesystem::path& path, const std::vector<SavedNode>& nodes) {
    std::filesystem::path beside = path;
    beside += ".new";
    const Bytes file = encode_nodes(nodes);
    {
        std::ofstream out(beside, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(file.data()),
                  static_cast<std::streamsize>(file.size()));
        out.close();
        if (!out) {
            return fail(errno == ENOSPC ? Code::DiskFull : Code::Internal,
                        "cannot write " + beside.string());
        }
    }
    std::error_code error;
    std::filesystem::rename(beside, path, error);
    if (error) return fail(Code::Internal, "cannot rename " + beside.string());
    return success();
}

}  // namespace kith::dht
