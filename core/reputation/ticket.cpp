// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/ticket.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"

#include <algorithm>

namespace kith::reputation {
namespace {

using crypto::Label;

constexpr std::uint8_t kind_work = 1;
constexpr std::uint8_t kind_invite = 2;
constexpr std::string_view invite_role = "Q";

/// Takes fields of fixed size off the front; the total size was checked before.
class Fields {
  public:
    explicit Fields(ByteView bytes) : left_(bytes) {}

    template <class T>
    T number() {
        return read_be<T>(take(sizeof(T)));
    }

    template <class T>
    T id() {
        return T::copy_of(take(T::size_bytes));
    }

    Nonces nonces() {
        Nonces out{};
        for (std::uint64_t& nonce : out)
            nonce = number<std::uint64_t>();
        return out;
    }

    ByteView rest() const { return left_; }

  private:
    ByteView take(std::size_t size) {
        const ByteView out = left_.first(size);
        left_ = left_.subspan(size);
        return out;
    }

    ByteView left_;
};

void append_nonces(Bytes& out, const Nonces& nonces) {
    for (const std::uint64_t nonce : nonces)
        append_be<std::uint64_t>(out, nonce);
}

Bytes joined(std::span<const InitDigest> digests) {
    Bytes out;
    for (const InitDigest& digest : digests)
        append(out, digest);
    return out;
}

Result<> check_head(ByteView bytes, std::size_t size) {
    if (bytes.size() != size) return refuse(Code::Malformed, "size", "length of a proof of work");
    if (bytes[0] != kind_work) {
        return refuse(Code::UnsupportedVersion, "version", "another proof of work");
    }
    return success();
}

Result<Ticket> decode_work(ByteView bytes) {
    if (bytes.size() < proof_size) return refuse(Code::Malformed, "size", "length of a ticket");
    WorkTicket ticket;
    KITH_TRY(ticket.proof, Proof::decode(bytes.first(proof_size)));
    Fields in(bytes.subspan(proof_size));
    if (in.rest().size() != ticket.proof.inits * InitDigest::size_bytes) {
        return refuse(Code::Malformed, "size", "length of a ticket");
    }
    for (std::size_t i = 0; i < ticket.proof.inits; ++i)
        ticket.digests.push_back(in.id<InitDigest>());
    return ticket;
}

Result<Ticket> decode_invite(ByteView bytes) {
    if (bytes.size() != invite_ticket_size) {
        return refuse(Code::Malformed, "size", "length of a ticket");
    }
    Fields in(bytes.subspan(1));
    InviteTicket ticket;
    ticket.invite = in.id<crypto::InviteId>();
    ticket.tag = in.id<InviteTag>();
    return ticket;
}

crypto::Mac32 full_tag(const crypto::InviteKey& key,
                       const crypto::BlindedAccountKey& recipient,
                       const InitDigest& own) {
    return crypto::mac(key.expose(), as_bytes(invite_role), recipient, own);
}

}  // namespace

InitDigest init_digest(ByteView init) {
    return crypto::hash_as<InitDigest>(Label::PowInit, init);
}

BodyHash body_hash(const crypto::AccountKey& sender, std::span<const InitDigest> digests) {
    KITH_ASSERT(!digests.empty() && digests.size() <= ticket_inits);
    return crypto::hash_as<BodyHash>(Label::PowBody, sender, joined(digests));
}

// --- Proof --------------------------------------------------------------------------------------

Bytes Proof::encode() const {
    Bytes out{kind_work};
    append_be<std::uint64_t>(out, epoch);
    append_be<std::uint32_t>(out, difficulty);
    out.push_back(inits);
    append(out, body);
    append_nonces(out, nonces);
    return out;
}

Result<Proof> Proof::decode(ByteView bytes) {
    KITH_CHECK(check_head(bytes, proof_size));
    Fields in(bytes.subspan(1));
    Proof out;
    out.epoch = in.number<std::uint64_t>();
    out.difficulty = in.number<std::uint32_t>();
    out.inits = in.number<std::uint8_t>();
    if (out.difficulty == 0) return refuse(Code::Malformed, "bad_field", "difficulty 0");
    if (out.inits == 0 || out.inits > ticket_inits) {
        return refuse(Code::Malformed, "bad_field", "number of messages in a ticket");
    }
    out.body = in.id<BodyHash>();
    out.nonces = in.nonces();
    return out;
}

Puzzle Proof::puzzle(const RecipientDay& day) const {
    KITH_ASSERT(day.epoch == epoch);
    return {crypto::hash_as<Challenge>(Label::Pow,
                                       day.account,
                                       be_bytes<std::uint64_t>(epoch),
                                       day.beacon,
                                       be_bytes<std::uint32_t>(difficulty),
                                       be_bytes<std::uint8_t>(inits),
                                       body),
            difficulty};
}

// --- Ticket -------------------------------------------------------------------------------------

Bytes encode_ticket(const Ticket& ticket) {
    if (const auto* const invite = std::get_if<InviteTicket>(&ticket)) {
        Bytes out{kind_invite};
        append(out, invite->invite);
        append(out, invite->tag);
        return out;
    }
    const WorkTicket& work = std::get<WorkTicket>(ticket);
    KITH_ASSERT(work.digests.size() == work.proof.inits);
    return concat(work.proof.encode(), joined(work.digests));
}

Result<Ticket> decode_ticket(ByteView bytes) {
    if (bytes.empty()) return refuse(Code::Malformed, "size", "empty ticket");
    if (bytes[0] == kind_work) return decode_work(bytes);
    if (bytes[0] == kind_invite) return decode_invite(bytes);
    return refuse(Code::UnsupportedVersion, "version", "another kind of ticket");
}

InviteTag invite_tag(const crypto::InviteKey& key,
                     const crypto::BlindedAccountKey& recipient,
                     const InitDigest& own) {
    return InviteTag::copy_of(full_tag(key, recipient, own));
}

Result<> verify_invite(const InviteTicket& ticket,
                       const crypto::InviteKey& key,
                       const crypto::BlindedAccountKey& recipient,
                       const InitDigest& own) {
    if (!crypto::verify_mac(full_tag(key, recipient, own), ticket.tag)) {
        return refuse(Code::Refused, "bad_mac", "not made with the invitation");
    }
    return success();
}

// --- Lease --------------------------------------------------------------------------------------

Bytes LeaseWork::encode() const {
    Bytes out{kind_work};
    append_be<std::uint64_t>(out, epoch);
    append_be<std::uint32_t>(out, difficulty);
    append_nonces(out, nonces);
    return out;
}

Result<LeaseWork> LeaseWork::decode(ByteView bytes) {
    KITH_CHECK(check_head(bytes, lease_work_size));
    Fields in(bytes.subspan(1));
    LeaseWork out;
    out.epoch = in.number<std::uint64_t>();
    out.difficulty = in.number<std::uint32_t>();
    if (out.difficulty == 0) return refuse(Code::Malformed, "bad_field", "difficulty 0");
    out.nonces = in.nonces();
    return out;
}

Puzzle LeaseWork::puzzle(const crypto::BoxId& host, const crypto::LeaseKey& lease) const {
    return {crypto::hash_as<Challenge>(Label::PowLease,
                                       host,
                                       lease,
                                       be_bytes<std::uint64_t>(epoch),
                                       be_bytes<std::uint32_t>(difficulty)),
            difficulty};
}

}  // namespace kith::reputation
