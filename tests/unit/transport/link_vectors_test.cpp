// SPDX-License-Identifier: GPL-3.0-or-later
// Section "link" of kith_protocol.json: 11 bodies to make, 22 to refuse.
#include "tests/support/vector_file.h"
#include "tests/unit/transport/handshake_fixture.h"

namespace kith::transport {
namespace {

using test::hex;
using test::hex_as;
using test::json;

crypto::LinkNetworkKey network_key(const json& in) {
    return identity::Network(hex_as<crypto::NetworkSecret>(in["P"])).link_key();
}

Bytes make_call(const json& in) {
    wire::Call call;
    call.mac = call_mac(network_key(in),
                        hex_as<crypto::ChannelBinding>(in["x"]),
                        hex_as<crypto::CallId>(in["cid"]))
                   .array();
    return wire::encode_body(call);
}

// The id that the keys of a responder make: of a device, a box, a device being linked.
Bytes id_of_keys(const json& in, ByteView keys) {
    const auto kind = in["kind"].get<int>();
    if (kind == 0) {
        return to_bytes(identity::device_id(hex_as<crypto::AccountKey>(in["ak"]),
                                            crypto::DeviceSigningKey::copy_of(keys),
                                            crypto::DeviceDhKey::copy_of(keys.subspan(32))));
    }
    if (kind == 1) return to_bytes(box_id(crypto::MailboxKey::copy_of(keys)));
    return to_bytes(crypto::hash_as<crypto::LinkingId>(crypto::Label::Lid,
                                                       keys.first(32),
                                                       keys.subspan(32, 32),
                                                       keys.subspan(64, 32),
                                                       keys.subspan(96)));
}

Bytes make_auth_s(const json& in) {
    const auto x_of = hex_as<crypto::ChannelBinding>(in["x"]);
    const Bytes keys = hex(in["keys"]);
    EXPECT_EQ(id_of_keys(in, keys), hex(in["id_s"]));
    wire::AuthS auth;
    auth.kind = static_cast<wire::ResponderKind>(in["kind"].get<int>());
    auth.id = hex_as<crypto::BoxId>(in["id_s"]).array();
    auth.keys = keys;
    const auto pair = crypto::MailboxKeyPair::from_seed(hex(in["seed"]));
    auth.sig = crypto::sign(crypto::Label::Link, pair, responder_proof(x_of, auth.id)).array();
    return wire::encode_body(auth);
}

Bytes make_auth_c(const json& in) {
    wire::AuthC auth;
    if (in.value("anonymous", false)) return wire::encode_body(auth);
    const auto did = hex_as<crypto::DeviceId>(in["did"]);
    const auto pair = crypto::DeviceSigningPair::from_seed(hex(in["seed"]));
    EXPECT_EQ(pair.public_key(), hex_as<crypto::DeviceSigningKey>(in["dsk"]));
    EXPECT_EQ(identity::device_id(hex_as<crypto::AccountKey>(in["ak"]),
                                  pair.public_key(),
                                  hex_as<crypto::DeviceDhKey>(in["dxk"])),
              did);
    const auto proof = caller_proof(
        hex_as<crypto::ChannelBinding>(in["x"]), did, hex_as<crypto::BoxId>(in["id_s"]).array());
    auth.device = wire::AuthC::Device{
        hex_as<crypto::AccountKey>(in["ak"]).array(),
        did.array(),
        pair.public_key().array(),
        hex_as<crypto::DeviceDhKey>(in["dxk"]).array(),
        in["dl_seq"].get<std::uint64_t>(),
        hex_as<crypto::DeviceListHash16>(in["dl_hash16"]).array(),
        crypto::sign(crypto::Label::Link, pair, proof).array(),
    };
    return wire::encode_body(auth);
}

Bytes make_ready(const json& in) {
    wire::Ready ready;
    EXPECT_EQ(in["version"].get<int>(), wire::Ready::version);
    ready.list_seq = in["dl_seq"].get<std::uint64_t>();
    ready.list_hash = hex_as<crypto::DeviceListHash16>(in["dl_hash16"]).array();
    return wire::encode_body(ready);
}

TEST(LinkVectors, MakesEveryBodyByteForByte) {
    const auto section = test::protocol_section("link");
    EXPECT_EQ(section.cases.size(), 11U);
    for (const json& item : section.cases) {
        SCOPED_TRACE(test::id_of(item));
        const json& in = item["in"];
        const auto frame = in["frame"].get<std::string>();
        const Bytes body = frame == "CALL"     ? make_call(in)
                           : frame == "AUTH_S" ? make_auth_s(in)
                           : frame == "AUTH_C" ? make_auth_c(in)
                                               : make_ready(in);
        EXPECT_EQ(test::to_text(body), item["out"]["body"].get<std::string>());
    }
}

// The machines' refusal of one body, in the word of the vectors.
class LinkVectorRefusals : public LinkHandshakeTest {
  protected:
    Error refuse_call(const json& in, const wire::Frame& frame) {
        std::vector<ServedIdentity> served;
        for (const json& cid : in["served"]) {
            auto id = std::array<std::uint8_t, 16>{};
            std::ranges::copy(hex(cid), id.begin());
            auto box = bob.box_identity();
            box.box = crypto::BoxId(id);
            served.emplace_back(std::move(box));
        }
        LinkPolicy policy = bob.policy();
        policy.network = network_key(in);
        policy.served = [&served] { return served; };
        LinkCallee callee(policy, hex_as<crypto::ChannelBinding>(in["x"]));
        return callee.receive(frame).error();
    }

