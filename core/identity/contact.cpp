// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/contact.h"

#include "core/base/refusal.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::identity {

namespace {

constexpr std::uint8_t row_version = 1;
// Device lists (below 90 KiB), names, and endpoints of eight devices.
constexpr std::size_t row_max = std::size_t{128} << 10;
constexpr std::size_t endpoints_max = limits::devices * Contact::endpoints_per_device;

// Longest time away after which an address is still tried first.
bool is_old(const KnownEndpoint& known, Timestamp now) {
    return now - known.good > Contact::endpoint_lifetime;
}

void write_endpoint(wire::Writer& out, const KnownEndpoint& known) {
    out.array(3).bin(known.device).bin(known.endpoint.to_wire()).uint(unix_seconds(known.good));
}

KnownEndpoint read_endpoint(wire::Reader& in) {
    in.tuple(3);
    KnownEndpoint known;
    known.device = in.id<crypto::DeviceId>();
    known.endpoint = Endpoint::from_wire(in.fixed<endpoint_size>());
    known.good = from_unix_seconds(in.u64());
    return known;
}

bool is_state(std::uint8_t value) {
    return value >= static_cast<std::uint8_t>(ContactState::PendingOut) &&
           value <= static_cast<std::uint8_t>(ContactState::Removed);
}

ContactState read_state(wire::Reader& in) {
    const std::uint8_t value = in.u8();
    in.require(is_state(value));
    return static_cast<ContactState>(value);
}

Trust read_trust(wire::Reader& in) {
    const std::uint8_t value = in.u8();
    in.require(value <= static_cast<std::uint8_t>(Trust::KeyChanged));
    return static_cast<Trust>(value);
}

}  // namespace

std::optional<Address> Contact::address() const {
    if (!reach) return std::nullopt;
    return Address::of(account, *reach);
}

void Contact::endpoint_worked(const crypto::DeviceId& device,
                              const Endpoint& endpoint,
                              Timestamp now) {
    const auto same = [&](const KnownEndpoint& known) {
        return known.device == device && known.endpoint == endpoint;
    };
    std::erase_if(endpoints, same);
    // The newest come first; one too many of this device drops its oldest.
    endpoints.insert(endpoints.begin(), KnownEndpoint{device, endpoint, now});
    std::size_t seen = 0;
    std::erase_if(endpoints, [&](const KnownEndpoint& known) {
        return known.device == device && ++seen > endpoints_per_device;
    });
    if (endpoints.size() > endpoints_max) endpoints.resize(endpoints_max);
}

void Contact::prune_endpoints(Timestamp now) {
    std::erase_if(endpoints, [&](const KnownEndpoint& known) {
        const bool gone = devices.newest() && !devices.newest()->list().find(known.device);
        return gone || is_old(known, now);
    });
}

std::vector<Endpoint> Contact::endpoints_of(const crypto::DeviceId& device) const {
    std::vector<Endpoint> out;
    for (const KnownEndpoint& known : endpoints) {
        if (known.device == device) out.push_back(known.endpoint);
    }
    return out;
}

void Contact::raise_trust(Trust to) {
    trust = std::max(trust, to);  // KeyChanged is the largest
}

Bytes Contact::encode() const {
    Bytes row;
    wire::Writer out(row);
    out.map(10U + (reach ? 1U : 0U) + (successor ? 1U : 0U) + (last_seen ? 1U : 0U));
    out.key("v").uint(row_version).key("ak").bin(account);
    if (reach) out.key("s").bin(*reach);
    out.key("name").text(local_name).key("self").text(self_name).key("note").text(note);
    out.key("state").array(2).uint(static_cast<std::uint8_t>(standing.state));
    out.uint(static_cast<std::uint8_t>(standing.before_block));
    out.key("trust").uint(static_cast<std::uint8_t>(trust));
    if (successor) out.key("next").bin(*successor);
    out.key("devices").bin(devices.encode());
    out.key("at").array(endpoints.size());
    for (const KnownEndpoint& known : endpoints)
        write_endpoint(out, known);
    out.key("added").uint(unix_millis(added));
    if (last_seen) out.key("seen").uint(unix_millis(*last_seen));
    return row;
}

Result<Contact> Contact::decode(ByteView row) {
    wire::Reader in(row, row_max);
    wire::StrMap map(in);
    const std::uint8_t version = map.key("v").u8();
    if (in.ok() && version != row_version) {
        return refuse(Code::UnsupportedVersion, "version", "contact of another version");
    }
    Contact contact(map.key("ak").id<crypto::AccountKey>());
    if (map.has("s")) contact.reach = in.id<crypto::ReachSecret>();
    contact.local_name = map.key("name").text(max_name);
    contact.self_name = map.key("self").text(max_name);
    contact.note = map.key("note").text(max_note);
    map.key("state").tuple(2);
    contact.standing.state = read_state(in);
    contact.standing.before_block = read_state(in);
    contact.trust = read_trust(map.key("trust"));
    if (map.has("next")) contact.successor = in.id<crypto::AccountKey>();
    const ByteView devices = map.key("devices").bin(0, row_max);
    contact.endpoints.resize(map.key("at").array(0, endpoints_max));
    for (KnownEndpoint& known : contact.endpoints)
        known = read_endpoint(in);
    contact.added = from_unix_millis(map.key("added").u64());
    if (map.has("seen")) contact.last_seen = from_unix_millis(in.u64());
    map.end();
    KITH_CHECK(in.finish());
    KITH_TRY(contact.devices, KnownDevices::decode(devices));
    if (contact.devices.account() != contact.account) {
        return refuse(Code::Malformed, "wrong_account", "device lists of another account");
    }
    return contact;
}

}  // namespace kith::identity
