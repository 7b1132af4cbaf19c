// SPDX-License-Identifier: GPL-3.0-or-later
// What one message costs in the ratchet, beside libolm in the same run.
//
//   ratchet   DoubleRatchet: seal and open
//   message   everything between payload and link: session, mac, inner message, and back
//   turn      a message and its answer, each with a new Diffie-Hellman key
//
// Usage: bench_ratchet [calls, 20000]
#include "core/crypto/pooled_random.h"
#include "core/crypto/sodium_random.h"
#include "core/identity/device.h"
#include "core/identity/device_list.h"
#include "core/message/inner.h"
#include "core/session/session_set.h"
#include "tests/bench/measure.h"
#ifdef KITH_HAVE_OLM
#include "tests/bench/olm_pair.h"
#endif

#include <cstdio>
#include <cstdlib>
#include <string>

namespace kith::bench {
namespace {

constexpr Timestamp noon = from_unix_seconds(1728100000);

/// One device with its account.
struct Side {
    crypto::AccountKeyPair root;
    identity::Device device;
    identity::VerifiedDeviceList list;

    static Side make(Random& random) {
        auto root = crypto::AccountKeyPair::generate(random);
        auto device = identity::Device::generate(random);
        auto list = identity::first_device_list(root, device, unix_seconds(noon)).value();
        return {std::move(root), std::move(device), std::move(list)};
    }

    session::OwnParty own() const { return session::OwnParty::of(root.public_key(), device); }

    crypto::DeviceId did() const { return own().party.device; }
};

/// Two devices with an answered session.
class Ends {
  public:
    explicit Ends(Random& random)
        : random_(random),
          a_(Side::make(random)),
          b_(Side::make(random)),
          at_a_(a_.did(), b_.did()),
          at_b_(b_.did(), a_.did()) {
        const auto prekey = crypto::SignedPrekeyPair::generate(random);
        const session::ResponderPublic published{
            b_.own().party, {1, prekey.public_key()}, std::nullopt};
        at_a_.begin(session::Session::initiate(a_.own(), published, random, noon).value(), noon);
        const auto first = at_a_.seal({}, a_.list.signed_list(), random, noon).value();
        const session::ResponderPrivate keys{1, prekey, 0, nullptr};
        auto accepted =
            session::Session::accept(
                b_.own(), keys, a_.own().party, session::decode_init(first.d).value(), random, noon)
                .value();
        at_b_.admit(std::move(accepted), false, std::nullopt, noon).value();
        back({});
    }

    void there(ByteView payload) { carry(a_, at_a_, at_b_, payload); }

    void back(ByteView payload) { carry(b_, at_b_, at_a_, payload); }

  private:
    void carry(const Side& side,
               session::SessionSet& from,
               session::SessionSet& to,
               ByteView payload) {
        const auto sealed = from.seal(payload, side.list.signed_list(), random_, noon).value();
        const Bytes wire =
            message::encode_inner(message::InnerKind::Ratchet, side.did(), sealed.mac, sealed.d);
        const auto inner = message::decode_inner(wire).value();
        to.open(session::ratchet_kind, inner.mac, inner.d, random_, noon).value();
    }

    Random& random_;
    Side a_;
    Side b_;
    session::SessionSet at_a_;
    session::SessionSet at_b_;
};

/// The ratchet alone.
class Ratchets {
  public:
    explicit Ratchets(Random& random) : random_(random), a_(make(random)), b_(take(random)) {}

    void there(ByteView payload) { carry(a_, *b_, payload); }

    void back(ByteView payload) { carry(*b_, a_, payload); }

  private:
    session::DoubleRatchet make(Random& random) {
        const Side a = Side::make(random);
        const Side b = Side::make(random);
        prekey_.emplace(crypto::SignedPrekeyPair::generate(random));
        agreement_ =
            session::agree_as_initiator(a.own(),
                                        crypto::EphemeralKeyPair::generate(random),
                                        {b.own().party, {1, prekey_->public_key()}, std::nullopt})
                .value();
        return session::DoubleRatchet::initiator(
                   *agreement_, prekey_->public_key(), crypto::RatchetKeyPair::generate(random))
            .value();
    }

    std::optional<session::DoubleRatchet> take(Random&) {
        return session::DoubleRatchet::responder(*agreement_, *prekey_);
    }

    void carry(session::DoubleRatchet& from, session::DoubleRatchet& to, ByteView payload) {
        const Bytes wire = from.seal(payload, session::WireForm::Ratchet, random_).value();
        to.open(wire, session::WireForm::Ratchet, random_, noon).value();
    }

    Random& random_;
    std::optional<crypto::SignedPrekeyPair> prekey_;
    std::optional<session::Agreement> agreement_;
    session::DoubleRatchet a_;
    std::optional<session::DoubleRatchet> b_;
};

void compare(Random& random, std::size_t size, std::size_t calls) {
    const std::string text(size, 'x');
    const Bytes payload(size, 'x');
    Ratchets ratchets(random);
    const double ratchet = nanoseconds_each(calls, [&] { ratchets.there(payload); });
    Ends ends(random);
    const double message = nanoseconds_each(calls, [&] { ends.there(payload); });
    const double turn = nanoseconds_each(calls / 10, [&] {
        ends.there(payload);
        ends.back(payload);
    });
    std::printf("%5zu bytes  kith  ratchet %7.0f ns   message %7.0f ns   turn %8.0f ns\n",
                size,
                ratchet,
                message,
                turn);
#ifdef KITH_HAVE_OLM
    OlmPair olm;
    const double one_way = nanoseconds_each(calls, [&] { olm.one_way(text); });
    const double answer = nanoseconds_each(calls / 10, [&] { olm.ping_pong(text); });
    std::printf("             olm   ratchet %7.0f ns                        turn %8.0f ns\n",
                one_way,
                answer);
    std::printf(
        "             olm / kith: one-way %.2f, turn %.2f\n", one_way / ratchet, answer / turn);
#endif
}

}  // namespace
}  // namespace kith::bench

int main(int argc, char** argv) {
    const auto source = kith::crypto::SodiumRandom::create();
    if (!source) return 1;
    kith::crypto::PooledRandom random(**source);  // as in the daemon
    const std::size_t calls = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20000;
    for (const std::size_t size : {100U, 300U, 1024U}) {
        kith::bench::compare(random, size, calls < 10 ? 10 : calls);
    }
    return 0;
}
