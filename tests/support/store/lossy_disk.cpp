// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/store/lossy_disk.h"

#include <algorithm>

namespace kith::test {

namespace {

constexpr std::size_t sector = 512;

std::string parent_of(const std::string& path) {
    return path.substr(0, std::max<std::size_t>(1, path.rfind('/')));
}

bool is_below(const std::string& path, const std::string& directory) {
    return path.size() > directory.size() && path.starts_with(directory) &&
           path[directory.size()] == '/';
}

// What may be found after a power loss where `file` was. A file that grew ends anywhere between
// its old and its new end, and holds no junk: journaling file systems write the size last. What
// was overwritten in place landed sector by sector.
Bytes after_power_loss(const LossyDisk::File& file, Random& random) {
    const auto kind = random.below(3);
    if (kind == 0 || file.data == file.synced) return file.synced;
    if (kind == 1) return file.data;
    Bytes out = file.synced;
    const std::size_t longest = std::max(file.data.size(), file.synced.size());
    const std::size_t shortest = std::min(file.data.size(), file.synced.size());
    out.resize(shortest + random.below(longest - shortest + 1));
    for (std::size_t at = 0; at < out.size(); at += sector) {
        const std::size_t end = std::min(at + sector, out.size());
        const bool landed = random.below(2) == 0;
        for (std::size_t i = at; i < end && i < file.data.size(); ++i)
            if (landed || i >= file.synced.size()) out[i] = file.data[i];
    }
    return out;
}

}  // namespace

void LossyDisk::die_after(std::uint64_t operations) {
    const std::scoped_lock lock(mutex_);
    die_at_ = operations_ + operations;
}

bool LossyDisk::dead() const {
    const std::scoped_lock lock(mutex_);
    return operations_ >= die_at_;
}

std::uint64_t LossyDisk::operations() const {
    const std::scoped_lock lock(mutex_);
    return operations_;
}

std::uint64_t LossyDisk::syncs() const {
    const std::scoped_lock lock(mutex_);
    return syncs_;
}

void LossyDisk::set_capacity(std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    capacity_ = bytes;
}

void LossyDisk::fail_syncs(bool fail) {
    const std::scoped_lock lock(mutex_);
    fail_syncs_ = fail;
}

void LossyDisk::lose_power(Random& random) {
    const std::scoped_lock lock(mutex_);
    Entries after = durable_;
    const std::uint64_t reached = random.below(journal_.size() + 1);
    for (std::size_t i = 0; i < reached; ++i)
        apply(journal_[i], after);
    journal_.clear();
    std::map<const File*, Handle> fresh;
    for (auto& [path, file] : after) {
        Handle& copy = fresh[file.get()];
        if (!copy) {
            Bytes content = after_power_loss(*file, random);
            copy = std::make_shared<File>(File{content, content});
        }
        file = copy;
    }
    now_ = after;
    durable_ = std::move(after);
    die_at_ = std::numeric_limits<std::uint64_t>::max();
}

void LossyDisk::restart() {
    const std::scoped_lock lock(mutex_);
    die_at_ = std::numeric_limits<std::uint64_t>::max();
}

std::vector<std::string> LossyDisk::paths() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    for (const auto& entry : now_)
        out.push_back(entry.first);
    return out;
}

std::size_t LossyDisk::size_of(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    return now_.at(path)->data.size();
}

void LossyDisk::flip(const std::string& path, std::size_t byte, std::uint8_t mask) {
    const std::scoped_lock lock(mutex_);
    File& file = *now_.at(path);
    file.data.at(byte) = static_cast<std::uint8_t>(file.data.at(byte) ^ mask);
    file.synced = file.data;
}

void LossyDisk::put(const std::string& path, ByteView content) {
    const std::scoped_lock lock(mutex_);
    now_[path] = std::make_shared<File>(File{to_bytes(content), to_bytes(content)});
    durable_[path] = now_[path];
}

Bytes LossyDisk::content(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    return now_.at(path)->data;
}

void LossyDisk::remove_quietly(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    now_.erase(path);
    durable_.erase(path);
}

LossyDisk::Snapshot LossyDisk::copy(const std::string& below) const {
    const std::scoped_lock lock(mutex_);
    Snapshot out;
    for (const auto& [path, file] : now_)
        if (is_below(path, below)) out[path] = file->data;
    return out;
}

void LossyDisk::restore(const std::string& below, const Snapshot& old) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(now_, [&](const auto& entry) { return is_below(entry.first, below); });
    for (const auto& [path, data] : old)
        now_[path] = std::make_shared<File>(File{data, data});
    durable_ = now_;
    journal_.clear();
}

LossyDisk::Outcome LossyDisk::change(std::size_t grows) {
    if (operations_ >= die_at_) return Outcome::Dead;
    ++operations_;
    if (operations_ >= die_at_) return Outcome::Dead;
    if (grows > 0 && used() + grows > capacity_) return Outcome::Full;
    return Outcome::Ok;
}

void LossyDisk::enter(Step step) {
    apply(step, now_);
    journal_.push_back(std::move(step));
}

