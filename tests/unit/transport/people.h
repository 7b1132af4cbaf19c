// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts with one device each, mailboxes, and the policies by which they link.
#pragma once

#include "core/crypto/hash.h"
#include "core/identity/account.h"
#include "core/identity/device.h"
#include "core/identity/network.h"
#include "core/transport/link_callee.h"
#include "core/transport/link_caller.h"
#include "core/transport/link_proof.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace kith::transport {

/// An account with one device, and what it knows of others.
struct Person {
    explicit Person(std::uint64_t seed)
        : random(seed),
          root(crypto::AccountKeyPair::generate(random)),
          device(identity::Device::generate(random)),
          box_key(crypto::MailboxKeyPair::generate(random)),
          list(identity::first_device_list(root, device, 1767225600).value()) {}

    const crypto::AccountKey& account() const { return root.public_key(); }

    crypto::DeviceId id() const { return device.id(account()); }

    crypto::BoxId box() const { return box_id(box_key.public_key()); }

    /// The next list: what `change` makes of the newest one.
    template <class Change>
    void relist(Change change) {
        identity::DeviceList next = list.list();
        next.previous = list.hash();
        ++next.seq;
        change(next);
        list = identity::VerifiedDeviceList::sign(next, root).value();
    }

    void learn(const Person& other) {
        auto known = lists.try_emplace(other.account(), other.account()).first;
        EXPECT_TRUE(known->second.accept(other.list).has_value());
    }

    DeviceCallee as_callee() const {
        DeviceCallee out;
        out.account = account();
        out.cid = identity::call_id(id());
        out.device = id();
        return out;
    }

    DeviceIdentity device_identity() const {
        return DeviceIdentity{id(),
                              device.signing.public_key(),
                              device.dh.public_key(),
                              list,
                              [this](ByteView message) {
                                  return crypto::sign(crypto::Label::Link, device.signing, message);
                              }};
    }

    BoxIdentity box_identity() const {
        return BoxIdentity{box(), box_key.public_key(), [this](ByteView message) {
                               return crypto::sign(crypto::Label::Link, box_key, message);
                           }};
    }

    /// Lives as long as this person.
    LinkPolicy policy(const identity::Network& network = identity::Network::public_network()) {
        LinkPolicy out{network.link_key(), {}, {}, {}, {}};
        out.served = [this] {
            return std::vector<ServedIdentity>{device_identity(), box_identity()};
        };
        out.known_devices = [this](const crypto::AccountKey& of) -> const identity::KnownDevices* {
            const auto found = lists.find(of);
            return found == lists.end() ? nullptr : &found->second;
        };
        out.accept_list = [this](const crypto::AccountKey& of,
                                 const identity::SignedDeviceList& shown) -> Result<> {
            ++lists_shown;
            auto known = lists.try_emplace(of, of).first;
            KITH_TRY(const auto verdict, known->second.accept(shown));
            std::ignore = verdict;
            return success();
        };
        out.admit = [this](const crypto::AccountKey& of, const crypto::DeviceId&) {
            if (blocked.contains(of)) return Admission::Refused;
            return contacts.contains(of) ? Admission::Contact : Admission::Stranger;
        };
        return out;
    }

    test::SeededRandom random;
    crypto::AccountKeyPair root;
    identity::Device device;
    crypto::MailboxKeyPair box_key;
    identity::VerifiedDeviceList list;
    std::map<crypto::AccountKey, identity::KnownDevices> lists;
    std::set<crypto::AccountKey> blocked;
    std::set<crypto::AccountKey> contacts;
    int lists_shown = 0;
};

/// The first frame of some bytes. Requires: there is one.
inline wire::Frame frame_of(ByteView bytes) {
    return {static_cast<wire::FrameType>(bytes[4]), bytes.subspan(wire::frame_head)};
}

}  // namespace kith::transport
