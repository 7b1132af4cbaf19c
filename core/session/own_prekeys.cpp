// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/own_prekeys.h"

#include "core/session/byte_cursor.h"

namespace kith::session {
namespace {

constexpr std::uint8_t row_version = 1;
constexpr std::size_t row_size = 46;

}  // namespace

template <class Key>
Bytes OwnPrekey<Key>::encode() const {
    Bytes out;
    out.reserve(row_size);
    out.push_back(row_version);
    out.push_back(static_cast<std::uint8_t>(kind_of<Key>));
    append_be<std::uint32_t>(out, id);
    append_be<std::uint64_t>(out, unix_seconds(made));
    append(out, pair.expose());
    return out;
}

template <class Key>
Result<OwnPrekey<Key>> OwnPrekey<Key>::decode(ByteView row) {
    ByteCursor in(row);
    in.require(in.u8() == row_version);
    in.require(in.u8() == static_cast<std::uint8_t>(kind_of<Key>));
    const std::uint32_t id = in.u32();
    const Timestamp made = from_unix_seconds(in.u64());
    const ByteView secret = in.take(32);
    if (!in.done()) return fail(Code::Corrupt, "row of a prekey");
    return OwnPrekey{id, made, crypto::DhPair<Key>::from_secret(secret)};
}

template struct OwnPrekey<crypto::EnvelopeKey>;
template struct OwnPrekey<crypto::SignedPrekey>;
template struct OwnPrekey<crypto::OneTimePrekey>;

bool prekey_due(PrekeyKind kind, std::optional<Timestamp> newest, Timestamp now) {
    if (kind == PrekeyKind::OneTime) return false;  // refill_at() decides
    if (!newest) return true;
    const Duration every =
        kind == PrekeyKind::Envelope ? Duration(envelope_key_every) : Duration(signed_prekey_every);
    return now - *newest >= every;
}

bool prekey_deletable(PrekeyKind kind, Timestamp made, bool picked_up, Timestamp now) {
    const Duration age = now - made;
    if (age >= prekey_hard_stop) return true;
    const Duration kept =
        kind == PrekeyKind::OneTime ? Duration(one_time_kept) : Duration(prekey_kept);
    return picked_up && age >= kept;
}

std::optional<Timestamp> refill_at(std::size_t left, Timestamp now, Random& random) {
    if (left >= one_time_refill_below) return std::nullopt;
    const auto within = static_cast<std::uint64_t>(Duration(one_time_refill_within).count());
    return now + Duration(static_cast<Duration::rep>(random.below(within)));
}

}  // namespace kith::session
