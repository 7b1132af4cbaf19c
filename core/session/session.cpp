// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session.h"

#include <utility>

namespace kith::session {

Session::Session(Facts facts,
                 crypto::ExportKey exporter,
                 DoubleRatchet ratchet,
                 const crypto::DeviceId& own)
    : own_(own),
      facts_(std::move(facts)),
      exporter_(std::move(exporter)),
      ratchet_(std::move(ratchet)),
      mac_(std::make_unique<InnerMac>(exporter_, own, facts_.peer)) {}

Result<Session> Session::initiate(const OwnParty& own,
                                  const ResponderPublic& peer,
                                  Random& random,
                                  Timestamp now) {
    const auto ephemeral = crypto::EphemeralKeyPair::generate(random);
    KITH_TRY(Agreement agreement, agree_as_initiator(own, ephemeral, peer));
    KITH_TRY(DoubleRatchet ratchet,
             DoubleRatchet::initiator(
                 agreement, peer.signed_prekey.key, RatchetKeyPair::generate(random)));
    Facts facts;
    facts.id = session_id(agreement.transcript);
    facts.peer = peer.party.device;
    facts.role = Role::Initiator;
    facts.created = now;
    facts.last_step = now;
    facts.init = {ephemeral.public_key(), peer.signed_prekey.id, std::nullopt};
    if (peer.one_time) facts.init.one_time_id = peer.one_time->id;
    return Session(
        std::move(facts), std::move(agreement.exporter), std::move(ratchet), own.party.device);
}

Result<Session::Accepted> Session::accept(const OwnParty& own,
                                          const ResponderPrivate& keys,
                                          const Party& peer,
                                          const Init& init,
                                          Random& random,
                                          Timestamp now) {
    const bool same_keys = init.device == peer.device && init.keys.signed_id == keys.signed_id &&
                           init.keys.one_time_id.has_value() == (keys.one_time != nullptr) &&
                           (keys.one_time == nullptr || init.keys.one_time_id == keys.one_time_id);
    if (!same_keys) return fail(Code::InvalidArgument, "keys that the INIT does not name");
    KITH_TRY(Agreement agreement, agree_as_responder(own, keys, peer, init.keys.ephemeral));
    DoubleRatchet ratchet = DoubleRatchet::responder(agreement, keys.signed_prekey);
    KITH_TRY(Opened first, ratchet.open(init.ratchet, WireForm::Init, random, now));

    Facts facts;
    facts.id = session_id(agreement.transcript);
    facts.peer = peer.device;
    facts.role = Role::Responder;
    facts.created = now;
    facts.init = init.keys;
    Session session(
        std::move(facts), std::move(agreement.exporter), std::move(ratchet), own.party.device);
    session.note_opened(first, now);
    return Accepted{std::move(session), std::move(first)};
}

Result<Sealed> Session::seal(ByteView payload,
                             const identity::SignedDeviceList& own_list,
                             Random& random,
                             Timestamp now) {
    Sealed sealed;
    sealed.form = form();
    KITH_TRY(sealed.d, ratchet_.seal(payload, sealed.form, random));
    facts_.unanswered = 0;
    facts_.unanswered_since = now;
    if (sealed.form == WireForm::Ratchet) {
        sealed.mac = mac_->tag(ratchet_kind, sealed.d);
    } else {
        const Init init{ratchet_.state().suite, own_list, own_, facts_.init, ByteView(sealed.d)};
        sealed.d = encode_init(init);
    }
    return sealed;
}

Result<Session::Opened> Session::open(ByteView wire, WireForm form, Random& random, Timestamp now) {
    KITH_TRY(Opened opened, ratchet_.open(wire, form, random, now));
    note_opened(opened, now);
    return opened;
}

void Session::note_opened(const Opened& opened, Timestamp now) {
    facts_.acknowledged = true;
    if (opened.stepped) facts_.last_step = now;
    if (facts_.unanswered == 0) facts_.unanswered_since = now;
    ++facts_.unanswered;
}

Healing Session::healing(Timestamp now) const {
    const std::uint32_t sent = ratchet_.state().sent;
    if (sent >= renew_after_messages || (sent > 0 && now - facts_.last_step >= renew_after)) {
        return Healing::Renew;
    }
    if (facts_.unanswered >= heal_after_messages) return Healing::SendEmpty;
    // Two, not one: the answer to a single empty message would be another one, for ever.
    if (facts_.unanswered >= 2 && now - facts_.unanswered_since >= heal_after) {
        return Healing::SendEmpty;
    }
    return Healing::None;
}

}  // namespace kith::session
