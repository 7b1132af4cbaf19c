// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/announcement.h"

#include "core/crypto/sign.h"
#include "core/identity/account.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::mailbox {

namespace {

AnnouncedHost read_host(wire::Reader& in) {
    in.tuple(3);
    AnnouncedHost host;
    host.key = in.id<crypto::MailboxKey>();
    host.own = in.boolean();
    host.endpoints.resize(in.array(0, announced_endpoints));
    for (Endpoint& endpoint : host.endpoints)
        endpoint = Endpoint::from_wire(in.fixed<endpoint_size>());
    return host;
}

bool all_different(const std::vector<AnnouncedHost>& hosts) {
    for (auto host = hosts.begin(); host != hosts.end(); ++host) {
        if (std::ranges::find(host + 1, hosts.end(), host->key, &AnnouncedHost::key) != hosts.end())
            return false;
    }
    return true;
}

}  // namespace

crypto::BoxId AnnouncedHost::id() const {
    return identity::box_id(key);
}

Announcement Announcement::clone() const {
    return {seq, hosts, deposit_seed.clone(), deposit_expires};
}

Bytes encode(const Announcement& announcement) {
    Bytes bytes;
    bytes.reserve(announcement_max);  // so that no copy of the seed stays behind
    wire::Writer out(bytes);
    out.map(4).key("seq").uint(announcement.seq);
    out.key("hosts").array(announcement.hosts.size());
    for (const AnnouncedHost& host : announcement.hosts) {
        out.array(3).bin(host.key).boolean(host.own).array(host.endpoints.size());
        for (const Endpoint& endpoint : host.endpoints)
            out.bin(endpoint.to_wire());
    }
    out.key("d").bin(announcement.deposit_seed.expose());
    out.key("exp").uint(unix_seconds(announcement.deposit_expires));
    return bytes;
}

Result<Announcement> decode_announcement(ByteView bytes) {
    wire::Reader in(bytes, announcement_max);
    wire::StrMap map(in);
    const std::uint64_t seq = map.key("seq").u64();
    std::vector<AnnouncedHost> hosts(map.key("hosts").array(0, announced_hosts));
    for (AnnouncedHost& host : hosts)
        host = read_host(in);
    const ByteView seed = map.key("d").bin(crypto::Seed32::size_bytes, crypto::Seed32::size_bytes);
    const std::uint64_t expires = map.key("exp").u64();
    map.end();
    in.require(all_different(hosts));
    KITH_CHECK(in.finish());
    for (const AnnouncedHost& host : hosts)
        if (!crypto::is_valid(host.key)) return fail(Code::BadKey, "a host's key is not valid");
    return Announcement{
        seq, std::move(hosts), crypto::Seed32::copy_of(seed), from_unix_seconds(expires)};
}

}  // namespace kith::mailbox
