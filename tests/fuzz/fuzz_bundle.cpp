// SPDX-License-Identifier: GPL-3.0-or-later
// A bundle of prekeys by somebody who has the address: the input is what was sealed.
#include "core/base/encoding.h"
#include "core/crypto/padding.h"
#include "core/session/prekey_bundle.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    const auto account = *crypto::AccountKey::from(
        *from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    const auto size = std::ranges::find_if(session::bundle_sizes, [&](std::size_t total) {
        return total - session::bundle_overhead > in.size();
    });
    if (size == session::bundle_sizes.end()) return;
    const auto key = session::bundle_key(account, {});
    const crypto::AeadNonce nonce;
    const std::array<std::uint8_t, 1> version{1};
    const Bytes ad =
        concat(crypto::label_bytes(crypto::Label::Bundle, crypto::LabelUse::Inside), version);
    const Bytes plain = crypto::pad(in, *size - session::bundle_overhead);
    const Bytes bundle = concat(version, nonce, crypto::aead_seal(key.expose(), nonce, ad, plain));
    const auto opened =
        session::open_bundle(key, account, bundle, {}, from_unix_seconds(1728100000));
    KITH_ASSERT(!opened || opened->list.list().account == account);
}

}  // namespace kith::fuzz
