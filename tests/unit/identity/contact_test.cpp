// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/contact.h"

#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

Timestamp at(std::uint64_t unix) {
    return from_unix_seconds(unix);
}

Endpoint node(std::uint16_t port) {
    return Endpoint::v4(192, 0, 2, 1, port);
}

Contact alice() {
    Contact contact(root_of("A").public_key());
    contact.reach = crypto::ReachSecret::copy_of(Bytes(16, 3));
    contact.local_name = "Алиса";
    contact.self_name = "alice";
    contact.note = "hello";
    contact.standing = {ContactState::Blocked, ContactState::Accepted};
    contact.trust = Trust::Verified;
    contact.successor = root_of("B").public_key();
    contact.devices.accept(first_list()).value();
    contact.endpoint_worked(device_of("A1").id(contact.account), node(4222), at(1800000000));
    contact.added = from_unix_millis(1700000000123);
    contact.last_seen = from_unix_millis(1700000000456);
    return contact;
}

TEST(Contact, ItsRowReadsBack) {
    const Contact full = alice();
    const Contact bare(root_of("B").public_key());
    for (const Contact* contact : {&full, &bare}) {
        const Bytes row = contact->encode();
        const auto back = Contact::decode(row);
        ASSERT_TRUE(back) << back.error().context;
        EXPECT_EQ(back->encode(), row);
        EXPECT_EQ(back->local_name, contact->local_name);
        EXPECT_EQ(back->standing, contact->standing);
        EXPECT_EQ(back->trust, contact->trust);
        EXPECT_EQ(back->endpoints, contact->endpoints);
        EXPECT_EQ(back->added, contact->added);
        EXPECT_EQ(back->last_seen, contact->last_seen);
        EXPECT_EQ(back->address(), contact->address());
        EXPECT_EQ(back->successor, contact->successor);
        for (std::size_t size = 0; size < row.size(); ++size)
            EXPECT_FALSE(Contact::decode(ByteView(row).first(size))) << size;
        for (std::size_t more = 1; more <= 64; ++more)
            EXPECT_FALSE(Contact::decode(concat(row, Bytes(more)))) << more;
    }
}

TEST(Contact, ARowOfANewerVersionIsRefusedAsSuch) {
    Bytes row = alice().encode();
    ASSERT_EQ(row[2], 'v');
    row[3] = 2;
    EXPECT_EQ(Contact::decode(row).error().code, Code::UnsupportedVersion);
}

TEST(Contact, NamesThatAreTooLongAreRefused) {
    Contact contact = alice();
    contact.self_name = std::string(Contact::max_name, 'x');
    EXPECT_TRUE(Contact::decode(contact.encode()));
    contact.self_name += 'x';
    EXPECT_FALSE(Contact::decode(contact.encode()));
}

// alice's row with the byte at `offset` behind a key set to `value`.
bool takes(std::string_view key, std::size_t offset, std::uint8_t value) {
    Bytes row = alice().encode();
    const std::size_t at_key = as_text(row).find(key);
    row[at_key + key.size() + offset] = value;
    return Contact::decode(row).has_value();
}

TEST(Contact, StatesAndTrustThatDoNotExistAreRefused) {
    for (const std::size_t offset : {1U, 2U}) {  // the array head, then the two states
        EXPECT_TRUE(takes("state", offset, 1));
        EXPECT_TRUE(takes("state", offset, 6));
        EXPECT_FALSE(takes("state", offset, 0));
        EXPECT_FALSE(takes("state", offset, 7));
    }
    EXPECT_TRUE(takes("trust", 0, 3));
    EXPECT_FALSE(takes("trust", 0, 4));
}

TEST(Contact, DeviceListsOfAnotherAccountAreRefused) {
    Contact contact(root_of("B").public_key());
    contact.devices = alice().devices;
    EXPECT_FALSE(Contact::decode(contact.encode()));
}

TEST(Contact, KeepsNoMoreEndpointsThanItsRowTakes) {
    Contact contact = alice();
    for (std::uint8_t device = 0; device < 20; ++device) {
        const auto id = crypto::DeviceId::copy_of(Bytes(16, device));
        for (std::uint16_t port = 1; port <= 5; ++port)
            contact.endpoint_worked(id, node(port), at(1800000000));
    }
    EXPECT_EQ(contact.endpoints.size(), limits::devices * Contact::endpoints_per_device);
    EXPECT_TRUE(Contact::decode(contact.encode()));
}

TEST(Contact, KeepsTheLastGoodEndpointsOfEachDevice) {
    Contact contact = alice();
    const auto one = device_of("A1").id(contact.account);
    const auto two = device_of("A2").id(contact.account);
    for (std::uint16_t port = 1; port <= 7; ++port)
        contact.endpoint_worked(one, node(port), at(1800000000U + port));
    contact.endpoint_worked(two, node(99), at(1800000100));
    contact.endpoint_worked(one, node(4), at(1800000200));
    const std::vector<Endpoint> wanted{node(4), node(7), node(6), node(5), node(3)};
    EXPECT_EQ(contact.endpoints_of(one), wanted);
    EXPECT_EQ(contact.endpoints_of(two), std::vector{node(99)});
}

TEST(Contact, ForgetsEndpointsThatAreOldOrOfDevicesListedNoMore) {
    Contact contact = alice();
    const auto listed_device = device_of("A1").id(contact.account);
    const auto gone = device_of("A2").id(contact.account);
    contact.endpoints.clear();
    contact.endpoint_worked(listed_device, node(1), at(1800000000));
    contact.endpoint_worked(listed_device, node(2), at(1800000001));
    contact.endpoint_worked(gone, node(3), at(1800000001));
    contact.prune_endpoints(at(1800000001) + Contact::endpoint_lifetime);
    EXPECT_EQ(contact.endpoints_of(listed_device), std::vector{node(2)});
    EXPECT_TRUE(contact.endpoints_of(gone).empty());
}

TEST(Contact, TrustIsRaisedAndAChangedKeyStaysUntilTheUserDecides) {
    Contact contact(root_of("A").public_key());
    contact.raise_trust(Trust::Invited);
    EXPECT_EQ(contact.trust, Trust::Invited);
    contact.raise_trust(Trust::Verified);
    contact.raise_trust(Trust::Invited);
    EXPECT_EQ(contact.trust, Trust::Verified);
    contact.trust = Trust::KeyChanged;
    contact.raise_trust(Trust::Verified);
    EXPECT_EQ(contact.trust, Trust::KeyChanged);
}

TEST(Contact, HasAnAddressOnceTheReachSecretIsKnown) {
    Contact contact(root_of("A").public_key());
    EXPECT_FALSE(contact.address());
    contact.reach = crypto::ReachSecret{};
    EXPECT_EQ(contact.address()->type, AddressType::Public);
}

}  // namespace
}  // namespace kith::identity
