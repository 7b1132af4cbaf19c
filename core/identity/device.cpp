// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/device.h"

#include "core/base/refusal.h"
#include "core/crypto/hash.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

namespace kith::identity {

using crypto::Label;

namespace {

constexpr std::uint8_t row_version = 1;
// Larger than any row, so that a buffer with secrets never moves and leaves a copy behind.
constexpr std::size_t row_max = 128;
constexpr std::size_t secret_size = 32;

Bytes consent_body(const crypto::AccountKey& account,
                   const crypto::DeviceDhKey& dh,
                   std::uint64_t added) {
    return concat(account, dh, be_bytes<std::uint64_t>(added));
}

}  // namespace

crypto::DeviceId device_id(const crypto::AccountKey& account,
                           const crypto::DeviceSigningKey& signing,
                           const crypto::DeviceDhKey& dh) {
    return crypto::hash_as<crypto::DeviceId>(Label::Did, account, signing, dh);
}

crypto::CallId call_id(const crypto::DeviceId& id) {
    return crypto::CallId::copy_of(id);
}

crypto::CallId call_id(const crypto::BoxId& id) {
    return crypto::CallId::copy_of(id);
}

crypto::CallId call_id(const crypto::LinkingId& id) {
    return crypto::CallId::copy_of(id);
}

Device Device::generate(Random& random) {
    auto signing = crypto::DeviceSigningPair::generate(random);
    return Device{std::move(signing), crypto::DeviceDhPair::generate(random)};
}

Bytes Device::encode() const {
    Bytes row;
    row.reserve(row_max);
    wire::Writer out(row);
    out.map(3).key("v").uint(row_version);
    out.key("dsk").bin(signing.expose_seed()).key("dxk").bin(dh.expose());
    return row;
}

Result<Device> Device::decode(ByteView row) {
    wire::Reader in(row, row_max);
    wire::StrMap map(in);
    const std::uint8_t version = map.key("v").u8();
    if (in.ok() && version != row_version) {
        return refuse(Code::UnsupportedVersion, "version", "device keys of another version");
    }
    const ByteView signing = map.key("dsk").bin(secret_size, secret_size);
    const ByteView dh = map.key("dxk").bin(secret_size, secret_size);
    map.end();
    KITH_CHECK(in.finish());
    return Device{crypto::DeviceSigningPair::from_seed(signing),
                  crypto::DeviceDhPair::from_secret(dh)};
}

crypto::Signature sign_consent(const Device& device,
                               const crypto::AccountKey& account,
                               std::uint64_t added) {
    const Bytes body = consent_body(account, device.dh.public_key(), added);
    return crypto::sign(Label::Devself, device.signing, body);
}

Result<> verify_consent(const crypto::Signature& consent,
                        const crypto::DeviceSigningKey& signing,
                        const crypto::AccountKey& account,
                        const crypto::DeviceDhKey& dh,
                        std::uint64_t added) {
    return crypto::verify(Label::Devself, signing, consent_body(account, dh, added), consent);
}

}  // namespace kith::identity
