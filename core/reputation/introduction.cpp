// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/introduction.h"

#include "core/base/refusal.h"
#include "core/crypto/secret.h"
#include "core/wire/map_reader.h"
#include "core/wire/writer.h"

#include <algorithm>

namespace kith::reputation {
namespace {

using crypto::Label;

constexpr std::uint8_t body_version = 1;
constexpr Duration clock_slack = days(1);

Bytes encode_body(const Introduction& introduction) {
    Bytes body;
    wire::Writer out(body);
    out.map(6).key("v").uint(body_version).key("x").bin(introduction.introduced);
    out.key("r").bin(introduction.recipient).key("id").bin(introduction.id);
    out.key("exp").uint(introduction.expires).key("did").bin(introduction.device);
    return body;
}

Result<Introduction> decode_body(ByteView body) {
    wire::Reader in(body, introduction_body_max);
    wire::StrMap map(in);
    in.require(map.key("v").u8() == body_version);
    Introduction out;
    out.introduced = map.key("x").id<crypto::AccountKey>();
    out.recipient = map.key("r").id<crypto::AccountKey>();
    out.id = map.key("id").id<IntroductionId>();
    out.expires = map.key("exp").u64();
    out.device = map.key("did").id<crypto::DeviceId>();
    map.end();
    return in.finish(out);
}

}  // namespace

Introduction Introduction::make(const crypto::AccountKey& introduced,
                                const crypto::AccountKey& recipient,
                                const crypto::DeviceId& device,
                                Timestamp now,
                                Random& random) {
    return {introduced,
            recipient,
            IntroductionId(random.array<16>()),
            unix_seconds(now + introduction_lifetime),
            device};
}

SignedIntroduction SignedIntroduction::sign(const Introduction& introduction,
                                            const crypto::DeviceSigningPair& device) {
    Bytes body = encode_body(introduction);
    const crypto::Signature signature = crypto::sign(Label::Vouch, device, body);
    return {std::move(body), signature};
}

Bytes SignedIntroduction::encode() const {
    Bytes bytes;
    wire::Writer(bytes).array(2).bin(body).bin(signature);
    return bytes;
}

Result<SignedIntroduction> SignedIntroduction::decode(ByteView bytes) {
    wire::Reader in(bytes, introduction_max);
    in.tuple(2);
    SignedIntroduction out;
    out.body = to_bytes(in.bin(1, introduction_body_max));
    out.signature = in.id<crypto::Signature>();
    return in.finish(std::move(out));
}

Result<crypto::DeviceId> SignedIntroduction::claimed_device() const {
    KITH_TRY(const Introduction claimed, decode_body(body));
    return claimed.device;
}

Result<Introduction> verify_introduction(const SignedIntroduction& introduction,
                                         const identity::KnownDevices& voucher,
                                         const crypto::AccountKey& sender,
                                         const crypto::AccountKey& self,
                                         Timestamp now) {
    KITH_TRY(const crypto::DeviceId claimed, introduction.claimed_device());
    const identity::ListedDevice* const device = voucher.find(claimed);
    if (device == nullptr) {
        return refuse(Code::NotFound, "unknown_device", "introduced by an unknown device");
    }
    if (!crypto::verify(Label::Vouch, device->signing, introduction.body, introduction.signature)) {
        return refuse(Code::BadSignature, "bad_sig", "signature of an introduction");
    }
    KITH_TRY(const Introduction out, decode_body(introduction.body));
    if (out.introduced != sender || out.recipient != self) {
        return refuse(Code::Refused, "wrong_account", "introduction of somebody else");
    }
    const Timestamp end = from_unix_seconds(out.expires);
    if (end <= now || end > now + introduction_lifetime + clock_slack) {
        return refuse(Code::Expired, "expired", "introduction out of its term");
    }
    return out;
}

std::vector<IntroductionId> ChargedIntroductions::add(const IntroductionId& id,
                                                      std::uint64_t expires,
                                                      Timestamp now) {
    std::vector<IntroductionId> gone;
    for (const auto& [known, end] : ends_) {
        if (end <= unix_seconds(now)) gone.push_back(known);
    }
    for (const auto& ended : gone)
        ends_.erase(ended);
    if (ends_.size() >= most) {
        const auto first =
            std::ranges::min_element(ends_, {}, [](const auto& entry) { return entry.second; });
        gone.push_back(first->first);
        ends_.erase(first);
    }
    ends_.emplace(id, expires);
    return gone;
}

}  // namespace kith::reputation
