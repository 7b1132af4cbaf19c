// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the seeds that need our own encoders: payloads, contents and stored rows. Run it again
// when a format changes: kith_fuzz_seeds tests/fuzz/corpus. The rest: make_corpus.py.
#include "core/directory/certificate.h"
#include "core/identity/account.h"
#include "core/identity/contact.h"
#include "core/identity/device.h"
#include "core/mailbox/announcement.h"
#include "core/mailbox/availability.h"
#include "core/mailbox/copies.h"
#include "core/mailbox/deposit_note.h"
#include "core/mailbox/host_offer.h"
#include "core/message/delivery.h"
#include "core/message/gap.h"
#include "core/message/payload.h"
#include "core/message/trace.h"
#include "core/reputation/epoch_policy.h"
#include "core/reputation/host_score.h"
#include "core/reputation/introduction.h"
#include "core/reputation/stranger_desk.h"
#include "core/session/own_prekeys.h"
#include "core/session/session_set.h"
#include "core/store/mailbox_row.h"
#include "core/store/request_row.h"
#include "core/wire/lease_frames.h"
#include "tests/support/seeded_random.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace kith::fuzz {
namespace {

namespace fs = std::filesystem;
constexpr Timestamp now = from_unix_seconds(1728100000);

struct Corpus {
    fs::path folder;
    int number = 0;

    void add(std::string_view name, ByteView seed) {
        fs::create_directories(folder);
        std::ofstream out(folder / fmt::format("{:02}-{}", ++number, name), std::ios::binary);
        out << as_text(seed);
    }

