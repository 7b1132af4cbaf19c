// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/prekey_bundle.h"

#include "core/base/refusal.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"
#include "core/crypto/label.h"
#include "core/crypto/padding.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>
#include <set>

namespace kith::session {
namespace {

using crypto::AeadNonce;
using crypto::Label;

constexpr std::uint8_t bundle_version = 1;
constexpr std::size_t nonce_at = 1;
constexpr std::size_t sealed_at = nonce_at + AeadNonce::size_bytes;
constexpr std::size_t one_time_record_size = 124;
constexpr std::size_t one_time_body_size = 60;

/// L("bundle") || ver.
Bytes bundle_ad() {
    Bytes ad = to_bytes(crypto::label_bytes(Label::Bundle, crypto::LabelUse::Inside));
    ad.push_back(bundle_version);
    return ad;
}

ByteView one_time_ad() {
    return crypto::label_bytes(Label::OpkSeal, crypto::LabelUse::Inside);
}

struct Plain {
    identity::SignedDeviceList list;
    std::vector<BundleDevice> devices;
};

Bytes encode_plain(const identity::SignedDeviceList& list,
                   const std::vector<BundleDevice>& devices) {
    Bytes out;
    wire::Writer writer(out);
    writer.map(3).key("v").uint(1);
    writer.key("dl").array(2).bin(list.body).bin(list.sig);
    writer.key("dev").array(devices.size());
    for (const BundleDevice& device : devices) {
        writer.map(device.xwing ? 3 : 2);
        device.envelope.write(writer.key("env"));
        device.signed_prekey.write(writer.key("spk"));
        if (device.xwing) device.xwing->write(writer.key("xwk"));
    }
    return out;
}

Result<Plain> decode_plain(ByteView bytes) {
    wire::Reader in(bytes, bundle_sizes.back());
    wire::StrMap map(in);
    Plain plain;
    const std::uint8_t version = map.key("v").u8();
    map.key("dl").tuple(2);
    plain.list.body = to_bytes(in.bin(1, limits::device_list_body));
    plain.list.sig = in.id<crypto::Signature>();
    const std::size_t count = map.key("dev").array(0, limits::devices);
    for (std::size_t i = 0; i < count; ++i) {
        wire::StrMap entry(in);
        BundleDevice device;
        device.envelope = PrekeyRecord::read(entry.key("env"));
        device.signed_prekey = PrekeyRecord::read(entry.key("spk"));
        if (entry.has("xwk")) device.xwing = PrekeyRecord::read(in);
        entry.end();
        plain.devices.push_back(std::move(device));
    }
    map.end();
    KITH_CHECK(in.finish());
    if (version != 1) return refuse(Code::UnsupportedVersion, "version", "of a bundle");
    return plain;
}

Result<Plain> open_plain(const crypto::BundleKey& key, ByteView bundle) {
    const auto is_size = [&](std::size_t size) { return bundle.size() == size; };
    if (std::ranges::none_of(bundle_sizes, is_size)) {
        return refuse(Code::Malformed, "size", "of a bundle");
    }
    if (bundle[0] != bundle_version) {
        return refuse(Code::UnsupportedVersion, "version", "of a bundle");
    }
    const auto nonce = AeadNonce::copy_of(bundle.subspan(nonce_at));
    const auto block =
        crypto::aead_open(key.expose(), nonce, bundle_ad(), bundle.subspan(sealed_at));
    if (!block) return refuse(Code::DecryptFailed, "open_failed", "bundle of another address");
    const auto plain = crypto::unpad(*block);
    if (!plain) return refuse(Code::Malformed, "bad_pad", "of a bundle");
    return decode_plain(*plain);
}

Result<> check_hint(const identity::VerifiedDeviceList& list, const ListHint& hint) {
    if (list.list().seq < hint.seq) {
        return refuse(Code::Stale, "stale_dl", "device list older than the beacon's");
    }
    if (hint.seq != 0 && list.list().seq == hint.seq && list.hash16() != hint.hash) {
        return refuse(Code::Equivocation, "equivocation", "another device list than the beacon's");
    }
    return success();
}

/// The listed device whose id stands at the start of a prekey.
const identity::ListedDevice* owner_of(const PrekeyRecord& record,
                                       const identity::DeviceList& list) {
    const auto id = crypto::DeviceId::copy_of(record.body);
    return list.revokes(id) ? nullptr : list.find(id);
}

/// Verifies a prekey; one whose time alone is wrong is absent.
template <class Key>
Result<std::optional<Prekey<Key>>> timely(const PrekeyRecord& record,
                                          const identity::ListedDevice& device,
                                          Timestamp now,
                                          PrekeyTime time) {
    KITH_TRY(Prekey<Key> prekey,
             verify_prekey<Key>(record, device.id, device.signing, now, PrekeyTime::Ignore));
    if (!check_prekey_time(prekey, now, time)) return std::optional<Prekey<Key>>{};
    return std::optional<Prekey<Key>>(std::move(prekey));
}

Result<BundleKeys> verify_device(const BundleDevice& entry,
                                 const identity::DeviceList& list,
                                 Timestamp now) {
    const identity::ListedDevice* device = owner_of(entry.envelope, list);
    if (device == nullptr) {
        return refuse(Code::Refused, "wrong_device", "a prekey of a device that is not listed");
    }
    BundleKeys keys{Party::of(list.account, *device), std::nullopt, std::nullopt};
    KITH_TRY(keys.envelope,
             timely<crypto::EnvelopeKey>(entry.envelope, *device, now, PrekeyTime::AllowOld));
    KITH_TRY(keys.signed_prekey,
             timely<crypto::SignedPrekey>(entry.signed_prekey, *device, now, PrekeyTime::Strict));
    if (entry.xwing) {
        KITH_CHECK(verify_prekey<XWingKey>(
            *entry.xwing, device->id, device->signing, now, PrekeyTime::Ignore));
    }
    return keys;
}

}  // namespace

crypto::BundleKey bundle_key(const crypto::AccountKey& account, const crypto::ReachSecret& reach) {
    const Bytes address = concat(account, reach);
    return crypto::kdf<crypto::BundleKey>(Label::BundleEnc, crypto::zero_salt, address);
}

const BundleKeys* OpenedBundle::find(const crypto::DeviceId& device) const {
    const auto found = std::ranges::find_if(
        devices, [&](const BundleKeys& keys) { return keys.party.device == device; });
    return found == devices.end() ? nullptr : &*found;
}

Result<Bytes> seal_bundle(const crypto::BundleKey& key,
                          const identity::SignedDeviceList& list,
                          const std::vector<BundleDevice>& devices,
                          const AeadNonce& nonce) {
    const Bytes plain = encode_plain(list, devices);
    const auto size = std::ranges::find_if(
        bundle_sizes, [&](std::size_t total) { return plain.size() < total - bundle_overhead; });
    if (size == bundle_sizes.end()) return fail(Code::TooLarge, "bundle");
    Bytes out;
    out.reserve(*size);
    out.push_back(bundle_version);
    append(out, nonce);
    const Bytes block = crypto::pad(plain, *size - bundle_overhead);
    append(out, crypto::aead_seal(key.expose(), nonce, bundle_ad(), block));
    return out;
}

Result<OpenedBundle> open_bundle(const crypto::BundleKey& key,
                                 const crypto::AccountKey& account,
                                 ByteView bundle,
                                 const ListHint& hint,
                                 Timestamp now) {
    KITH_TRY(const Plain plain, open_plain(key, bundle));
    KITH_TRY(identity::VerifiedDeviceList list,
             identity::VerifiedDeviceList::verify(plain.list, account));
    KITH_CHECK(check_hint(list, hint));
    OpenedBundle opened{std::move(list), {}};
    std::set<crypto::DeviceId> seen;
    for (const BundleDevice& entry : plain.devices) {
        KITH_TRY(BundleKeys keys, verify_device(entry, opened.list.list(), now));
        if (!seen.insert(keys.party.device).second) {
            return refuse(Code::Malformed, "dl_duplicate", "two entries of one device");
        }
        opened.devices.push_back(std::move(keys));
    }
    return opened;
}

Bytes seal_one_time(const crypto::BundleKey& key,
                    const PrekeyRecord& record,
                    const AeadNonce& nonce) {
    Bytes out = to_bytes(nonce);
    append(out, crypto::aead_seal(key.expose(), nonce, one_time_ad(), record.joined()));
    return out;
}

Result<PrekeyRecord> open_one_time(const crypto::BundleKey& key, ByteView sealed) {
    if (sealed.size() != sealed_one_time_size) {
        return refuse(Code::Malformed, "size", "of a sealed one-time prekey");
    }
    const auto nonce = AeadNonce::copy_of(sealed);
    const auto plain = crypto::aead_open(
        key.expose(), nonce, one_time_ad(), sealed.subspan(AeadNonce::size_bytes));
    if (!plain) {
        return refuse(Code::DecryptFailed, "open_failed", "one-time prekey of another address");
    }
    static_assert(one_time_record_size == one_time_body_size + crypto::Signature::size_bytes);
    const ByteView record = *plain;
    return PrekeyRecord{to_bytes(record.first(one_time_body_size)),
                        crypto::Signature::copy_of(record.subspan(one_time_body_size))};
}

}  // namespace kith::session
