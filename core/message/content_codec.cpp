// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/content.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::message {
namespace {

using wire::Reader;
using wire::StrMap;
using wire::Writer;

// Room for the longest text, list or set of endpoints with its framing.
constexpr std::size_t content_max = limits::payload;
constexpr std::size_t id_size = MessageId::size_bytes;
constexpr std::size_t via_size = 12;
constexpr std::uint8_t seen_outside_bit = 1;

// --- Encoding -----------------------------------------------------------------------------------

Bytes joined(const std::vector<MessageId>& ids) {
    Bytes out;
    out.reserve(ids.size() * id_size);
    for (const MessageId& id : ids)
        append(out, id);
    return out;
}

Bytes joined(const std::vector<Receipt::Via>& via) {
    Bytes out;
    out.reserve(via.size() * via_size);
    for (const Receipt::Via& host : via) {
        append(out, host.box);
        append(out, host.envelope);
    }
    return out;
}

struct Encode {
    Writer& out;

    void operator()(const Empty&) const { out.map(0); }

    void operator()(const Text& text) const { out.map(1).key("t").text(text.text); }

    void operator()(const Receipt& receipt) const {
        out.map(receipt.via.empty() ? 2 : 3);
        out.key("k").uint(static_cast<std::uint8_t>(receipt.kind));
        out.key("ids").bin(joined(receipt.ids));
        if (!receipt.via.empty()) out.key("via").bin(joined(receipt.via));
    }

    void operator()(const Request& request) const {
        const bool introduced = !request.introduction.empty();
        const std::size_t more = (request.reach ? 1U : 0U) + (introduced ? 1U : 0U);
        out.map(2 + more).key("name").text(request.name);
        out.key("text").text(request.text);
        optional_reach(request.reach);
        if (introduced) out.key("v").bin(request.introduction);
    }

    void operator()(const Reset& reset) const {
        out.map(reset.lost ? 3 : 2);
        if (reset.lost) out.key("lost").bin(*reset.lost);
        out.key("have").array(reset.have.size());
        for (const Reset::Have& have : reset.have) {
            out.array(3).bin(have.session).uint(have.chain).uint(have.read);
        }
        out.key("nonce").bin(reset.nonce);
    }

    void operator()(const Answer& answer) const {
        out.map(pairs(1, answer.name)).key("ok").boolean(answer.accepted);
        optional_name(answer.name);
    }

    void operator()(const JoinRequest& join) const {
        out.map(pairs(join.reach ? 2 : 1, join.name)).key("inv").bin(join.invite);
        optional_name(join.name);
        optional_reach(join.reach);
    }

    void operator()(const JoinChallenge& join) const {
        out.map(2).key("inv").bin(join.invite).key("cn").bin(join.challenge);
    }

    void operator()(const JoinAuth& join) const {
        out.map(2).key("inv").bin(join.invite).key("m").bin(join.mac);
    }

    void operator()(const JoinOk& join) const {
        out.map(pairs(1, join.name)).key("m").bin(join.mac);
        optional_name(join.name);
    }

    void operator()(const Profile& profile) const {
        out.map(profile.reach ? 2 : 1).key("name").text(profile.name);
        optional_reach(profile.reach);
    }

    void operator()(const Endpoints& told) const {
        out.map(2).key("seq").uint(told.seq).key("end").array(told.endpoints.size());
        for (const Endpoints::Told& one : told.endpoints) {
            out.array(2).uint(one.seen_outside ? seen_outside_bit : 0);
            out.bin(one.endpoint.to_wire());
        }
    }

    void operator()(const DeviceList& list) const {
        out.map(1).key("dl").array(2).bin(list.list.body).bin(list.list.sig);
    }

    void operator()(const DeviceListAsk& ask) const { out.map(1).key("seq").uint(ask.seq); }

    void operator()(const Mailbox& mailbox) const {
        out.map(2).key("k").uint(static_cast<std::uint8_t>(mailbox.kind));
        out.key("b").bin(mailbox.body);
    }

    void operator()(const Introduction& word) const {
        out.map(4).key("r").bin(word.account).key("s").bin(word.reach);
        out.key("name").text(word.name).key("v").bin(word.introduction);
    }

    void operator()(const Unknown& unknown) const { out.raw(unknown.content); }

  private:
    static std::size_t pairs(std::size_t fixed, const std::string& name) {
        return fixed + (name.empty() ? 0 : 1);
    }

    void optional_name(const std::string& name) const {
        if (!name.empty()) out.key("name").text(name);
    }

