// SPDX-License-Identifier: GPL-3.0-or-later
// What the last run leaves to the next: nodes that were good, which are the way back in without
// asking anybody, and whether it was parked. A file of its own, outside the store: it must never
// keep a node from starting, so what cannot be read is as good as empty.
//
//   {"v": 1, "nodes": [[id bin20, addr bin18, answered u64 unix s], ..], "parks": bool}
//
// At most 256 nodes; without "parks", as older versions wrote it: false. They pass over it.
#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/directory/network_state.h"

#include <filesystem>
#include <utility>
#include <vector>

namespace kith::dht {

struct SavedNode {
    directory::Peer peer;
    Timestamp answered;

    friend bool operator==(const SavedNode&, const SavedNode&) = default;
};

inline constexpr std::size_t saved_nodes = 256;

struct LastRun {
    std::vector<SavedNode> nodes;  // the latest first
    bool parks = false;            // Parking::parks()

    friend bool operator==(const LastRun&, const LastRun&) = default;
};

/// Where it is kept. Strand only.
class LastRunKeeper {
  public:
    LastRunKeeper() = default;
    LastRunKeeper(const LastRunKeeper&) = delete;
    LastRunKeeper& operator=(const LastRunKeeper&) = delete;
    virtual ~LastRunKeeper() = default;

    /// Empty when nothing was saved, or nothing that can be read.
    virtual LastRun load() = 0;
    /// DiskFull, Internal: not saved; what was saved before still is.
    virtual Result<> save(const LastRun& run) = 0;
};

/// What to save: the nodes that are good now, then those saved before that are neither they nor at
/// their addresses, the last to have answered first.
std::vector<SavedNode> merge_nodes(const std::vector<directory::Peer>& good,
                                   Timestamp now,
                                   std::vector<SavedNode> before);

Bytes encode_last_run(const LastRun& run);
/// Malformed: anything but what encode_last_run() gives, or gave.
Result<LastRun> decode_last_run(ByteView file);

/// In a file. Writes beside it, then renames: it is the old or the new one, never half.
class NodesFile final : public LastRunKeeper {
  public:
    explicit NodesFile(std::filesystem::path path) : path_(std::move(path)) {}

    LastRun load() override;
    Result<> save(const LastRun& run) override;

  private:
    std::filesystem::path path_;
};

}  // namespace kith::dht
