// SPDX-License-Identifier: GPL-3.0-or-later
// Two ends of a session over a path that loses, delays, repeats and damages. The input is a list
// of steps. Whatever the path does, each message is read at most once, as it was written, and what
// was refused has changed nothing.
#include "core/session/double_ratchet.h"
#include "tests/fuzz/property.h"
#include "tests/support/seeded_random.h"

#include <set>

namespace kith::fuzz {

struct End {
    session::DoubleRatchet ratchet;
    std::vector<std::pair<std::uint32_t, Bytes>> arriving;  // number, wire
    std::set<std::uint32_t> read;
};

session::Agreement agreement() {
    return {session::Suite::Classic,
            {},
            crypto::RootKey::copy_of(Bytes(32, 1)),
            crypto::HeaderKey::copy_of(Bytes(32, 2)),
            crypto::HeaderKey::copy_of(Bytes(32, 3)),
            crypto::ExportKey::copy_of(Bytes(32, 4))};
}

/// Opens one message; `number` is nothing if its bytes were changed.
void deliver(End& to, ByteView wire, std::optional<std::uint32_t> number, Random& random) {
    const auto opened = to.ratchet.open(wire, session::WireForm::Ratchet, random, {});
    if (!opened) return;
    KITH_ASSERT(number && equal(opened->payload, be_bytes<std::uint32_t>(*number)));
    KITH_ASSERT(to.read.insert(*number).second);
}

void one_input(ByteView in) {
    test::SeededRandom random(1);
    const auto prekey = crypto::SignedPrekeyPair::generate(random);
    End a{*session::DoubleRatchet::initiator(
              agreement(), prekey.public_key(), crypto::RatchetKeyPair::generate(random)),
          {},
          {}};
    End b{session::DoubleRatchet::responder(agreement(), prekey), {}, {}};
    std::uint32_t next = 0;
    // A step: bit 0 who acts, bits 1 and 2 what, the rest which message.
    for (const std::uint8_t step : in.first(std::min<std::size_t>(in.size(), 64))) {
        End& me = step & 1 ? a : b;
        End& peer = step & 1 ? b : a;
        if ((step & 6) == 0) {
            const auto wire =
                me.ratchet.seal(be_bytes<std::uint32_t>(next), session::WireForm::Ratchet, random);
            KITH_ASSERT(wire.has_value() == me.ratchet.can_send());
            if (wire) peer.arriving.emplace_back(next++, *wire);
        } else if (!me.arriving.empty()) {
            const auto at = me.arriving.begin() + (step >> 3) % std::ssize(me.arriving);
            if ((step & 6) == 2) deliver(me, at->second, at->first, random);
            if ((step & 6) == 4) me.arriving.erase(at);
            if ((step & 6) == 6) {
                Bytes damaged = at->second;
                damaged[step % damaged.size()] ^= 1;
                deliver(me, damaged, std::nullopt, random);
            }
        }
    }
}

}  // namespace kith::fuzz
