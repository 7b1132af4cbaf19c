// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/prekeys.h"

#include "core/base/refusal.h"
#include "core/session/byte_cursor.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

#include <type_traits>

namespace kith::session {
namespace {

using crypto::Label;

constexpr std::size_t smallest_body = 60;
constexpr std::size_t largest_body = 1252;

/// One-time prekeys have no start of validity.
template <class Key>
constexpr bool has_start = !std::is_same_v<Key, crypto::OneTimePrekey>;

template <class Key>
constexpr std::size_t body_size = 16 + 4 + (has_start<Key> ? 8 : 0) + 8 + Key::size_bytes;

template <class Key>
constexpr Label label_of = Label::EnvKey;
template <>
constexpr Label label_of<crypto::SignedPrekey> = Label::Spk;
template <>
constexpr Label label_of<crypto::OneTimePrekey> = Label::Opk;
template <>
constexpr Label label_of<XWingKey> = Label::Xwk;

template <class Key>
bool key_is_valid(const Key& key) {
    if constexpr (std::is_same_v<Key, XWingKey>) {
        return true;  // of another suite: its own rules are checked where it is used
    } else {
        return crypto::is_valid(key);
    }
}

}  // namespace

void PrekeyRecord::write(wire::Writer& out) const {
    out.array(2).bin(body).bin(sig);
}

PrekeyRecord PrekeyRecord::read(wire::Reader& in) {
    in.tuple(2);
    PrekeyRecord record;
    record.body = to_bytes(in.bin(smallest_body, largest_body));
    record.sig = in.id<crypto::Signature>();
    return record;
}

Bytes PrekeyRecord::joined() const {
    return concat(body, sig);
}

template <class Key>
PrekeyRecord sign_prekey(const crypto::DeviceSigningPair& device,
                         const crypto::DeviceId& did,
                         std::uint32_t id,
                         const Key& key,
                         Timestamp made) {
    const std::uint64_t at = unix_seconds(made);
    PrekeyRecord record;
    record.body.reserve(body_size<Key>);
    append(record.body, did);
    append_be<std::uint32_t>(record.body, id);
    if constexpr (has_start<Key>) {
        append_be<std::uint64_t>(record.body, at > prekey_early ? at - prekey_early : 0);
    }
    append_be<std::uint64_t>(record.body, at + (has_start<Key> ? prekey_valid : one_time_valid));
    append(record.body, key);
    record.sig = crypto::sign(label_of<Key>, device, record.body);
    return record;
}

template <class Key>
Result<Prekey<Key>> verify_prekey(const PrekeyRecord& record,
                                  const crypto::DeviceId& did,
                                  const crypto::DeviceSigningKey& device,
                                  Timestamp now,
                                  PrekeyTime time) {
    if (record.body.size() != body_size<Key>) return refuse(Code::Malformed, "size", "of a prekey");
    KITH_CHECK(crypto::verify(label_of<Key>, device, record.body, record.sig));
    ByteCursor in(record.body);
    if (in.fixed<crypto::DeviceId>() != did) {
        return refuse(Code::Refused, "wrong_device", "prekey of another device");
    }
    Prekey<Key> prekey;
    prekey.id = in.u32();
    if constexpr (has_start<Key>) prekey.not_before = in.u64();
    prekey.not_after = in.u64();
    prekey.key = in.fixed<Key>();
    if (!key_is_valid(prekey.key)) return refuse(Code::BadKey, "bad_x25519", "prekey");
    KITH_CHECK(check_prekey_time(prekey, now, time));
    return prekey;
}

template <class Key>
Result<> check_prekey_time(const Prekey<Key>& prekey, Timestamp now, PrekeyTime time) {
    if (time == PrekeyTime::Ignore) return success();
    const std::uint64_t at = unix_seconds(now);
    if (at + prekey_skew < prekey.not_before) {
        return refuse(Code::Expired, "not_yet_valid", "prekey, or a clock is off");
    }
    const bool old_is_fine =
        time == PrekeyTime::AllowOld && std::is_same_v<Key, crypto::EnvelopeKey>;
    // The end comes from the other side: it may be so large that adding to it overflows.
    if (!old_is_fine && at > prekey_skew && at - prekey_skew > prekey.not_after) {
        return refuse(Code::Expired, "expired", "prekey");
    }
    return success();
}

// NOLINTBEGIN(bugprone-macro-parentheses): a type.
#define KITH_PREKEY_KIND(Key)                                                   \
    template PrekeyRecord sign_prekey(const crypto::DeviceSigningPair&,         \
                                      const crypto::DeviceId&,                  \
                                      std::uint32_t,                            \
                                      const Key&,                               \
                                      Timestamp);                               \
    template Result<Prekey<Key>> verify_prekey(const PrekeyRecord&,             \
                                               const crypto::DeviceId&,         \
                                               const crypto::DeviceSigningKey&, \
                                               Timestamp,                       \
                                               PrekeyTime);                     \
    template Result<> check_prekey_time(const Prekey<Key>&, Timestamp, PrekeyTime)
// NOLINTEND(bugprone-macro-parentheses)

KITH_PREKEY_KIND(crypto::EnvelopeKey);
KITH_PREKEY_KIND(crypto::SignedPrekey);
KITH_PREKEY_KIND(crypto::OneTimePrekey);
KITH_PREKEY_KIND(XWingKey);

}  // namespace kith::session
