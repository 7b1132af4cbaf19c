// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that were good when this one last ran: the way back in without asking anybody. A file of
// its own, outside the store: it must never keep a node from starting, so what cannot be read is
// as good as empty.
//
//   {"v": 1, "nodes": [[id bin20, addr bin18, answered u64 unix s], ..]}      at most 256
#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/directory/network_state.h"

#include <filesystem>
#include <vector>

namespace kith::dht {

struct SavedNode {
    directory::Peer peer;
    Timestamp answered;

    friend bool operator==(const SavedNode&, const SavedNode&) = default;
};

inline constexpr std::size_t saved_nodes = 256;

/// What to save: the nodes that are good now, then those saved before that are neither they nor at
/// their addresses, the last to have answered first.
std::vector<SavedNode> merge_nodes(const std::vector<directory::Peer>& good,
                                   Timestamp now,
                                   std::vector<SavedNode> before);

Bytes encode_nodes(const std::vector<SavedNode>& nodes);
/// Malformed: anything but what encode_nodes() gives.
Result<std::vector<SavedNode>> decode_nodes(ByteView file);

/// Empty when there is no file, or one that cannot be read.
std::vector<SavedNode> load_nodes(const std::filesystem::path& path);

/// Writes beside it, then renames: the file is the old or the new one, never half. DiskFull,
/// Internal: not written.
Result<> save_nodes(const std::filesystem::path& path, const std::vector<SavedNode>& nodes);

}  // namespace kith::dht
