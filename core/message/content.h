// SPDX-License-Identifier: GPL-3.0-or-later
// What people and devices say to each other: a variant with one codec. Each kind is a map `c` with
// the keys shown, in that order; unknown keys may follow. An unknown type is kept as it came, so it
// can be receipted and shown as "needs a newer kith".
//
// Everything here comes from a contact at best and is bounded after decryption too: text is UTF-8
// but otherwise raw, and only core/text makes it fit for a terminal.
// Specification: docs/spec/message.md#content.
#pragma once

#include "core/base/bytes.h"
#include "core/base/endpoint.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/crypto/keys.h"
#include "core/identity/device_list.h"
#include "core/identity/join_proof.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace kith::message {

using crypto::InviteId;
using crypto::MessageId;
using crypto::SessionId;

/// `ty`. Part of the format, never renumber.
enum class ContentType : std::uint8_t {
    Empty = 0,
    Text = 1,
    Receipt = 2,
    Request = 3,
    Reset = 4,
    Answer = 5,
    JoinRequest = 6,
    JoinChallenge = 7,
    JoinAuth = 8,
    JoinOk = 9,
    Profile = 10,
    Endpoints = 11,
    DeviceList = 12,
    DeviceListAsk = 13,
    Mailbox = 14,
    Introduction = 15,
};

/// Bytes of UTF-8 of a name; what is shown is shorter (core/text/name.h).
inline constexpr std::size_t name_max = 128;
/// Bytes of UTF-8 of a contact request.
inline constexpr std::size_t request_text_max = 1000;
/// Bytes of a signed introduction (docs/spec/reputation.md#introductions).
inline constexpr std::size_t introduction_max = 336;
/// Bytes of one word about mailboxes; the largest is an announcement.
inline constexpr std::size_t mailbox_body_max = 1024;
/// Endpoints that one device tells: two address families, some interfaces.
inline constexpr std::size_t told_endpoints = 8;

/// Sessions that a reset may tell about: an active one and two old ones.
inline constexpr std::size_t reset_sessions = 3;

/// Nothing to say: keeps the ratchet turning. `c` = {}
struct Empty {
    friend bool operator==(const Empty&, const Empty&) = default;
};

/// `c` = {t: text <= limits::text}
struct Text {
    std::string text;

    friend bool operator==(const Text&, const Text&) = default;
};

/// The end-to-end receipt. `c` = {k: u8, ids: bin 16 n, via?: bin 12 m}; n = 1..512, m = 1..512
struct Receipt {
    /// Part of the format.
    enum class Kind : std::uint8_t { Delivered = 1, Read = 2 };

    /// Which mailbox host served it: the first bytes of its box id and of the envelope's hash.
    struct Via {
        std::array<std::uint8_t, 4> box{};
        std::array<std::uint8_t, 8> envelope{};

        friend bool operator==(const Via&, const Via&) = default;
    };

    Kind kind = Kind::Delivered;
    std::vector<MessageId> ids;
    std::vector<Via> via;

    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// Somebody asks to become a contact. `c` = {name, text, s?: bin16, v?: bin <= 336}
struct Request {
    std::string name;
    std::string text;
    /// Reach secret of the asker, so that the answer finds it when it has gone.
    std::optional<crypto::ReachSecret> reach;
    /// A contact of the reader introduces the asker: what that contact has signed. Empty: nobody.
    Bytes introduction = {};

    friend bool operator==(const Request&, const Request&) = default;
};

/// The answer to a request. A decline is sent only if the user says so. `c` = {ok: bool, name?}
struct Answer {
    bool accepted = false;
    std::string name;  ///< of who accepts; empty for a decline

    friend bool operator==(const Answer&, const Answer&) = default;
};

/// First payload of a session that replaces another one.
/// `c` = {lost?: sid, have: [[sid, chain u32, nr u32] <= 3], nonce: bin16}
struct Reset {
    /// How far the sender had read a session it still knows.
    struct Have {
        SessionId session;
        std::uint32_t chain = 0;
        std::uint32_t read = 0;

        friend bool operator==(const Have&, const Have&) = default;
    };

    /// The session that this one replaces, as far as the sender remembers.
    std::optional<SessionId> lost;
    std::vector<Have> have;
    std::array<std::uint8_t, 16> nonce{};

    friend bool operator==(const Reset&, const Reset&) = default;
};

/// The four steps of an invited join (docs/spec/identity.md#verified-join), in this order.
/// `c` = {inv: bin8, name?, s?: bin16}
struct JoinRequest {
    InviteId invite;
    std::string name;
    /// As in Request.
    std::optional<crypto::ReachSecret> reach;

