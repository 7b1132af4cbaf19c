// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/erasure.h"

#include "core/base/assert.h"
#include "core/crypto/aead.h"
#include "core/crypto/kdf.h"

#include <cstring>

namespace kith::store {

namespace {

constexpr std::size_t head_size = 4 + crypto::AeadNonce::size_bytes;

Bytes be32(std::uint32_t value) {
    Bytes out;
    append_be<std::uint32_t>(out, value);
    return out;
}

}  // namespace

crypto::ErasureKey slot_key(const crypto::MasterKey& master) {
    return crypto::kdf1<crypto::ErasureKey>(crypto::Label::Erase, master.expose());
}

Slot seal_slot(const crypto::ErasureKey& key,
               std::uint32_t g,
               const crypto::AeadNonce& nonce,
               const crypto::ErasureKey& vk) {
    Slot slot{};
    const Bytes number = be32(g);
    std::memcpy(slot.data(), number.data(), number.size());
    std::memcpy(slot.data() + number.size(), nonce.data(), nonce.size());
    crypto::aead_seal_into(
        key.expose(), nonce, number, vk.expose(), MutableByteView(slot).subspan(head_size));
    return slot;
}

Result<std::shared_ptr<const Generation>> open_slot(const crypto::ErasureKey& key, ByteView slot) {
    if (slot.size() != slot_size) return fail(Code::Malformed, "slot of erase.key");
    const auto nonce = crypto::AeadNonce::copy_of(slot.subspan(4));
    std::array<std::uint8_t, 32> vk{};
    const crypto::WipeGuard guard(vk);
    KITH_CHECK(
        crypto::aead_open_into(key.expose(), nonce, slot.first(4), slot.subspan(head_size), vk));
    return std::make_shared<const Generation>(read_be<std::uint32_t>(slot),
                                              crypto::ErasureKey::copy_of(vk));
}

Generation::Generation(std::uint32_t number, crypto::ErasureKey vk)
    : number_(number), vk_(std::move(vk)) {
    for (const TableInfo& table : tables()) {
        if (!table.erasable()) continue;
        row_keys_[static_cast<std::uint8_t>(table.table)] = crypto::kdf<crypto::RowKey>(
            crypto::Label::EraseRow, crypto::zero_salt, vk_.expose(), as_bytes(table.name));
    }
}

const crypto::RowKey& Generation::key_of(Table table) const {
    const auto& key = row_keys_[static_cast<std::uint8_t>(table)];
    KITH_ASSERT(key.has_value());
    return *key;
}

Result<ErasureKeys> ErasureKeys::open(const crypto::ErasureKey& key, ByteView file) {
    if (file.size() != erase_file_size) return fail(Code::Corrupt, "erase.key has a wrong size");
    auto even = open_slot(key, file.first(slot_size));
    auto odd = open_slot(key, file.subspan(slot_size));
    if (!even && !odd)
        return fail(Code::Corrupt, "erase.key does not open with the key of this profile");
    if (!even) return ErasureKeys(*odd);
    if (!odd) return ErasureKeys(*even);
    const bool odd_is_newer = (*odd)->number() > (*even)->number();
    return ErasureKeys(odd_is_newer ? *even : *odd).followed_by(odd_is_newer ? *odd : *even);
}

const Generation* ErasureKeys::find(std::uint32_t g) const {
    if (newest_->number() == g) return newest_.get();
    if (previous_ && previous_->number() == g) return previous_.get();
    return nullptr;
}

ErasureKeys ErasureKeys::followed_by(std::shared_ptr<const Generation> next) const {
    KITH_ASSERT(previous_ == nullptr);
    ErasureKeys out(std::move(next));
    out.previous_ = newest_;
    return out;
}

}  // namespace kith::store
