// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/host_offer.h"

#include "core/crypto/sign.h"
#include "core/identity/account.h"
#include "core/mailbox/announcement.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

namespace kith::mailbox {

crypto::BoxId HostOffer::id() const {
    return identity::box_id(key);
}

Bytes encode(const HostOffer& offer) {
    Bytes bytes;
    wire::Writer out(bytes);
    out.map(3).key("k").bin(offer.key).key("addr").array(offer.endpoints.size());
    for (const Endpoint& endpoint : offer.endpoints)
        out.bin(endpoint.to_wire());
    out.key("free").uint(offer.free_bytes);
    return bytes;
}

Bytes encode(const LeaseWish& wish) {
    Bytes bytes;
    wire::Writer(bytes).map(2).key("box").bin(wish.box).key("lk").bin(wish.owner);
    return bytes;
}

Result<HostOffer> decode_host_offer(ByteView bytes) {
    wire::Reader in(bytes, host_message_max);
    wire::StrMap map(in);
    HostOffer offer;
    offer.key = map.key("k").id<crypto::MailboxKey>();
    offer.endpoints.resize(map.key("addr").array(0, announced_endpoints));
    for (Endpoint& endpoint : offer.endpoints)
        endpoint = Endpoint::from_wire(in.fixed<endpoint_size>());
    offer.free_bytes = map.key("free").u64();
    map.end();
    KITH_CHECK(in.finish());
    if (!crypto::is_valid(offer.key)) return fail(Code::BadKey, "a host's key is not valid");
    return offer;
}

Result<LeaseWish> decode_lease_wish(ByteView bytes) {
    wire::Reader in(bytes, host_message_max);
    wire::StrMap map(in);
    LeaseWish wish;
    wish.box = map.key("box").id<crypto::BoxId>();
    wish.owner = map.key("lk").id<crypto::LeaseKey>();
    map.end();
    KITH_CHECK(in.finish());
    if (!crypto::is_valid(wish.owner)) return fail(Code::BadKey, "a lease key is not valid");
    return wish;
}

}  // namespace kith::mailbox
