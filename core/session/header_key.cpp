// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/header_key.h"

#include "core/crypto/aead.h"
#include "core/crypto/label.h"

#include <algorithm>

namespace kith::session {
namespace {

constexpr std::uint8_t wire_version = 1;
constexpr std::size_t header_size = 48;
constexpr std::size_t numbers_at = 32;
constexpr std::size_t reserved_at = 40;

/// L("dr-hdr") || ver || AD, without an allocation.
class HeaderAd {
  public:
    explicit HeaderAd(const Transcript& ad) {
        const ByteView label = crypto::label_bytes(crypto::Label::DrHdr, crypto::LabelUse::Inside);
        auto end = std::ranges::copy(label, bytes_.begin()).out;
        *end++ = wire_version;
        end = std::ranges::copy(ad.view(), end).out;
        size_ = static_cast<std::size_t>(end - bytes_.begin());
    }

    ByteView view() const { return ByteView(bytes_).first(size_); }

  private:
    std::array<std::uint8_t, 64> bytes_{};
    std::size_t size_ = 0;
};

}  // namespace

void seal_header(const HeaderKey& key,
                 const AeadNonce& hn,
                 const Transcript& ad,
                 const Header& header,
                 std::span<std::uint8_t, sealed_header_size> out) {
    std::array<std::uint8_t, header_size> plain{};
    std::ranges::copy(header.dh.view(), plain.begin());
    std::ranges::copy(be_bytes<std::uint32_t>(header.previous), plain.begin() + numbers_at);
    std::ranges::copy(be_bytes<std::uint32_t>(header.number), plain.begin() + numbers_at + 4);
    crypto::aead_seal_into(key.expose(), hn, HeaderAd(ad).view(), plain, out);
}

Result<Header> open_header(const HeaderKey& key,
                           const AeadNonce& hn,
                           const Transcript& ad,
                           std::span<const std::uint8_t, sealed_header_size> sealed) {
    std::array<std::uint8_t, header_size> plain{};
    KITH_CHECK(crypto::aead_open_into(key.expose(), hn, HeaderAd(ad).view(), sealed, plain));
    const ByteView view = plain;
    const auto reserved = view.subspan(reserved_at);
    if (std::ranges::any_of(reserved, [](std::uint8_t byte) { return byte != 0; })) {
        return fail(Code::Malformed, "bad_header");
    }
    Header header{RatchetKey::copy_of(view),
                  read_be<std::uint32_t>(view.subspan(numbers_at)),
                  read_be<std::uint32_t>(view.subspan(numbers_at + 4))};
    if (header.previous >= counter_limit || header.number >= counter_limit) {
        return fail(Code::Malformed, "counter");
    }
    return header;
}

}  // namespace kith::session
