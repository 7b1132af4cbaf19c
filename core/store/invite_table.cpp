// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/invite_table.h"

#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace kith::store {
namespace {

constexpr std::uint8_t made_rows = 0x01;
constexpr std::uint8_t held_rows = 0x02;
constexpr std::size_t row_max = 4096;

Bytes made_key(const crypto::InviteId& id) {
    return concat(Bytes{made_rows}, id);
}

crypto::InviteKey read_key(wire::Reader& in) {
    return crypto::InviteKey::copy_of(in.fixed<32>());
}

Result<MadeInvite> decode_made(ByteView row) {
    wire::Reader in(row, row_max);
    const std::size_t fields = in.array(6, 7);
    const auto id = in.id<crypto::InviteId>();
    MadeInvite out{id, read_key(in), 0, {}, false, {}, {}};
    out.uses_left = in.u32();
    out.expires = from_unix_seconds(in.u64());
    out.network_only = in.boolean();
    const std::size_t count = in.array(0, MadeInvite::max_pending);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        in.tuple(3);
        PendingJoin join;
        join.joiner = in.id<crypto::AccountKey>();
        join.challenge = in.id<identity::JoinChallenge>();
        join.asked = from_unix_seconds(in.u64());
        out.pending.push_back(join);
    }
    if (fields == 7 && !in.take_nil()) out.deposit = in.id<crypto::DepositKey>();
    if (!in.finish()) return fail(Code::Corrupt, "an invitation cannot be read");
    return out;
}

Result<HeldInvite> decode_held(ByteView row) {
    wire::Reader in(row, row_max);
    const std::size_t fields = in.array(5, 6);
    const auto inviter = in.id<crypto::AccountKey>();
    const auto id = in.id<crypto::InviteId>();
    HeldInvite out{inviter, id, read_key(in), {}, {}, {}};
    out.expires = from_unix_seconds(in.u64());
    if (!in.take_nil()) out.challenge = in.id<identity::JoinChallenge>();
    if (fields == 6 && !in.take_nil()) out.deposit = crypto::Seed32::copy_of(in.fixed<32>());
    if (!in.finish()) return fail(Code::Corrupt, "an invitation cannot be read");
    return out;
}

}  // namespace

Bytes InviteTable::held_key(const crypto::AccountKey& inviter) const {
    return concat(Bytes{held_rows}, store_.index(Table::Invite, inviter));
}

Result<std::vector<MadeInvite>> InviteTable::made() const {
    std::vector<MadeInvite> out;
    Result<> parsed;
    const Bytes prefix{made_rows};
    const Scan rows{.table = Table::Invite, .prefix = prefix};
    KITH_CHECK(store_.scan(rows, [&](ByteView, ByteView row) {
        auto invite = decode_made(row);
        if (invite) {
            out.push_back(*std::move(invite));
        } else {
            parsed = tl::unexpected(invite.error());
        }
        return parsed.has_value();
    }));
    KITH_CHECK(parsed);
    return out;
}

Result<std::optional<MadeInvite>> InviteTable::made(const crypto::InviteId& id) const {
    KITH_TRY(const auto row, store_.get(Table::Invite, made_key(id)));
    if (!row) return std::optional<MadeInvite>();
    KITH_TRY(auto invite, decode_made(*row));
    return std::optional<MadeInvite>(std::move(invite));
}

void InviteTable::put(Changes& changes, const MadeInvite& invite) const {
    Bytes row;
    row.reserve(row_max);  // so that no copy of the key stays behind
    wire::Writer out(row);
    out.array(7).bin(invite.id).bin(invite.key.expose()).uint(invite.uses_left);
    out.uint(unix_seconds(invite.expires)).boolean(invite.network_only);
    out.array(invite.pending.size());
    for (const auto& join : invite.pending) {
        out.array(3).bin(join.joiner).bin(join.challenge).uint(unix_seconds(join.asked));
    }
    if (invite.deposit) {
        out.bin(*invite.deposit);
    } else {
        out.nil();
    }
    const crypto::WipeGuard guard(row);
    changes.put(Table::Invite, made_key(invite.id), row);
}

void InviteTable::erase(Changes& changes, const crypto::InviteId& id) const {
    changes.erase(Table::Invite, made_key(id));
}

Result<std::optional<HeldInvite>> InviteTable::held(const crypto::AccountKey& inviter) const {
    KITH_TRY(const auto row, store_.get(Table::Invite, held_key(inviter)));
    if (!row) return std::optional<HeldInvite>();
    KITH_TRY(auto invite, decode_held(*row));
    return std::optional<HeldInvite>(std::move(invite));
}

void InviteTable::put(Changes& changes, const HeldInvite& invite) const {
    Bytes row;
    row.reserve(row_max);  // so that no copy of the key stays behind
    wire::Writer out(row);
    out.array(6).bin(invite.inviter).bin(invite.id).bin(invite.key.expose());
    out.uint(unix_seconds(invite.expires));
    if (invite.challenge) {
        out.bin(*invite.challenge);
    } else {
        out.nil();
    }
    if (invite.deposit) {
        out.bin(invite.deposit->expose());
    } else {
        out.nil();
    }
    const crypto::WipeGuard guard(row);
    changes.put(Table::Invite, held_key(invite.inviter), row);
}

void InviteTable::erase_held(Changes& changes, const crypto::AccountKey& inviter) const {
    changes.erase(Table::Invite, held_key(inviter));
}

}  // namespace kith::store