    /// The first byte of these targets is a choice.
    void add_choice(unsigned choice, std::string_view name, ByteView seed) {
        const std::array<std::uint8_t, 1> first{static_cast<std::uint8_t>(choice)};
        add(name, concat(first, seed));
    }
};

std::vector<message::Content> contents(Random& random) {
    using namespace message;
    const auto id = crypto::draw_public<MessageId>(random);
    const auto reach = crypto::draw_public<crypto::ReachSecret>(random);
    const auto invite = crypto::draw_public<InviteId>(random);
    return {Empty{},
            Text{"hello, \xc3\xa4"},
            Receipt{Receipt::Kind::Read, {id, id}, {Receipt::Via{}}},
            Request{"alice", "it is me", reach},
            Reset{SessionId{}, {Reset::Have{{}, 1, 2}}, {}},
            Answer{true, "bob"},
            JoinRequest{invite, "carol", reach},
            JoinChallenge{invite, {}},
            JoinAuth{invite, {}},
            JoinOk{{}, "dave"},
            Profile{"erin", std::nullopt},
            Endpoints{3, {{Endpoint::v4(203, 0, 113, 7, 4222), true}}},
            DeviceListAsk{7},
            Mailbox{Mailbox::Kind::LeaseWish, Bytes{1, 2, 3}},
            Unknown{200, Bytes{0x93, 0x01, 0xc0, 0xa1, 0x78}}};
}

void write_messages(const fs::path& root, Random& random) {
    Corpus of_contents{root / "content"};
    Corpus of_payloads{root / "payload"};
    for (const message::Content& content : contents(random)) {
        Bytes encoded;
        message::encode_content(content, encoded);
        of_contents.add_choice(message::type_of(content), "content", encoded);
        message::Payload payload;
        payload.id = message::make_message_id(now, random);
        payload.content = content;
        payload.my_list.seq = 2;
        if (message::is_shown(content)) {
            payload.seq = 9;
            payload.parents = {payload.id};
        }
        of_payloads.add("payload", message::encode_payload(payload).value());
    }
}

identity::Contact contact(const identity::VerifiedDeviceList& list, Random& random) {
    identity::Contact out(list.list().account);
    out.reach = crypto::draw_public<crypto::ReachSecret>(random);
    out.local_name = "bob";
    out.note = "we met";
    out.added = now;
    out.endpoint_worked(list.list().devices[0].id, Endpoint::v4(192, 0, 2, 1, 4222), now);
    if (!out.devices.accept(list)) std::abort();
    return out;
}

message::Trace trace() {
    message::Trace out;
    message::TraceStep step;
    step.time = now;
    out.add(step);
    step.kind = message::TraceKind::Direct;
    step.result = message::TraceResult::Timeout;
    step.device = crypto::DeviceId{};
    step.endpoint = Endpoint::v4(192, 0, 2, 1, 4222);
    step.took_ms = 3000;
    out.add(step);
    return out;
}

session::SessionSet sessions(const crypto::AccountKey& account,
                             const identity::Device& device,
                             Random& random) {
    const auto prekey = crypto::SignedPrekeyPair::generate(random);
    const session::ResponderPublic peer{
        session::Party::of(account, device), {7, prekey.public_key()}, std::nullopt};
    const auto own = identity::Device::generate(random);
    auto begun = session::Session::initiate(session::OwnParty::of(account, own), peer, random, now);
    session::SessionSet out(own.id(account), device.id(account));
    (void)out.begin(*std::move(begun), now);
    return out;
}

/// The numbers are the order of the rows in fuzz_stored_row.cpp.
void write_rows(const fs::path& root, Random& random) {
    const auto account = identity::Account::generate(random);
    const auto device = identity::Device::generate(random);
    const auto list = identity::first_device_list(*account.root, device, unix_seconds(now)).value();
    const identity::Contact peer = contact(list, random);
    message::GapTracker gaps;
    for (const std::uint64_t seq : {1U, 3U, 9U})
        (void)gaps.observe(seq);
    const auto certificates = directory::issue_certificates(
        *account.root, {}, account.beacon_seed, {}, directory::Epoch(20000), 1, {}, random);

    Corpus rows{root / "stored_row"};
    rows.add_choice(0, "account", account.encode());
    rows.add_choice(1, "device", device.encode());
    rows.add_choice(2, "contact", peer.encode());
    rows.add_choice(3, "known-devices", peer.devices.encode());
    rows.add_choice(4, "delivery", message::Delivery().encode());
    rows.add_choice(5, "gaps", gaps.encode());
    rows.add_choice(6, "trace", trace().encode());
    rows.add_choice(7, "prekey", session::OwnSignedPrekey::generate(random, now).encode());
    rows.add_choice(8, "sessions", sessions(account.key, device, random).encode());
    rows.add_choice(9, "certificate", certificates.front().encode());
}

reputation::Record lived_record() {
    using reputation::Event;
    reputation::Record out(reputation::Context::Person, now);
    out.accept(now);
    for (int day = 0; day < 30; ++day) {
        out.observe(Event::Reply, now + days(day));
        out.observe(Event::Read, now + days(day));
        out.wrote(now + days(day));
    }
    out.observe(Event::PastBusy, now + days(30));
    out.report(now + days(31));
    (void)out.admit(0, 1, now + days(31));
    return out;
}

/// The numbers are the order of the rows in fuzz_reputation_row.cpp.
void write_reputation(const fs::path& root, Random& random) {
    using namespace reputation;
    HostScore host(now);
    host.observe(Event::Kept, now);
    host.observe(Event::Lost, now + hours(1));
    DeskRequest request;
    request.claim = {crypto::draw_public<crypto::MessageId>(random), {}, Way::Cold, 500, 8, 20000};
    request.content = {"alice", "it is me", crypto::draw_public<crypto::ReachSecret>(random)};
    request.arrived = now;
    request.shown = now + hours(1);
    EpochPolicies policies;
    for (const std::uint64_t epoch : {19999U, 20000U, 20001U})
        policies.publish({{}, epoch, crypto::draw_public<crypto::BeaconKey>(random)}, 2);
    StrangerDesk desk(crypto::draw_secret<DeskSecret>(random), {}, now);
    request.shown.reset();
    (void)desk.offer(request, now);
    (void)desk.show(now);

    Corpus rows{root / "reputation_row"};
    rows.add_choice(0, "stranger", Record(Context::Person, now).encode());
    rows.add_choice(0, "contact", lived_record().encode());
    rows.add_choice(1, "host", host.encode());
    rows.add_choice(2, "request", request.encode());
    rows.add_choice(3, "policies", policies.encode());
    rows.add_choice(4, "desk", desk.encode_state());

    store::DeskEntry entry;
    entry.request = request;
    entry.inner = Bytes(32, 1);
    entry.list.body = Bytes(200, 2);
    store::AskedWork asked;
    asked.policies = policies;
    asked.ahead_first = 20000;
    asked.ahead_last = 20006;
    asked.ahead_effort = 2;
    store::OwnRequest own;
    own.started = own.tried = from_unix_seconds(1728100000);
    own.parts = {{{}, Bytes(300, 3)}, {{}, Bytes(300, 4)}};
    own.epoch = 20000;
    own.difficulty = 500;
    own.progress = {2, {1, 2, 3, 0}, 700};
    store::HeldIntroduction held;
    held.introduction = Bytes(200, 5);
    held.received = from_unix_seconds(1728100000);
    Corpus requests{root / "request_row"};
    requests.add_choice(0, "state", store::DeskState{Bytes(32, 6), Bytes(40, 7)}.encode());
    requests.add_choice(1, "entry", entry.encode());
    requests.add_choice(2, "asked", asked.encode());
    requests.add_choice(3, "own", own.encode());
    requests.add_choice(4, "introduction", held.encode());
    requests.add_choice(5, "charged", store::ChargedIntroduction{{}, 1728100000}.encode());

    const auto voucher = crypto::DeviceSigningPair::generate(random);
    const auto introduction = Introduction::make({}, {}, {}, now, random);
    Corpus introductions{root / "introduction"};
    introductions.add("introduction", SignedIntroduction::sign(introduction, voucher).encode());
}

/// The numbers are the order of the bodies in fuzz_lease_body.cpp.
void write_lease_bodies(const fs::path& root) {
    using namespace wire;
    const Bytes envelope(100, 1);
    const Bytes beacon(554, 2);
    const Bytes prekey(165, 3);
    const std::array<std::uint8_t, 64> sig{};
    CapSet set{1, {}, 2, {CapabilityGrant{}}, {{}}, {beacon}, ByteView(envelope), {prekey}};
    Corpus bodies{root / "lease_body"};
    bodies.add_choice(0, "pickup", encode_body(Pickup{1, {}, sig, 5, 65536, {1, 70000}}));
    bodies.add_choice(1, "batch", encode_body(Batch{1, {{7, envelope}}, 7, true}));
    bodies.add_choice(2, "ackdel", encode_body(AckDel{1, {}, {{}, {}}}));
    bodies.add_choice(3, "deleted", encode_body(Deleted{1, 2}));
    bodies.add_choice(4, "lease-req", encode_body(LeaseReq{1, {}, sig, 1 << 20, envelope}));
    bodies.add_choice(5, "lease", encode_body(Lease{1, {}, 1 << 20, 1728100000, sig, 3, 99}));
    bodies.add_choice(6, "cap-set", encode_body(set));
    bodies.add_choice(
        7, "nudge", encode_body(Nudge{{}, 1, std::vector{HeldEnvelope{7, envelope}}}));
    bodies.add_choice(7, "nudge-count", encode_body(Nudge{{}, 900, std::nullopt}));
}

/// The numbers are those of fuzz_mailbox_message.cpp and fuzz_mailbox_row.cpp.
void write_mailboxes(const fs::path& root, Random& random) {
    using namespace mailbox;
    const auto host = crypto::MailboxKeyPair::generate(random);
    const auto hash = crypto::draw_public<crypto::EnvelopeHash>(random);
    const Receipt receipt = make_receipt(host, hash, 1728100000, 1728200000);
    const Endpoint endpoint = Endpoint::v4(203, 0, 113, 7, 4222);
    Announcement announcement{7, {}, crypto::draw_secret<crypto::Seed32>(random), now};
    announcement.hosts.push_back({host.public_key(), true, {endpoint}});
    const std::vector<NoteEntry> note{{{1}, {2}, 3}, {{4}, {5}, 6}};
    const std::vector<Copies::Target> targets{{receipt.box, true}, {{}, false}};
    Copies copies;
    copies.set_hosts(targets, now);
    copies.stored(receipt.box, receipt, now, random);
    Availability availability;
    for (int day = 0; day < 20; ++day)
        availability.record(day % 3 != 0, now + days(day));

    Corpus messages{root / "mailbox_message"};
    messages.add_choice(0, "announcement", encode(announcement));
    messages.add_choice(1, "offer", encode(HostOffer{host.public_key(), {endpoint}, 1 << 30}));
    messages.add_choice(
        2, "wish", encode(LeaseWish{{}, crypto::LeaseKeyPair::generate(random).public_key()}));
    messages.add_choice(3, "note", encode_note(note));
    messages.add_choice(4, "receipt", encode(receipt));
    messages.add_choice(5, "copies", copies.encode());
    messages.add_choice(6, "availability", availability.encode());

    namespace rows = store::mailbox_row;
    EnvelopeRow envelope;
    envelope.hash = hash;
    envelope.size = 1024;
    envelope.stored_at = now;
    envelope.expires = now + days(1);
    Corpus stored{root / "mailbox_row"};
    stored.add_choice(0, "stranger", rows::encode(envelope));
    stored.add_choice(5, "due", rows::due_key(envelope));
    envelope.depositor = crypto::draw_public<crypto::DepositKey>(random);
    envelope.fate = Fate::Gone;
    stored.add_choice(0, "tombstone", rows::encode(envelope));
    stored.add_choice(1, "lease", rows::encode(LeaseRow{}));
    stored.add_choice(2, "capability", rows::encode(CapabilityRow{}));
    stored.add_choice(
        3, "publication", rows::encode(PublicationRow{{}, {{{}, Bytes(554)}}, Bytes(4096)}));
    stored.add_choice(4, "work", rows::encode(WorkRow{{}, {}, 3, now}));

    Corpus histories{root / "mailbox_ops"};
    histories.add("left-collected", Bytes{0, 10, 0, 27, 1, 0, 3, 0, 0, 44, 7, 0, 3, 1});
    histories.add("expires", Bytes{0, 6, 0, 9, 6, 0, 5, 200, 6, 0, 1, 0, 5, 255, 6, 0});
    histories.add("strangers", Bytes{4, 0x20, 8, 1, 8, 10, 5, 7, 8, 100, 8, 100, 6, 0, 7, 0});
    histories.add("leases", Bytes{9, 251, 0, 10, 9, 20, 4, 0x80, 9, 21, 4, 0xc1, 0, 11, 2, 5});
}

}  // namespace
}  // namespace kith::fuzz

int main(int count, char** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: %s CORPUS\n", arguments[0]);
        return 2;
    }
    kith::test::SeededRandom random(1);
    kith::fuzz::write_messages(arguments[1], random);
    kith::fuzz::write_rows(arguments[1], random);
    kith::fuzz::write_reputation(arguments[1], random);
    kith::fuzz::write_lease_bodies(arguments[1]);
    kith::fuzz::write_mailboxes(arguments[1], random);
    return 0;
}
