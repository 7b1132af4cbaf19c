// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/session/session_pair.h"

#include "core/session/session_codec.h"

namespace kith::session::test {

Side Side::make(Random& random) {
    auto root = crypto::AccountKeyPair::generate(random);
    auto device = identity::Device::generate(random);
    auto list = identity::first_device_list(root, device, unix_seconds(start)).value();
    return {std::move(root),
            std::move(device),
            std::move(list),
            OwnSignedPrekey::generate(random, start),
            OwnOneTimePrekey::generate(random, start)};
}

ResponderPublic Side::published(bool with_one_time) const {
    ResponderPublic keys{
        party(), {signed_prekey.id, signed_prekey.pair.public_key()}, std::nullopt};
    if (with_one_time) {
        keys.one_time = NumberedOneTimePrekey{one_time.id, one_time.pair.public_key()};
    }
    return keys;
}

ResponderPrivate Side::keys_for(const Init& init) const {
    return {signed_prekey.id,
            signed_prekey.pair,
            one_time.id,
            init.keys.one_time_id ? &one_time.pair : nullptr};
}

Result<Session::Accepted> Side::accept(const Side& peer,
                                       const Init& init,
                                       Random& random,
                                       Timestamp now) const {
    return Session::accept(own(), keys_for(init), peer.party(), init, random, now);
}

Pair::Both Pair::connected() {
    Session mine = initiate();
    const Sealed hello = mine.seal(as_bytes("hello"), a.signed_list(), random, start).value();
    const Init init = decode_init(hello.d).value();
    Session theirs = b.accept(a, init, random).value().session;
    const Sealed answer = theirs.seal(as_bytes("hi"), b.signed_list(), random, start).value();
    mine.open(answer.d, WireForm::Ratchet, random, start).value();
    return {std::move(mine), std::move(theirs)};
}

Bytes saved(const Session& session) {
    Bytes out;
    encode_session(session, out);
    for (const auto& chain : session.ratchet().skipped().chains()) {
        for (const auto& entry : chain.entries) {
            const SkippedId id{chain.chain, entry.number};
            append(out, session.ratchet().skipped().encode_row(id));
        }
    }
    return out;
}

std::string text_of(const Bytes& payload) {
    return std::string(as_text(payload));
}

}  // namespace kith::session::test
