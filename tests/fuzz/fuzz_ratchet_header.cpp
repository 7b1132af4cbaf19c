// SPDX-License-Identifier: GPL-3.0-or-later
// A header by the other end of a session: the input is what was sealed.
#include "core/crypto/aead.h"
#include "core/crypto/label.h"
#include "core/session/header_key.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    using namespace session;
    if (in.size() + crypto::aead_overhead != sealed_header_size) return;
    const auto key = HeaderKey::copy_of(Bytes(32, 1));
    const AeadNonce nonce;
    const Transcript transcript;
    const std::array<std::uint8_t, 1> version{1};
    const Bytes ad = concat(
        crypto::label_bytes(crypto::Label::DrHdr, crypto::LabelUse::Inside), version, transcript);
    std::array<std::uint8_t, sealed_header_size> sealed{};
    crypto::aead_seal_into(key.expose(), nonce, ad, in, sealed);
    const auto header = open_header(key, nonce, transcript, sealed);
    if (!header) return;
    std::array<std::uint8_t, sealed_header_size> again{};
    seal_header(key, nonce, transcript, *header, again);
    KITH_ASSERT(again == sealed && header->number < counter_limit);
}

}  // namespace kith::fuzz
