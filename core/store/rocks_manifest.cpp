// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_manifest.h"

#include <boost/crc.hpp>

namespace kith::store {
namespace {

constexpr std::size_t block_size = std::size_t{32} << 10;
// Checksum u32, length u16, type u8; little-endian.
constexpr std::size_t header_size = 7;
constexpr std::size_t length_at = 4;
constexpr std::size_t type_at = 6;
// A new one is begun at 1 MiB.
constexpr std::size_t largest_manifest = std::size_t{64} << 20;

using Crc32c = boost::crc_optimal<32, 0x1edc6f41, 0xffffffff, 0xffffffff, true, true>;

std::uint32_t masked(std::uint32_t crc) {
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
}

std::uint32_t little_u32(ByteView bytes) {
    return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
           std::uint32_t{bytes[3]} << 24;
}

std::size_t length_of(ByteView record) {
    return record[length_at] | std::size_t{record[length_at + 1]} << 8;
}

// Whether the checksum is right for some length of what is there.
bool is_whole(ByteView record) {
    const std::uint32_t wanted = little_u32(record);
    Crc32c crc;
    crc.process_byte(record[type_at]);
    if (masked(crc.checksum()) == wanted) return true;
    for (const std::uint8_t byte : record.subspan(header_size)) {
        crc.process_byte(byte);
        if (masked(crc.checksum()) == wanted) return true;
    }
    return false;
}

}  // namespace

Result<> check_manifest(ByteView manifest) {
    ByteView rest = manifest.subspan(manifest.size() / block_size * block_size);
    while (rest.size() >= header_size) {
        const std::size_t size = header_size + length_of(rest);
        if (size > rest.size()) {
            if (!is_whole(rest)) return {};
            return fail(Code::Corrupt, "a length in it is damaged");
        }
        rest = rest.subspan(size);
    }
    return {};
}

Result<> check_manifest(const RocksFiles& files, const std::string& database) {
    KITH_TRY(const auto current, files.read(database + "/CURRENT"));
    if (!current || !as_text(*current).starts_with("MANIFEST-")) return {};
    std::string path = database + "/" + std::string(as_text(*current));
    while (path.ends_with('\n'))
        path.pop_back();
    KITH_TRY(const auto manifest, files.read(path, largest_manifest));
    if (!manifest) return {};
    const auto checked = check_manifest(*manifest);
    if (!checked) return fail(Code::Corrupt, path + ": " + checked.error().context);
    return {};
}

}  // namespace kith::store
