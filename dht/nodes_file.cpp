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

Bytes encode_last_run(const LastRun& run) {
    const auto& nodes = run.nodes;
    const std::size_t count = std::min(nodes.size(), saved_nodes);
    Bytes out;
    wire::Writer writer(out);
    writer.map(3).key("v").uint(1).key("nodes").array(count);
    for (std::size_t i = 0; i < count; ++i) {
        writer.array(3)
            .bin(nodes[i].peer.id)
            .bin(nodes[i].peer.endpoint.to_wire())
            .uint(unix_seconds(nodes[i].answered));
    }
    writer.key("parks").boolean(run.parks);
    return out;
}

Result<LastRun> decode_last_run(ByteView file) {
    wire::Reader in(file, file_max);
    wire::StrMap map(in);
    in.require(map.key("v").u64() == 1);
    LastRun run;
    run.nodes.resize(map.key("nodes").array(0, saved_nodes));
    for (SavedNode& node : run.nodes) {
        in.tuple(3);
        node.peer.id = in.id<decltype(node.peer.id)>();
        node.peer.endpoint = Endpoint::from_wire(in.fixed<endpoint_size>());
        node.answered = from_unix_seconds(in.u64());
    }
    run.parks = map.has("parks") && in.boolean();
    map.end();
    return in.finish(std::move(run));
}

LastRun NodesFile::load() {
    std::ifstream in(path_, std::ios::binary);
    Bytes file(file_max + 1);
    in.read(reinterpret_cast<char*>(file.data()), static_cast<std::streamsize>(file.size()));
    file.resize(static_cast<std::size_t>(in.gcount()));
    return decode_last_run(file).value_or(LastRun{});
}

Result<> NodesFile::save(const LastRun& run) {
    std::filesystem::path beside = path_;
    beside += ".new";
    const Bytes file = encode_last_run(run);
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
    std::filesystem::rename(beside, path_, error);
    if (error) return fail(Code::Internal, "cannot rename " + beside.string());
    return success();
}

}  // namespace kith::dht
