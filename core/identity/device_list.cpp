// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/device_list.h"

#include "core/base/refusal.h"
#include "core/crypto/agree.h"
#include "core/crypto/hash.h"
#include "core/identity/device.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::identity {

using crypto::Label;

namespace {

constexpr std::uint8_t list_version = 1;
// [body, sig]: array head, bin head and body, bin head and signature.
constexpr std::size_t signed_max = 1 + 3 + limits::device_list_body + 2 + 64;

// --- Body, in the order of docs/spec/identity.md ------------------------------------------------

void write_device(wire::Writer& out, const ListedDevice& device) {
    out.map(6).key("dsk").bin(device.signing).key("dxk").bin(device.dh);
    out.key("add").uint(device.added).key("role").uint(static_cast<std::uint8_t>(device.role));
    out.key("cap").uint(device.capabilities).key("self").bin(device.consent);
}

ListedDevice read_device(wire::Reader& in, const crypto::AccountKey& account) {
    wire::StrMap map(in);
    ListedDevice device;
    device.signing = map.key("dsk").id<crypto::DeviceSigningKey>();
    device.dh = map.key("dxk").id<crypto::DeviceDhKey>();
    device.added = map.key("add").u64();
    const std::uint8_t role = map.key("role").u8();
    in.require(role <= static_cast<std::uint8_t>(DeviceRole::Admin));
    device.role = static_cast<DeviceRole>(role);
    device.capabilities = map.key("cap").u32();
    device.consent = map.key("self").id<crypto::Signature>();
    map.end();
    device.id = device_id(account, device.signing, device.dh);
    return device;
}

void write_revocation(wire::Writer& out, const Revocation& revocation) {
    out.map(2).key("did").bin(revocation.device).key("at").uint(revocation.at);
}

Revocation read_revocation(wire::Reader& in) {
    wire::StrMap map(in);
    Revocation revocation;
    revocation.device = map.key("did").id<crypto::DeviceId>();
    revocation.at = map.key("at").u64();
    map.end();
    return revocation;
}

Bytes encode_body(const DeviceList& list) {
    Bytes body;
    body.reserve(limits::device_list_body);
    wire::Writer out(body);
    out.map(9).key("v").uint(list_version).key("ak").bin(list.account);
    out.key("seq").uint(list.seq).key("prev").bin(list.previous).key("t").uint(list.made);
    out.key("dev").array(list.devices.size());
    for (const ListedDevice& device : list.devices)
        write_device(out, device);
    out.key("rev").array(list.revoked.size());
    for (const Revocation& revocation : list.revoked)
        write_revocation(out, revocation);
    out.key("bg").uint(list.beacon_generation).key("ms").uint(list.lowest_suite);
    return body;
}

Result<DeviceList> decode_body(ByteView body) {
    wire::Reader in(body, limits::device_list_body);
    wire::StrMap map(in);
    const std::uint8_t version = map.key("v").u8();
    if (in.ok() && version != list_version) {
        return refuse(Code::UnsupportedVersion, "version", "device list of another version");
    }
    DeviceList list;
    list.account = map.key("ak").id<crypto::AccountKey>();
    list.seq = map.key("seq").u64();
    in.require(list.seq > 0);
    list.previous = map.key("prev").id<crypto::DeviceListHash>();
    list.made = map.key("t").u64();
    list.devices.resize(map.key("dev").array(1, limits::devices));
    for (ListedDevice& device : list.devices)
        device = read_device(in, list.account);
    list.revoked.resize(map.key("rev").array(0, limits::revocations));
    for (Revocation& revocation : list.revoked)
        revocation = read_revocation(in);
    list.beacon_generation = map.key("bg").u32();
    list.lowest_suite = map.key("ms").u16();
    map.end();
    return in.finish(std::move(list));
}

// --- Rules that a list must hold by itself ------------------------------------------------------

// At most 64 items: comparing all pairs is cheaper than any set.
template <class Items, class Projection>
bool has_duplicate(const Items& items, Projection projection) {
    for (auto one = items.begin(); one != items.end(); ++one) {
        if (std::ranges::find(
                std::next(one), items.end(), std::invoke(projection, *one), projection) !=
            items.end()) {
            return true;
        }
    }
    return false;
}

Result<> check_consistency(const DeviceList& list) {
    if (has_duplicate(list.devices, &ListedDevice::signing) ||
        has_duplicate(list.devices, &ListedDevice::dh) ||
        has_duplicate(list.revoked, &Revocation::device)) {
        return refuse(Code::Malformed, "dl_duplicate", "a device stands twice in its list");
    }
    for (const ListedDevice& device : list.devices) {
        if (list.revokes(device.id)) {
            return refuse(Code::Malformed, "dl_revoked", "a device is both listed and revoked");
        }
    }
    if (std::ranges::count(list.devices, DeviceRole::Admin, &ListedDevice::role) == 0) {
        return refuse(Code::Malformed, "dl_no_admin", "no device of the list is an admin");
    }
    return success();
}

Result<> check_device(const ListedDevice& device, const crypto::AccountKey& account) {
    if (!crypto::is_valid(device.dh)) {
        return refuse(Code::BadKey, "bad_x25519", "a listed device has an invalid DH key");
    }
    const auto consent =
        verify_consent(device.consent, device.signing, account, device.dh, device.added);
    if (consent) return success();
    if (consent.error().code == Code::BadKey) {
        return refuse(Code::BadKey, "bad_point", "a listed device has an invalid signing key");
    }
    return refuse(Code::BadSignature, "bad_self", "a listed device did not agree to it");
}

}  // namespace