void LossyDisk::apply(const Step& step, Entries& entries) {
    for (const Entry& entry : step) {
        if (entry.file) {
            entries[entry.path] = entry.file;
        } else {
            entries.erase(entry.path);
        }
    }
}

std::uint64_t LossyDisk::used() const {
    std::uint64_t sum = 0;
    for (const auto& entry : now_)
        sum += entry.second->data.size();
    return sum;
}

std::uint64_t LossyDisk::free_bytes() const {
    const std::scoped_lock lock(mutex_);
    const std::uint64_t taken = used();
    return taken > capacity_ ? 0 : capacity_ - taken;
}

LossyDisk::Outcome LossyDisk::create(const std::string& path, Handle& file) {
    const std::scoped_lock lock(mutex_);
    // An entry takes space, if only one byte of it.
    if (const auto outcome = change(1); outcome != Outcome::Ok) return outcome;
    if (!directories_.contains(parent_of(path))) return Outcome::Missing;
    file = std::make_shared<File>();
    enter({{path, file}});
    return Outcome::Ok;
}

LossyDisk::Handle LossyDisk::find(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    const auto found = now_.find(path);
    return found == now_.end() ? nullptr : found->second;
}

bool LossyDisk::is_directory(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    return directories_.contains(path);
}

LossyDisk::Outcome LossyDisk::make_directory(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    if (const auto outcome = change(); outcome != Outcome::Ok) return outcome;
    directories_.insert(path);
    return Outcome::Ok;
}

std::vector<std::string> LossyDisk::children(const std::string& directory) const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    const auto add = [&](const std::string& path) {
        if (path != directory && parent_of(path) == directory)
            out.push_back(path.substr(directory.size() + 1));
    };
    for (const auto& entry : now_)
        add(entry.first);
    for (const auto& path : directories_)
        add(path);
    return out;
}

LossyDisk::Outcome LossyDisk::append(File& file, ByteView bytes) {
    const std::scoped_lock lock(mutex_);
    if (const auto outcome = change(bytes.size()); outcome != Outcome::Ok) return outcome;
    kith::append(file.data, bytes);
    return Outcome::Ok;
}

LossyDisk::Outcome LossyDisk::write_at(File& file, std::size_t offset, ByteView bytes) {
    const std::scoped_lock lock(mutex_);
    const std::size_t end = offset + bytes.size();
    const std::size_t grows = end > file.data.size() ? end - file.data.size() : 0;
    if (const auto outcome = change(grows); outcome != Outcome::Ok) return outcome;
    if (grows > 0) file.data.resize(end);
    std::ranges::copy(bytes, file.data.begin() + static_cast<std::ptrdiff_t>(offset));
    return Outcome::Ok;
}

LossyDisk::Outcome LossyDisk::truncate(File& file, std::size_t size) {
    const std::scoped_lock lock(mutex_);
    if (const auto outcome = change(); outcome != Outcome::Ok) return outcome;
    file.data.resize(size);
    return Outcome::Ok;
}

LossyDisk::Outcome LossyDisk::sync(File& file) {
    const std::scoped_lock lock(mutex_);
    if (const auto outcome = change(); outcome != Outcome::Ok) return outcome;
    if (fail_syncs_) return Outcome::SyncFailed;
    ++syncs_;
    file.synced = file.data;
    return Outcome::Ok;
}

LossyDisk::Outcome LossyDisk::sync_directory(const std::string& directory) {
    const std::scoped_lock lock(mutex_);
    if (const auto outcome = change(); outcome != Outcome::Ok) return outcome;
    if (fail_syncs_) return Outcome::SyncFailed;
    ++syncs_;
    std::erase_if(journal_, [&](const Step& step) {
        if (parent_of(step.front().path) != directory) return false;
        apply(step, durable_);
        return true;
    });
    return Outcome::Ok;
}

LossyDisk::Outcome LossyDisk::remove(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    if (const auto outcome = change(); outcome != Outcome::Ok) return outcome;
    if (!now_.contains(path)) return Outcome::Missing;
    enter({{path, nullptr}});
    return Outcome::Ok;
}

LossyDisk::Outcome LossyDisk::rename(const std::string& from, const std::string& to) {
    const std::scoped_lock lock(mutex_);
    if (const auto outcome = change(); outcome != Outcome::Ok) return outcome;
    const auto found = now_.find(from);
    if (found == now_.end()) return Outcome::Missing;
    enter({{to, found->second}, {from, nullptr}});
    return Outcome::Ok;
}

Bytes LossyDisk::read(const File& file, std::size_t offset, std::size_t size) const {
    const std::scoped_lock lock(mutex_);
    const std::size_t from = std::min(offset, file.data.size());
    const std::size_t count = std::min(size, file.data.size() - from);
    return to_bytes(ByteView(file.data).subspan(from, count));
}

std::size_t LossyDisk::size(const File& file) const {
    const std::scoped_lock lock(mutex_);
    return file.data.size();
}

}  // namespace kith::test
