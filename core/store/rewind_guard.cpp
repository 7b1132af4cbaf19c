// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rewind_guard.h"

#include "core/crypto/secret.h"

#include <algorithm>

namespace kith::store {

namespace {

Bytes epoch_bytes(std::uint64_t epoch) {
    Bytes out;
    append_be<std::uint64_t>(out, epoch);
    return out;
}

Index seal_of(const RowCipher& cipher, std::uint64_t epoch) {
    return cipher.index(Table::Meta, concat(as_bytes("boot-epoch file"), epoch_bytes(epoch)));
}

}  // namespace

ByteView boot_epoch_key() {
    return as_bytes("boot-epoch");
}

ByteView rewind_mark_key() {
    return as_bytes("rewound");
}

Bytes encode_boot_epoch(const RowCipher& cipher, std::uint64_t epoch) {
    return concat(epoch_bytes(epoch), seal_of(cipher, epoch));
}

std::optional<std::uint64_t> decode_boot_epoch(const RowCipher& cipher, ByteView file) {
    if (file.size() != 8 + Index{}.size()) return std::nullopt;
    const auto epoch = read_be<std::uint64_t>(file);
    if (!crypto::constant_time_equal(seal_of(cipher, epoch), file.subspan(8))) return std::nullopt;
    return epoch;
}

BootEpoch judge_boot(std::optional<std::uint64_t> in_database,
                     std::optional<std::uint64_t> in_file) {
    const std::uint64_t database = in_database.value_or(0);
    const std::uint64_t file = in_file.value_or(0);
    return {std::max(database, file) + 1, database < file};
}

}  // namespace kith::store
