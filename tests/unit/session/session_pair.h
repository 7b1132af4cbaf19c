// SPDX-License-Identifier: GPL-3.0-or-later
// Two people with one device each, ready to shake hands.
#pragma once

#include "core/identity/device.h"
#include "core/identity/device_list.h"
#include "core/session/own_prekeys.h"
#include "core/session/session.h"
#include "core/session/session_set.h"
#include "tests/support/seeded_random.h"

#include <string_view>

namespace kith::session::test {

/// 2024-10-05, inside the epoch of the vectors.
inline constexpr Timestamp start = from_unix_seconds(1728100000);

/// One device with its account and prekeys.
struct Side {
    crypto::AccountKeyPair root;
    identity::Device device;
    identity::VerifiedDeviceList list;
    OwnSignedPrekey signed_prekey;
    OwnOneTimePrekey one_time;

    static Side make(Random& random);

    OwnParty own() const { return OwnParty::of(root.public_key(), device); }

    Party party() const { return own().party; }

    crypto::DeviceId did() const { return party().device; }

    const identity::SignedDeviceList& signed_list() const { return list.signed_list(); }

    /// What others know; without the one-time prekey if `with_one_time` is false.
    ResponderPublic published(bool with_one_time = true) const;

    /// The private keys that `init` names.
    ResponderPrivate keys_for(const Init& init) const;

    /// Takes an INIT of `peer` up, as far as the library goes.
    Result<Session::Accepted> accept(const Side& peer,
                                     const Init& init,
                                     Random& random,
                                     Timestamp now = start) const;
};

/// Both sides and one stream of randomness.
struct Pair {
    explicit Pair(std::uint64_t seed = 1)
        : random(seed), a(Side::make(random)), b(Side::make(random)) {}

    Session initiate(bool with_one_time = true, Timestamp now = start) {
        return Session::initiate(a.own(), b.published(with_one_time), random, now).value();
    }

    /// A session of which B has opened A's first message, and A has B's answer.
    struct Both {
        Session a;
        Session b;
    };

    Both connected();

    kith::test::SeededRandom random;
    Side a;
    Side b;
};

/// The saved form: what must not change when a message is refused.
Bytes saved(const Session& session);

std::string text_of(const Bytes& payload);

}  // namespace kith::session::test
