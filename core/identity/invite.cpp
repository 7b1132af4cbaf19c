// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/invite.h"

#include "core/base/assert.h"
#include "core/base/encoding.h"
#include "core/base/refusal.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"

#include <algorithm>

namespace kith::identity {

using crypto::Label;

namespace {

constexpr std::string_view link_prefix = "kith:i/1";
constexpr std::string_view qr_prefix = "KITH:I/1";

// Bits of `flags`. Part of the format; all others are zero.
constexpr std::uint8_t has_network = 1;
constexpr std::uint8_t has_node = 2;
constexpr std::uint8_t has_second_node = 4;
constexpr std::uint8_t has_group = 8;
constexpr std::uint8_t known_flags = has_network | has_node | has_second_node | has_group;

constexpr std::size_t fixed_size = 1 + 32 + 16 + 8 + 16 + 4;
constexpr std::size_t checksum_size = 4;
constexpr std::size_t largest = fixed_size + 32 + invite_nodes * endpoint_size + 32 + checksum_size;

Bytes checksum(ByteView bytes) {
    const crypto::Hash32 hash = crypto::hash(Label::InviteChk, bytes);
    return to_bytes(hash.view().first(checksum_size));
}

std::uint8_t flags_of(const Invite& invite) {
    unsigned flags = 0;
    if (invite.network) flags |= has_network;
    if (!invite.nodes.empty()) flags |= has_node;
    if (invite.nodes.size() > 1) flags |= has_second_node;
    if (invite.group) flags |= has_group;
    return static_cast<std::uint8_t>(flags);
}

std::size_t size_with(std::uint8_t flags) {
    std::size_t size = fixed_size + checksum_size;
    if (flags & has_network) size += crypto::NetworkSecret::size_bytes;
    if (flags & has_node) size += endpoint_size;
    if (flags & has_second_node) size += endpoint_size;
    if (flags & has_group) size += crypto::GroupId::size_bytes;
    return size;
}

Bytes encode(const Invite& invite) {
    KITH_ASSERT(invite.nodes.size() <= invite_nodes);
    Bytes out;
    out.reserve(largest);
    out.push_back(flags_of(invite));
    append(out, invite.account);
    append(out, invite.reach);
    append(out, invite.id);
    append(out, invite.auth.expose());
    append_be<std::uint32_t>(out, invite.expires);
    if (invite.network) append(out, invite.network->expose());
    for (const Endpoint& node : invite.nodes)
        append(out, node.to_wire());
    if (invite.group) append(out, *invite.group);
    append(out, checksum(out));
    return out;
}

// Takes the next bytes of the link; its length has been checked.
class Cursor {
  public:
    explicit Cursor(ByteView bytes) : rest_(bytes) {}

    ByteView take(std::size_t count) {
        const ByteView out = rest_.first(count);
        rest_ = rest_.subspan(count);
        return out;
    }

    template <class T>
    T take() {
        return T::copy_of(take(T::size_bytes));
    }

  private:
    ByteView rest_;
};

Result<> check_form(ByteView bytes) {
    if (bytes.size() < fixed_size + checksum_size || bytes.size() > largest) {
        return refuse(Code::Malformed, "bad_length", "an invitation of the wrong length");
    }
    const std::size_t covered = bytes.size() - checksum_size;
    if (!equal(checksum(bytes.first(covered)), bytes.subspan(covered))) {
        return refuse(Code::Malformed, "bad_checksum", "a typing error somewhere");
    }
    const std::uint8_t flags = bytes[0];
    const bool second_without_first = (flags & has_second_node) && !(flags & has_node);
    if ((flags & ~unsigned{known_flags}) != 0 || second_without_first) {
        return refuse(Code::Malformed, "bad_flags", "an invitation of a newer kith");
    }
    if (bytes.size() != size_with(flags)) {
        return refuse(Code::Malformed, "bad_length", "an invitation of the wrong length");
    }
    return success();
}

Result<Invite> decode(ByteView bytes) {
    KITH_CHECK(check_form(bytes));
    Cursor in(bytes);
    const std::uint8_t flags = in.take(1)[0];
    const auto account = in.take<crypto::AccountKey>();
    const auto reach = in.take<crypto::ReachSecret>();
    const auto id = in.take<crypto::InviteId>();
    Invite invite{account, reach, id, in.take<crypto::InviteAuth>()};
    invite.expires = read_be<std::uint32_t>(in.take(4));
    if (flags & has_network) invite.network = in.take<crypto::NetworkSecret>();
    if (flags & has_node) invite.nodes.push_back(Endpoint::from_wire(in.take(endpoint_size)));
    if (flags & has_second_node) {
        invite.nodes.push_back(Endpoint::from_wire(in.take(endpoint_size)));
    }
    if (flags & has_group) invite.group = in.take<crypto::GroupId>();
    if (!crypto::is_valid(invite.account)) {
        return refuse(Code::BadKey, "bad_point", "the key in the invitation is not valid");
    }
    return invite;
}

Result<Bytes> bytes_of(std::string_view text) {
    if (text.starts_with(link_prefix)) return from_base64url(text.substr(link_prefix.size()));
    if (text.starts_with(qr_prefix)) return from_base32(text.substr(qr_prefix.size()));
    return refuse(Code::Malformed, "bad_prefix", "not an invitation of this version");
}

}  // namespace

Invite Invite::generate(const crypto::AccountKey& account,
                        const crypto::ReachSecret& reach,
                        Timestamp expires,
                        Random& random) {
    const auto id = crypto::draw_public<crypto::InviteId>(random);
    Invite invite{account, reach, id, crypto::draw_secret<crypto::InviteAuth>(random)};
    constexpr std::uint64_t last = 0xffffffff;
    invite.expires = static_cast<std::uint32_t>(std::min(unix_seconds(expires), last));
    return invite;
}

std::string Invite::link() const {
    Bytes bytes = encode(*this);
    const crypto::WipeGuard wiped(bytes);
    return std::string(link_prefix) + to_base64url(bytes);
}

std::string Invite::qr() const {
    Bytes bytes = encode(*this);
    const crypto::WipeGuard wiped(bytes);
    return std::string(qr_prefix) + to_base32(bytes);
}

Result<Invite> Invite::parse(std::string_view text) {
    KITH_TRY(Bytes bytes, bytes_of(text));
    const crypto::WipeGuard wiped(bytes);
    return decode(bytes);
}

Result<> Invite::check_not_expired(Timestamp now) const {
    if (expired(now)) return refuse(Code::Expired, "expired", "the invitation has expired");
    return success();
}

crypto::InviteKey invite_key(const crypto::InviteAuth& auth) {
    return crypto::kdf1<crypto::InviteKey>(Label::Invite, auth.expose());
}

crypto::Seed32 invite_deposit_seed(const crypto::InviteAuth& auth, const crypto::InviteId& invite) {
    return crypto::kdf<crypto::Seed32>(Label::InvDep, crypto::zero_salt, auth.expose(), invite);
}

crypto::DepositKeyPair invite_deposit_key(const crypto::InviteAuth& auth,
                                          const crypto::InviteId& invite) {
    return crypto::DepositKeyPair::from_seed(invite_deposit_seed(auth, invite).expose());
}

}  // namespace kith::identity