const ListedDevice* DeviceList::find(const crypto::DeviceId& device) const {
    const auto found = std::ranges::find(devices, device, &ListedDevice::id);
    return found == devices.end() ? nullptr : &*found;
}

bool DeviceList::revokes(const crypto::DeviceId& device) const {
    return std::ranges::find(revoked, device, &Revocation::device) != revoked.end();
}

// --- Signed form --------------------------------------------------------------------------------

Bytes SignedDeviceList::encode() const {
    Bytes out;
    out.reserve(signed_max);
    wire::Writer(out).array(2).bin(body).bin(sig);
    return out;
}

Result<SignedDeviceList> SignedDeviceList::decode(ByteView wire) {
    // The cap of the frame; a body that is too long is told apart from a document that is.
    wire::Reader in(wire, limits::frame_before_open);
    in.tuple(2);
    const ByteView body = in.bin(0, limits::frame_before_open);
    if (body.size() > limits::device_list_body) {
        return refuse(Code::TooLarge, "size", "device list of more than 3,840 bytes");
    }
    const auto sig = in.id<crypto::Signature>();
    return in.finish(SignedDeviceList{to_bytes(body), sig});
}

crypto::DeviceListHash device_list_hash(ByteView body) {
    return crypto::hash_as<crypto::DeviceListHash>(Label::Dl, body);
}

// --- Verified form ------------------------------------------------------------------------------

VerifiedDeviceList::VerifiedDeviceList(SignedDeviceList signed_list, DeviceList list)
    : signed_(std::move(signed_list)),
      list_(std::move(list)),
      hash_(device_list_hash(signed_.body)) {}

Result<VerifiedDeviceList> VerifiedDeviceList::verify(const SignedDeviceList& list,
                                                      const crypto::AccountKey& account) {
    if (const auto signature = crypto::verify(Label::Devlist, account, list.body, list.sig);
        !signature) {
        if (signature.error().code == Code::BadKey) {
            return refuse(Code::BadKey, "bad_point", "invalid account key");
        }
        return refuse(Code::BadSignature, "bad_sig", "signature of a device list");
    }
    KITH_TRY(DeviceList content, decode_body(list.body));
    if (content.account != account) {
        return refuse(Code::Malformed, "wrong_account", "device list of another account");
    }
    KITH_CHECK(check_consistency(content));
    for (const ListedDevice& device : content.devices)
        KITH_CHECK(check_device(device, account));
    return VerifiedDeviceList(list, std::move(content));
}

Result<VerifiedDeviceList> VerifiedDeviceList::verify(ByteView wire,
                                                      const crypto::AccountKey& account) {
    KITH_TRY(const auto list, SignedDeviceList::decode(wire));
    return verify(list, account);
}

Result<VerifiedDeviceList> VerifiedDeviceList::sign(const DeviceList& list,
                                                    const crypto::AccountKeyPair& root) {
    if (list.account != root.public_key()) {
        return fail(Code::InvalidArgument, "the list is of another account");
    }
    SignedDeviceList out;
    out.body = encode_body(list);
    if (out.body.size() > limits::device_list_body) {
        return refuse(Code::TooLarge, "size", "device list of more than 3,840 bytes");
    }
    out.sig = crypto::sign(Label::Devlist, root, out.body);
    return verify(out, list.account);
}

Result<VerifiedDeviceList> VerifiedDeviceList::trusted(const SignedDeviceList& list) {
    KITH_TRY(DeviceList content, decode_body(list.body));
    return VerifiedDeviceList(list, std::move(content));
}

DeviceList VerifiedDeviceList::next(std::uint64_t unix_now) const {
    DeviceList list = list_;
    ++list.seq;
    list.previous = hash_;
    list.made = unix_now;
    return list;
}

Result<VerifiedDeviceList> first_device_list(const crypto::AccountKeyPair& root,
                                             const Device& device,
                                             std::uint64_t unix_now) {
    const crypto::AccountKey account = root.public_key();
    DeviceList list;
    list.account = account;
    list.made = unix_now;
    list.beacon_generation = 1;
    ListedDevice& own = list.devices.emplace_back();
    own.id = device.id(account);
    own.signing = device.signing.public_key();
    own.dh = device.dh.public_key();
    own.added = list.seq;
    own.role = DeviceRole::Admin;
    own.consent = sign_consent(device, account, own.added);
    return VerifiedDeviceList::sign(list, root);
}

}  // namespace kith::identity