    Error refuse_auth_s(const json& in, const wire::Frame& frame) {
        DeviceCallee callee;
        callee.account = hex_as<crypto::AccountKey>(in["ak"]);
        callee.cid = hex_as<crypto::CallId>(in["cid"]);
        LinkCaller machine(
            alice_policy, callee, LinkRole::Anonymous, hex_as<crypto::ChannelBinding>(in["x"]));
        std::ignore = machine.start();
        return machine.receive(frame).error();
    }

    Error refuse_auth_c(const json& in, const wire::Frame& frame) {
        const auto x_of = hex_as<crypto::ChannelBinding>(in["x"]);
        auto box = bob.box_identity();
        box.box = hex_as<crypto::BoxId>(in["id_s"]);
        LinkPolicy policy = bob.policy();
        policy.served = [&box] { return std::vector<ServedIdentity>{box}; };
        LinkCallee callee(policy, x_of);
        wire::Call call;
        call.mac = call_mac(policy.network, x_of, identity::call_id(box.box)).array();
        Bytes bytes;
        wire::append_frame(bytes, call);
        EXPECT_TRUE(callee.receive(frame_of(bytes)).has_value());
        return callee.receive(frame).error();
    }
};

// Where this implementation has its own word for a check of the model: signatures have a code, an
// unknown kind is named, and what follows [1] is found at the end.
std::string word_of(const Error& error, const std::string& id) {
    if (error.code == Code::BadSignature) return "bad_sig";
    const auto word = std::string(refusal_word(error));
    const bool after_anonymous = id == "AUTH_C, [1, 1]" && word == "mp_trailing";
    return word == "bad_kind" || after_anonymous ? "mp_field" : word;
}

TEST_F(LinkVectorRefusals, RefusesEveryBadBodyForItsReason) {
    const auto section = test::protocol_section("link");
    EXPECT_EQ(section.bad.size(), 22U);
    for (const json& item : section.bad) {
        SCOPED_TRACE(test::id_of(item));
        const json& in = item["in"];
        const auto type = in["frame"].get<std::string>();
        const Bytes body = hex(in["body"]);
        const wire::Frame frame{type == "CALL" ? FrameType::Call : FrameType::Auth, body};
        const Error error = type == "CALL"     ? refuse_call(in, frame)
                            : type == "AUTH_S" ? refuse_auth_s(in, frame)
                                               : refuse_auth_c(in, frame);
        EXPECT_EQ(word_of(error, item["id"]), item["code"].get<std::string>()) << error.context;
    }
}

}  // namespace
}  // namespace kith::transport
