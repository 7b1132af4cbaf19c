// SPDX-License-Identifier: GPL-3.0-or-later
// A disk in memory that forgets what was not synced. Kill -9 does not test durability, because the
// page cache survives it; this does. A power loss drops or tears unsynced bytes of each file and
// undoes what was done to directories behind some point, as a journaling file system does, in a way
// that a seed decides. It can also be full, fail its syncs, and have single bits flipped.
//
// Thread-safe: RocksDB works on it from several threads.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kith::test {

class LossyDisk {
  public:
    /// Content as programs see it, and as it would be after a power loss that spares nothing.
    struct File {
        Bytes data;
        Bytes synced;
    };

    using Handle = std::shared_ptr<File>;  // shared by the directory and those who have it open

    enum class Outcome { Ok, Dead, Full, SyncFailed, Missing };

    // --- What goes wrong ------------------------------------------------------------------------

    /// Everything that changes the disk fails from the n-th such call on, counted from now.
    void die_after(std::uint64_t operations);

    bool dead() const;

    /// Changes of the disk so far.
    std::uint64_t operations() const;

    /// Power comes back: unsynced data and directory entries are lost, torn, or there, as drawn.
    void lose_power(Random& random);

    /// The process died, not the machine: all that was written is there.
    void restart();

    void set_capacity(std::uint64_t bytes);
    void fail_syncs(bool fail);

    /// How often a file or directory was synced.
    std::uint64_t syncs() const;

    // --- For tests that look inside -------------------------------------------------------------

    std::vector<std::string> paths() const;
    std::size_t size_of(const std::string& path) const;
    void flip(const std::string& path, std::size_t byte, std::uint8_t mask);
    void put(const std::string& path, ByteView content);
    Bytes content(const std::string& path) const;
    void remove_quietly(const std::string& path);

    using Snapshot = std::map<std::string, Bytes>;
    Snapshot copy(const std::string& below) const;
    /// Puts an old copy in the place of what is below a directory.
    void restore(const std::string& below, const Snapshot& old);

    // --- As a file system -----------------------------------------------------------------------

    Outcome create(const std::string& path, Handle& file);
    Handle find(const std::string& path) const;
    bool is_directory(const std::string& path) const;
    Outcome make_directory(const std::string& path);
    std::vector<std::string> children(const std::string& directory) const;
    Outcome append(File& file, ByteView bytes);
    Outcome write_at(File& file, std::size_t offset, ByteView bytes);
    Outcome truncate(File& file, std::size_t size);
    Outcome sync(File& file);
    Outcome sync_directory(const std::string& directory);
    Outcome remove(const std::string& path);
    Outcome rename(const std::string& from, const std::string& to);
    Bytes read(const File& file, std::size_t offset, std::size_t size) const;
    std::size_t size(const File& file) const;
    std::uint64_t free_bytes() const;

  private:
    // One change of a directory: `path` is `file` from now on; null: it is gone.
    struct Entry {
        std::string path;
        Handle file;
    };

    // Changes that happen together: a rename is two entries.
    using Step = std::vector<Entry>;
    using Entries = std::map<std::string, Handle>;

    Outcome change(std::size_t grows = 0);
    void enter(Step step);
    static void apply(const Step& step, Entries& entries);
    std::uint64_t used() const;

    mutable std::mutex mutex_;
    Entries now_;                // as programs see it
    Entries durable_;            // as of the last sync of each directory
    std::vector<Step> journal_;  // what leads from durable_ to now_, in order
    std::set<std::string> directories_{"/"};
    std::uint64_t operations_ = 0;
    std::uint64_t syncs_ = 0;
    std::uint64_t die_at_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t capacity_ = std::uint64_t{1} << 40;
    bool fail_syncs_ = false;
};

}  // namespace kith::test
