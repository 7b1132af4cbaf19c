// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/beacon.h"

#include "core/base/limits.h"
#include "core/crypto/aead.h"
#include "core/crypto/sign.h"
#include "core/directory/beacon_fields.h"
#include "core/directory/record_rules.h"

#include <limits>

namespace kith::directory {

namespace {

// Clocks of honest devices differ; part of the protocol.
constexpr Duration made_ahead = hours(2);

// `rev` is 8 * n + index, because an account has at most 8 devices.
constexpr std::uint32_t rev_step = 8;
static_assert(limits::devices == rev_step);

struct Copy {
    std::uint8_t index;
    std::uint32_t rev;
};

Bytes make_copy(const EpochKeys& keys,
                const crypto::BeaconKeyPair& signer,
                const Certificate& certificate,
                Copy copy,
                const BeaconContent& content,
                Random& random) {
    Bytes out;
    out.reserve(beacon_size);
    out.push_back(beacon_version);
    out.push_back(copy.index);
    append_be<std::uint64_t>(out, keys.epoch.value());
    append(out, keys.account);
    append_be<std::uint32_t>(out, certificate.reissue);
    append_be<std::uint32_t>(out, copy.rev);
    append(out, signer.public_key());
    append(out, commit(certificate.nonce, content.list));
    append(out, certificate.signature);
    // A nonce of its own for each copy: the two slots share no sealed byte.
    const auto nonce = crypto::draw_public<crypto::AeadNonce>(random);
    const Bytes sealed = crypto::aead_seal(
        keys.cipher.expose(), nonce, out, encode_content(content, certificate.nonce));
    append(out, nonce);
    append(out, sealed);
    append(out, crypto::sign(crypto::Label::Beacon, signer, out));
    return out;
}

}  // namespace

Result<BeaconPair> make_beacon(const EpochKeys& keys,
                               const crypto::BeaconKeyPair& signer,
                               const Certificate& certificate,
                               std::uint32_t rev,
                               const BeaconContent& content,
                               Random& random) {
    if (content.boxes.size() > beacon_boxes || content.endpoints.size() > beacon_endpoints) {
        return fail(Code::InvalidArgument, "more boxes or endpoints than a beacon holds");
    }
    if (certificate.epoch != keys.epoch) {
        return fail(Code::InvalidArgument, "certificate of another epoch");
    }
    KITH_CHECK(verify_certificate(certificate, keys.account, signer.public_key(), content.list));
    return BeaconPair{make_copy(keys, signer, certificate, Copy{0, rev}, content, random),
                      make_copy(keys, signer, certificate, Copy{1, rev}, content, random)};
}

Result<Beacon> read_beacon(const Slot& slot,
                           ByteView data,
                           const EpochKeys& keys,
                           Timestamp now,
                           std::uint64_t known_seq) {
    KITH_CHECK(check_record(slot, data, epoch_at(now)));
    const BeaconFields fields(data);
    if (fields.account() != keys.account) return fail(Code::Refused, "wrong_account");
    auto plain = crypto::aead_open(
        keys.cipher.expose(), fields.nonce(), fields.associated(), fields.sealed());
    if (!plain) return fail(Code::DecryptFailed, "open_failed");
    KITH_TRY(OpenedContent opened, decode_content(*plain));
    BeaconContent& content = opened.content;
    if (commit(opened.nonce, content.list) != fields.commitment()) {
        return fail(Code::BadSignature, "bad_dlc");
    }
    if (content.made > now + made_ahead) return fail(Code::Stale, "from_future");
    if (content.list.seq < known_seq) return fail(Code::Stale, "stale_dl");
    return Beacon{fields.epoch(), fields.revision(), fields.signer(), std::move(content)};
}

Result<Beacon> read_beacon(ByteView data,
                           const EpochKeys& keys,
                           Timestamp now,
                           std::uint64_t known_seq) {
    // A wrong size or index fails in check_record, whatever slot is named here.
    const std::size_t index = data.size() == beacon_size ? BeaconFields(data).index() : 0;
    return read_beacon(keys.slots[index < 2 ? index : 0], data, keys, now, known_seq);
}

std::optional<std::uint32_t> next_rev(std::uint32_t highest_seen, std::size_t device_index) {
    KITH_ASSERT(device_index < rev_step);
    const std::uint64_t next = (std::uint64_t{highest_seen} / rev_step + 1) * rev_step;
    const std::uint64_t rev = next + device_index;
    if (rev > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(rev);
}

std::vector<BeaconEndpoint> merge_endpoints(const std::vector<BeaconEndpoint>& newest,
                                            const crypto::CallId& device,
                                            const std::vector<BeaconEndpoint>& own) {
    std::vector<BeaconEndpoint> out;
    const auto add = [&out](const BeaconEndpoint& entry) {
        if (out.size() < beacon_endpoints) out.push_back(entry);
    };
    for (const BeaconEndpoint& entry : own) {
        add(entry);
    }
    for (const BeaconEndpoint& entry : newest) {
        if (entry.device != device) add(entry);
    }
    return out;
}

}  // namespace kith::directory