    friend bool operator==(const JoinRequest&, const JoinRequest&) = default;
};

/// `c` = {inv: bin8, cn: bin16}
struct JoinChallenge {
    InviteId invite;
    identity::JoinChallenge challenge;

    friend bool operator==(const JoinChallenge&, const JoinChallenge&) = default;
};

/// `c` = {inv: bin8, m: bin32}
struct JoinAuth {
    InviteId invite;
    crypto::Mac32 mac;

    friend bool operator==(const JoinAuth&, const JoinAuth&) = default;
};

/// `c` = {m: bin32, name?}
struct JoinOk {
    crypto::Mac32 mac;
    std::string name;

    friend bool operator==(const JoinOk&, const JoinOk&) = default;
};

/// How the sender calls itself, and how contacts find it from now on. `c` = {name, s?: bin16}
struct Profile {
    std::string name;
    std::optional<crypto::ReachSecret> reach;

    friend bool operator==(const Profile&, const Profile&) = default;
};

/// Where the sending device can be dialled; the highest seq wins, and it outranks the beacon.
/// `c` = {seq: u64, end: [[flags u8 (bit0 seen from outside), addr 18] <= 8]}
struct Endpoints {
    struct Told {
        Endpoint endpoint;
        bool seen_outside = false;

        friend bool operator==(const Told&, const Told&) = default;
    };

    std::uint64_t seq = 0;
    std::vector<Told> endpoints;

    friend bool operator==(const Endpoints&, const Endpoints&) = default;
};

/// The sender's own signed device list, because the receiver's view of it is older.
/// `c` = {dl: [body, sig]}; not verified here.
struct DeviceList {
    identity::SignedDeviceList list;

    friend bool operator==(const DeviceList&, const DeviceList&) = default;
};

/// Asks for the receiver's own list. `c` = {seq: u64}, the newest the sender has
struct DeviceListAsk {
    std::uint64_t seq = 0;

    friend bool operator==(const DeviceListAsk&, const DeviceListAsk&) = default;
};

/// A word about mailboxes between contacts: who keeps mail for whom, and with which keys to leave
/// it. Its form belongs to docs/spec/mailbox.md; kinds that are not known are taken and ignored.
/// `c` = {k: u8, b: bin 1..mailbox_body_max}
struct Mailbox {
    /// Part of the format.
    enum class Kind : std::uint8_t {
        Offer = 1,         ///< mailbox::HostOffer
        LeaseWish = 2,     ///< mailbox::LeaseWish, the answer
        Announcement = 3,  ///< mailbox::Announcement: where to leave mail for the sender
        EnvelopeKey = 4,   ///< body || sig of the sending device's envelope prekey
        ReceiptAsk = 5,    ///< an entry of a note, 16 bytes: show the host's receipt
        ReceiptShown = 6,  ///< the entry, then the receipt, if there is one
    };

    Kind kind = Kind::Offer;
    Bytes body;

    friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// "Ask this person, I know you both": how to reach somebody, and the sender's signed word for it.
/// `c` = {r: bin32, s: bin16, name, v: bin 1..336}
struct Introduction {
    crypto::AccountKey account;
    crypto::ReachSecret reach;
    std::string name;  ///< what the sender calls it
    Bytes introduction;

    friend bool operator==(const Introduction&, const Introduction&) = default;
};

/// A type this version does not know, as it came.
struct Unknown {
    std::uint8_t type = 0;
    Bytes content;  ///< the value of `c`, msgpack

    friend bool operator==(const Unknown&, const Unknown&) = default;
};

using Content = std::variant<Empty,
                             Text,
                             Receipt,
                             Request,
                             Reset,
                             Answer,
                             JoinRequest,
                             JoinChallenge,
                             JoinAuth,
                             JoinOk,
                             Profile,
                             Endpoints,
                             DeviceList,
                             DeviceListAsk,
                             Mailbox,
                             Introduction,
                             Unknown>;

/// `ty` of a content.
std::uint8_t type_of(const Content& content);

/// Shown in a conversation, hence numbered by `seq`: Text, and types this version does not know.
bool is_shown(const Content& content);

/// TooLarge: a text, name or list beyond its bound. InvalidArgument: a receipt without ids.
Result<> check_bounds(const Content& content);

/// Appends the value of `c`. Requires: check_bounds() holds.
void encode_content(const Content& content, Bytes& out);

/// Decodes the value of `c`. Malformed: not this type's form or beyond its bounds.
Result<Content> decode_content(std::uint8_t type, ByteView c);

}  // namespace kith::message
