// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the beacons that one look-up brings. The record that was judged acceptable is handed on a
// moment later, and each reading costs two signatures and the checks of their keys: the same bytes
// are read once.
#pragma once

#include "core/directory/beacon.h"

#include <optional>

namespace kith::directory {

/// Lives for one look-up: what it has read stays good for as long as it lives. Not thread-safe.
class BeaconReader {
  public:
    /// `known_seq` as in read_beacon().
    BeaconReader(EpochKeys keys, std::uint64_t known_seq)
        : keys_(std::move(keys)), known_seq_(known_seq) {}

    const EpochKeys& keys() const { return keys_; }

    /// Errors: those of read_beacon(); what is refused is not remembered.
    Result<Beacon> read(ByteView data, Timestamp now) {
        if (last_ && equal(data_, data)) return *last_;
        auto read = read_beacon(data, keys_, now, known_seq_);
        if (!read) return read;
        data_ = to_bytes(data);
        last_ = *read;
        return read;
    }

  private:
    EpochKeys keys_;
    std::uint64_t known_seq_;
    Bytes data_;
    std::optional<Beacon> last_;
};

}  // namespace kith::directory
