// SPDX-License-Identifier: GPL-3.0-or-later
// The people of a flood: who they are, and what each says with which proof, right or spoiled as the
// plan of flood.cpp wants it.
#pragma once

#include "core/base/clock.h"
#include "core/identity/account.h"
#include "core/identity/invite.h"
#include "core/message/inner.h"
#include "core/message/message_id.h"
#include "core/message/payload.h"
#include "core/node/beacon_lookup.h"
#include "core/reputation/ticket.h"
#include "core/session/prekey_bundle.h"
#include "core/session/session.h"
#include "core/transport/link_caller.h"
#include "tests/e2e/flood_plan.h"

#include <memory>
#include <string>
#include <utility>

namespace kith::test {

template <class T>
T need(Result<T> result) {
    if (!result) give_up(result.error().context);
    return *std::move(result);
}

inline void need_ok(const Result<>& result) {
    if (!result) give_up(result.error().context);
}

/// Somebody new, and what it has to say. Of the account only the name is left.
struct Stranger {
    transport::DeviceIdentity identity() {
        const auto party = session::Party::of(account, device);
        return {party.device, party.signing, party.dh, list, [this](ByteView bytes) {
                    return crypto::sign(crypto::Label::Link, device.signing, bytes);
                }};
    }

    crypto::AccountKey account;
    identity::Device device;
    identity::VerifiedDeviceList list;
    Bytes message;
    Endpoint from;
};

/// Whom they all want to speak to.
struct Besieged {
    const identity::Invite& invite;
    const node::Whereabouts& found;
    const directory::EpochKeys& keys;
    const session::OpenedBundle& bundle;
};

class Strangers {
  public:
    Strangers(const FloodPlan& plan, const Besieged& besieged, Clock& clock, Random& random)
        : plan_(plan), besieged_(besieged), clock_(clock), random_(random) {}

    std::unique_ptr<Stranger> make(std::size_t number) {
        const auto account = identity::Account::generate(random_);
        auto device = identity::Device::generate(random_);
        if (plan_.same && only_) {
            only_->message = message(*only_);
            return std::move(only_);
        }
        auto list =
            need(identity::first_device_list(*account.root, device, unix_seconds(clock_.wall())));
        auto out = std::make_unique<Stranger>(
            Stranger{account.key, std::move(device), std::move(list), {}, {}});
        out->from = Endpoint::v4(127, 0, 0, 1, 0);
        if (plan_.networks > 0) {
            const std::size_t at = plan_.first + number % plan_.networks;
            const auto high = static_cast<std::uint8_t>(1 + at / 256 % 250);
            out->from = Endpoint::v4(127, high, static_cast<std::uint8_t>(at % 256), 1, 0);
        }
        out->message = message(*out);
        return out;
    }

    /// It speaks again, when all are one.
    void give_back(std::unique_ptr<Stranger> stranger) { only_ = std::move(stranger); }

    /// Done for all proofs so far.
    std::uint64_t evaluations() const { return evaluations_; }

  private:
    Bytes message(const Stranger& self) {
        const Timestamp now = clock_.wall();
        const auto& keys = besieged_.bundle.devices.front();
        const session::ResponderPublic peer{
            keys.party, {keys.signed_prekey->id, keys.signed_prekey->key}, std::nullopt};
        auto session = need(session::Session::initiate(
            session::OwnParty::of(self.account, self.device), peer, random_, now));
        message::Payload payload;
        payload.id = message::make_message_id(now, random_);
        payload.my_list = identity::ListMark::of(self.list);
        payload.content = message::Request{"somebody", "buy something", std::nullopt};
        const Bytes bytes = need(message::encode_payload(payload));
        const auto sealed = need(session.seal(bytes, self.list.signed_list(), random_, now));
        if (plan_.fault == "missing") return message::encode_inner_init({}, sealed.d);
        return message::encode_inner_init(ticket(self, sealed.d), sealed.d);
    }

    Bytes ticket(const Stranger& self, ByteView init) {
        const std::string& fault = plan_.fault;
        reputation::WorkTicket out;
        out.digests.push_back(reputation::init_digest(init));
        if (fault == "invite") {
            const auto own = reputation::init_digest(init);
            const auto key = identity::invite_key(besieged_.invite.auth);
            const auto tag = reputation::invite_tag(key, besieged_.keys.account, own);
            return reputation::encode_ticket(reputation::InviteTicket{besieged_.invite.id, tag});
        }
        if (fault == "other") out.digests.front() = reputation::init_digest(Bytes(9));
        out.proof.epoch = besieged_.found.version.first.value() - (fault == "stale" ? 3 : 0);
        out.proof.difficulty = plan_.difficulty;
        const auto maker = fault == "foreign" ? besieged_.invite.account : self.account;
        out.proof.body = reputation::body_hash(maker, out.digests);
        const reputation::RecipientDay day{
            besieged_.keys.account, out.proof.epoch, besieged_.found.signer};
        reputation::Solver solver(out.proof.puzzle(day));
        while (!solver.done())
            need_ok(solver.step() ? Result<>() : fail(Code::Busy, "no memory"));
        evaluations_ += solver.progress().evaluations;
        out.proof.nonces = fault == "false" ? wrong(solver) : solver.nonces();
        return reputation::encode_ticket(out);
    }

    /// Nonces of which the last solves nothing: of any other, one in `difficulty` does by chance.
    static reputation::Nonces wrong(const reputation::Solver& solver) {
        const auto& [challenge, difficulty] = solver.puzzle();
        const std::uint8_t last = reputation::sub_puzzles - 1;
        auto out = solver.nonces();
        ++out[last];
        while (need(reputation::evaluate(challenge, last, out[last])) <=
               reputation::target_of(difficulty))
            ++out[last];
        return out;
    }

    const FloodPlan& plan_;
    Besieged besieged_;
    Clock& clock_;
    Random& random_;
    std::unique_ptr<Stranger> only_;
    std::uint64_t evaluations_ = 0;
};

}  // namespace kith::test
