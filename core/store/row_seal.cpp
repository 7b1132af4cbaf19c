// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/row_seal.h"

#include "core/base/assert.h"

#include <array>
#include <cstring>

namespace kith::store {

namespace {

constexpr std::size_t nonce_size = crypto::AeadNonce::size_bytes;

// The associated data, built on the stack: rows are sealed by the hundred thousand.
class AssociatedData {
  public:
    // NOLINTBEGIN(cppcoreguidelines-pro-type-member-init): read as far as it is filled.
    explicit AssociatedData(const RowPlace& place) { add_place(place); }

    AssociatedData(std::uint32_t g, const RowPlace& place) {
        add_u32(g);
        add_place(place);
    }

    // NOLINTEND(cppcoreguidelines-pro-type-member-init)

    ByteView view() const { return ByteView(bytes_).first(size_); }

  private:
    void add_place(const RowPlace& place) {
        add({&place.schema, 1});
        add_u32(static_cast<std::uint32_t>(place.table.size()));
        add(as_bytes(place.table));
        add_u32(static_cast<std::uint32_t>(place.key.size()));
        add(place.key);
    }

    void add_u32(std::uint32_t value) {
        add(std::array<std::uint8_t, 4>{static_cast<std::uint8_t>(value >> 24),
                                        static_cast<std::uint8_t>(value >> 16),
                                        static_cast<std::uint8_t>(value >> 8),
                                        static_cast<std::uint8_t>(value)});
    }

    void add(ByteView more) {
        KITH_ASSERT(size_ + more.size() <= bytes_.size());
        if (!more.empty()) std::memcpy(bytes_.data() + size_, more.data(), more.size());
        size_ += more.size();
    }

    std::array<std::uint8_t, 4 + 1 + 4 + 32 + 4 + 255> bytes_;
    std::size_t size_ = 0;
};

void seal_behind(std::size_t head,
                 const crypto::RowKey& key,
                 const AssociatedData& ad,
                 const crypto::AeadNonce& nonce,
                 ByteView value,
                 Bytes& out) {
    out.resize(head + row_overhead + value.size());
    std::memcpy(out.data() + head, nonce.data(), nonce_size);
    crypto::aead_seal_into(
        key.expose(), nonce, ad.view(), value, MutableByteView(out).subspan(head + nonce_size));
}

Result<Bytes> open_sealed(const crypto::RowKey& key, const AssociatedData& ad, ByteView sealed) {
    const auto nonce = crypto::AeadNonce::copy_of(sealed);
    return crypto::aead_open(key.expose(), nonce, ad.view(), sealed.subspan(nonce_size));
}

}  // namespace

void seal_row(const crypto::RowKey& key,
              const RowPlace& place,
              const crypto::AeadNonce& nonce,
              ByteView value,
              Bytes& out) {
    seal_behind(0, key, AssociatedData(place), nonce, value, out);
}

Result<Bytes> open_row(const crypto::RowKey& key, const RowPlace& place, ByteView row) {
    if (row.size() < row_overhead) return fail(Code::Malformed, "row too short");
    return open_sealed(key, AssociatedData(place), row);
}

void seal_erasable_row(const crypto::RowKey& key,
                       std::uint32_t g,
                       const RowPlace& place,
                       const crypto::AeadNonce& nonce,
                       ByteView value,
                       Bytes& out) {
    seal_behind(4, key, AssociatedData(g, place), nonce, value, out);
    for (std::size_t i = 0; i < 4; ++i)
        out[i] = static_cast<std::uint8_t>(g >> (24 - 8 * i));
}

Result<std::uint32_t> generation_of(ByteView row) {
    if (row.size() < erasable_overhead) return fail(Code::Malformed, "row too short");
    return read_be<std::uint32_t>(row);
}

Result<Bytes> open_erasable_row(const crypto::RowKey& key, const RowPlace& place, ByteView row) {
    KITH_TRY(const std::uint32_t g, generation_of(row));
    return open_sealed(key, AssociatedData(g, place), row.subspan(4));
}

}  // namespace kith::store