    void optional_reach(const std::optional<crypto::ReachSecret>& reach) const {
        if (reach) out.key("s").bin(*reach);
    }
};

// --- Decoding -----------------------------------------------------------------------------------

std::optional<crypto::ReachSecret> optional_reach(Reader& in, StrMap& map) {
    if (!map.has("s")) return std::nullopt;
    return in.id<crypto::ReachSecret>();
}

/// An absent name is empty; an empty one is not written, so it is not read either.
std::string optional_name(Reader& in, StrMap& map) {
    if (!map.has("name")) return {};
    std::string name(in.text(name_max));
    in.require(!name.empty());
    return name;
}

Content read_text(Reader&, StrMap& map) {
    return Text{std::string(map.key("t").text(limits::text))};
}

Content read_receipt(Reader& in, StrMap& map) {
    Receipt receipt;
    const std::uint8_t kind = map.key("k").u8();
    in.require(kind == static_cast<std::uint8_t>(Receipt::Kind::Delivered) ||
               kind == static_cast<std::uint8_t>(Receipt::Kind::Read));
    receipt.kind = static_cast<Receipt::Kind>(kind);
    ByteView ids = map.key("ids").bin(id_size, limits::receipt_ids * id_size);
    in.require(ids.size() % id_size == 0);
    for (; ids.size() >= id_size; ids = ids.subspan(id_size)) {
        receipt.ids.push_back(MessageId::copy_of(ids));
    }
    if (!map.has("via")) return receipt;
    ByteView via = in.bin(via_size, limits::receipt_ids * via_size);
    in.require(via.size() % via_size == 0);
    for (; via.size() >= via_size; via = via.subspan(via_size)) {
        Receipt::Via& host = receipt.via.emplace_back();
        std::ranges::copy(via.first(host.box.size()), host.box.begin());
        std::ranges::copy(via.subspan(host.box.size(), host.envelope.size()),
                          host.envelope.begin());
    }
    return receipt;
}

Content read_request(Reader& in, StrMap& map) {
    Request request;
    request.name = map.key("name").text(name_max);
    request.text = map.key("text").text(request_text_max);
    request.reach = optional_reach(in, map);
    if (map.has("v")) request.introduction = to_bytes(in.bin(1, introduction_max));
    return request;
}

Content read_reset(Reader& in, StrMap& map) {
    Reset reset;
    if (map.has("lost")) reset.lost = in.id<SessionId>();
    const std::size_t count = map.key("have").array(0, reset_sessions);
    for (std::size_t i = 0; i < count; ++i) {
        in.tuple(3);
        Reset::Have have;
        have.session = in.id<SessionId>();
        have.chain = in.u32();
        have.read = in.u32();
        reset.have.push_back(have);
    }
    reset.nonce = map.key("nonce").fixed<16>();
    return reset;
}

Content read_answer(Reader& in, StrMap& map) {
    Answer answer;
    answer.accepted = map.key("ok").boolean();
    answer.name = optional_name(in, map);
    return answer;
}

Content read_join_request(Reader& in, StrMap& map) {
    JoinRequest join;
    join.invite = map.key("inv").id<InviteId>();
    join.name = optional_name(in, map);
    join.reach = optional_reach(in, map);
    return join;
}

Content read_join_challenge(Reader&, StrMap& map) {
    JoinChallenge join;
    join.invite = map.key("inv").id<InviteId>();
    join.challenge = map.key("cn").id<identity::JoinChallenge>();
    return join;
}

Content read_join_auth(Reader&, StrMap& map) {
    JoinAuth join;
    join.invite = map.key("inv").id<InviteId>();
    join.mac = map.key("m").id<crypto::Mac32>();
    return join;
}

Content read_join_ok(Reader& in, StrMap& map) {
    JoinOk join;
    join.mac = map.key("m").id<crypto::Mac32>();
    join.name = optional_name(in, map);
    return join;
}

Content read_profile(Reader& in, StrMap& map) {
    Profile profile;
    profile.name = map.key("name").text(name_max);
    profile.reach = optional_reach(in, map);
    return profile;
}

Content read_endpoints(Reader& in, StrMap& map) {
    Endpoints told;
    told.seq = map.key("seq").u64();
    const std::size_t count = map.key("end").array(0, told_endpoints);
    for (std::size_t i = 0; i < count; ++i) {
        in.tuple(2);
        const std::uint8_t flags = in.u8();
        in.require((flags & ~seen_outside_bit) == 0);
        const auto address = in.fixed<endpoint_size>();
        told.endpoints.push_back({Endpoint::from_wire(address), flags != 0});
    }
    return told;
}

Content read_device_list(Reader& in, StrMap& map) {
    map.key("dl").tuple(2);
    DeviceList list;
    list.list.body = to_bytes(in.bin(1, limits::device_list_body));
    list.list.sig = in.id<crypto::Signature>();
    return list;
}

Content read_device_list_ask(Reader&, StrMap& map) {
    return DeviceListAsk{map.key("seq").u64()};
}

Content read_mailbox(Reader&, StrMap& map) {
    Mailbox mailbox;
    mailbox.kind = static_cast<Mailbox::Kind>(map.key("k").u8());
    mailbox.body = to_bytes(map.key("b").bin(1, mailbox_body_max));
    return mailbox;
}

Content read_introduction(Reader&, StrMap& map) {
    Introduction word;
    word.account = map.key("r").id<crypto::AccountKey>();
    word.reach = map.key("s").id<crypto::ReachSecret>();
    word.name = map.key("name").text(name_max);
    word.introduction = to_bytes(map.key("v").bin(1, introduction_max));
    return word;
}

Content read_empty(Reader&, StrMap&) {
    return Empty{};
}

using Read = Content (*)(Reader&, StrMap&);

constexpr std::array<Read, 16> readers{read_empty,
                                       read_text,
                                       read_receipt,
                                       read_request,
                                       read_reset,
                                       read_answer,
                                       read_join_request,
                                       read_join_challenge,
                                       read_join_auth,
                                       read_join_ok,
                                       read_profile,
                                       read_endpoints,
                                       read_device_list,
                                       read_device_list_ask,
                                       read_mailbox,
                                       read_introduction};

static_assert(readers.size() + 1 == std::variant_size_v<Content>);

}  // namespace

void encode_content(const Content& content, Bytes& out) {
    Writer writer(out);
    std::visit(Encode{writer}, content);
}

Result<Content> decode_content(std::uint8_t type, ByteView c) {
    Reader in(c, content_max);
    if (type >= readers.size()) {
        in.raw();
        return in.finish(Content(Unknown{type, to_bytes(c)}));
    }
    StrMap map(in);
    Content content = readers[type](in, map);
    map.end();
    return in.finish(std::move(content));
}

}  // namespace kith::message
