// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/inner_mac.h"

#include <algorithm>

namespace kith::session {
namespace {

crypto::InnerMacKey derive(const crypto::ExportKey& exporter,
                           const crypto::DeviceId& from,
                           const crypto::DeviceId& to) {
    std::array<std::uint8_t, 32> both{};
    std::ranges::copy(from.view(), both.begin());
    std::ranges::copy(to.view(), both.begin() + from.size());
    return crypto::kdf<crypto::InnerMacKey>(
        crypto::Label::InnerMac, crypto::zero_salt, exporter.expose(), both);
}

}  // namespace

InnerMac::InnerMac(const crypto::ExportKey& exporter,
                   const crypto::DeviceId& own,
                   const crypto::DeviceId& peer)
    : out_(derive(exporter, own, peer).expose()), in_(derive(exporter, peer, own).expose()) {}

InnerTag InnerMac::tag(std::uint8_t kind, ByteView d) const {
    const crypto::Mac32 mac = out_.mac(be_bytes<std::uint8_t>(kind), d);
    InnerTag tag;
    std::ranges::copy(mac.view().first(tag.size()), tag.begin());
    return tag;
}

bool InnerMac::verify(std::uint8_t kind, ByteView d, const InnerTag& tag) const {
    return crypto::verify_mac(in_.mac(be_bytes<std::uint8_t>(kind), d), tag);
}

}  // namespace kith::session
