// SPDX-License-Identifier: GPL-3.0-or-later
// Secrets that must die. RocksDB keeps old versions of rows in its files, so rows of the erasable
// tables are sealed under a random key of their generation, VK_g, which lies in the file
// `erase.key`. Every hour a generation g+1 begins: live rows are sealed again, then VK_g is
// overwritten, and with it dies whatever was deleted or replaced in its time.
//
//   erase.key = two slots of 76; generation g is in slot g mod 2
//   slot      = u32 g || nonce 24 || AEAD(KDF1("erase", MK), nonce, u32 g, VK_g)
//
// A slot that does not open is empty: torn while being written, or erased.
// Specification: docs/spec/store.md#erasure.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/store/schema.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace kith::store {

inline constexpr std::size_t slot_size = 4 + 24 + 32 + 16;
inline constexpr std::size_t erase_file_size = 2 * slot_size;

using Slot = std::array<std::uint8_t, slot_size>;

/// KDF1("erase", MK): seals the slots.
crypto::ErasureKey slot_key(const crypto::MasterKey& master);

Slot seal_slot(const crypto::ErasureKey& key,
               std::uint32_t g,
               const crypto::AeadNonce& nonce,
               const crypto::ErasureKey& vk);

/// One generation and what follows from VK_g: a row key for each erasable table. Immutable.
class Generation {
  public:
    Generation(std::uint32_t number, crypto::ErasureKey vk);

    std::uint32_t number() const { return number_; }

    const crypto::ErasureKey& vk() const { return vk_; }

    /// Requires: an erasable table.
    const crypto::RowKey& key_of(Table table) const;

    /// Offset of its slot in the file.
    std::size_t slot_offset() const { return (number_ % 2) * slot_size; }

  private:
    std::uint32_t number_;
    crypto::ErasureKey vk_;
    std::array<std::optional<crypto::RowKey>, table_numbers> row_keys_;
};

/// Malformed: not slot_size. DecryptFailed: empty, erased, torn, or of another master key.
Result<std::shared_ptr<const Generation>> open_slot(const crypto::ErasureKey& key, ByteView slot);

/// The generations whose rows can be read; rows are sealed under the newest. A value: strand and
/// committer each have a copy, and a generation is wiped when the last copy forgets it.
class ErasureKeys {
  public:
    explicit ErasureKeys(std::shared_ptr<const Generation> only) : newest_(std::move(only)) {}

    /// Reads the file. Corrupt: wrong size, or no slot opens.
    static Result<ErasureKeys> open(const crypto::ErasureKey& key, ByteView file);

    const Generation& newest() const { return *newest_; }

    /// The generation that is being replaced; nullptr when there is none.
    const Generation* previous() const { return previous_.get(); }

    /// nullptr when no key of generation `g` exists any more.
    const Generation* find(std::uint32_t g) const;

    /// With a generation behind the newest; the newest becomes the previous.
    /// Requires: previous() == nullptr.
    ErasureKeys followed_by(std::shared_ptr<const Generation> next) const;

    ErasureKeys without_previous() const { return ErasureKeys(newest_); }

  private:
    std::shared_ptr<const Generation> newest_;
    std::shared_ptr<const Generation> previous_;
};

}  // namespace kith::store
