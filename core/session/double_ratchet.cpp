// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/double_ratchet.h"

#include "core/base/limits.h"
#include "core/crypto/aead.h"
#include "core/crypto/padding.h"
#include "core/session/chain_key.h"
#include "core/session/message_key.h"
#include "core/session/root_key.h"

#include <algorithm>

namespace kith::session {
namespace {

constexpr std::uint8_t wire_version = 1;
constexpr std::size_t hn_at = 1;
constexpr std::size_t header_at = 25;
constexpr std::size_t body_at = 89;

static_assert(body_at + crypto::aead_overhead == wire_overhead);

const std::array<std::size_t, 4>& blocks(WireForm form) {
    return form == WireForm::Ratchet ? ratchet_blocks : init_blocks;
}

/// AD of a body: TH || ver || hn || eh, without an allocation.
class BodyAd {
  public:
    BodyAd(const Transcript& ad, ByteView wire) {
        const auto end = std::ranges::copy(ad.view(), bytes_.begin()).out;
        std::ranges::copy(wire.first(body_at), end);
    }

    ByteView view() const { return bytes_; }

  private:
    std::array<std::uint8_t, Transcript::size_bytes + body_at> bytes_{};
};

/// Walks a chain from number `from` to `until` and keeps the keys between.
ChainKey walk(const ChainKey& chain,
              std::uint32_t from,
              std::uint32_t until,
              std::vector<SkippedKey>& skipped) {
    ChainKey current = chain.clone();
    skipped.reserve(until - from);
    for (std::uint32_t number = from; number < until; ++number) {
        ChainStep next = step(current);
        skipped.push_back({number, std::move(next.message)});
        current = std::move(next.next);
    }
    return current;
}

/// How far a message with a new ratchet key may jump, in the chain that ends and in its own.
Result<> check_step(const RatchetState& state, const Header& header) {
    const std::uint32_t read = state.receive ? state.received : 0;
    const std::uint32_t longest = state.receive ? limits::skip : 0;
    if (header.previous < read || header.previous - read > longest ||
        header.number > limits::skip) {
        return fail(Code::TooLarge, "skip_limit");
    }
    return success();
}

}  // namespace

// A wire message of the right size and version.
struct DoubleRatchet::Wire {
    ByteView bytes;
    AeadNonce hn;

    static Result<Wire> parse(ByteView bytes, WireForm form) {
        if (bytes.empty()) return fail(Code::Malformed, "size");
        if (bytes[0] != wire_version) return fail(Code::UnsupportedVersion, "version");
        const auto fits = [&](std::size_t block) { return bytes.size() == block + wire_overhead; };
        if (std::ranges::none_of(blocks(form), fits)) return fail(Code::Malformed, "size");
        return Wire{bytes, AeadNonce::copy_of(bytes.subspan(hn_at))};
    }

    Result<Header> header(const HeaderKey& key, const Transcript& ad) const {
        return open_header(key, hn, ad, bytes.subspan<header_at, sealed_header_size>());
    }

    /// The payload. Nothing is committed before this succeeds.
    Result<Bytes> payload(const MessageKey& key, const Transcript& ad) const {
        Bytes block(bytes.size() - wire_overhead);
        if (!open_body(key, hn, BodyAd(ad, bytes).view(), bytes.subspan(body_at), block)) {
            return fail(Code::DecryptFailed, "open_failed");
        }
        auto size = crypto::unpadded_size(block);
        if (!size) {
            crypto::wipe(block);
            return fail(Code::Malformed, "bad_pad");
        }
        block.resize(*size);
        return block;
    }
};

Result<DoubleRatchet> DoubleRatchet::initiator(const Agreement& agreement,
                                               const crypto::SignedPrekey& peer,
                                               RatchetKeyPair first) {
    const auto dhr = RatchetKey::copy_of(peer);
    KITH_TRY(const SharedSecret dh, crypto::agree(first, dhr));
    RootStep sending = step(agreement.root, dh, agreement.suite);
    return DoubleRatchet(RatchetState{
        agreement.suite,
        agreement.transcript,
        std::move(sending.root),
        std::move(first),
        dhr,
        RatchetState::Chain{std::move(sending.chain), agreement.initiator_header.clone()},
        std::nullopt,
        std::move(sending.next_header),
        agreement.responder_header.clone()});
}

DoubleRatchet DoubleRatchet::responder(const Agreement& agreement,
                                       const crypto::SignedPrekeyPair& own) {
    return DoubleRatchet(RatchetState{agreement.suite,
                                      agreement.transcript,
                                      agreement.root.clone(),
                                      own.repurposed<RatchetKey>(),
                                      std::nullopt,
                                      std::nullopt,
                                      std::nullopt,
                                      agreement.responder_header.clone(),
                                      agreement.initiator_header.clone()});
}

Result<Bytes> DoubleRatchet::seal(ByteView payload, WireForm form, Random& random) {
    if (!state_.send) return fail(Code::NotFound, "no_send_chain");
    const auto block = std::ranges::upper_bound(blocks(form), payload.size());
    if (block == blocks(form).end()) return fail(Code::TooLarge, "payload of a ratchet message");
    if (state_.sent >= counter_limit) return fail(Code::TooLarge, "counter");

    Bytes wire(wire_overhead + *block);
    const MutableByteView out = wire;
    out[0] = wire_version;
    random.fill(out.subspan<hn_at, AeadNonce::size_bytes>());
    const AeadNonce hn = AeadNonce::copy_of(out.subspan(hn_at));
    const Header header{state_.own.public_key(), state_.previous, state_.sent};
    seal_header(
        state_.send->header, hn, state_.ad, header, out.subspan<header_at, sealed_header_size>());
    std::ranges::copy(payload, out.begin() + body_at);
    crypto::pad_in_place(out.subspan(body_at, *block), payload.size());

    ChainStep next = step(state_.send->key);
    seal_body(next.message, hn, BodyAd(state_.ad, wire).view(), out.subspan(body_at));
    state_.send->key = std::move(next.next);
    ++state_.sent;
    return wire;
}

Result<DoubleRatchet::Opened> DoubleRatchet::open(ByteView bytes,
                                                  WireForm form,
                                                  Random& random,
                                                  Timestamp now) {
    KITH_TRY(const Wire wire, Wire::parse(bytes, form));
    // DecryptFailed means "not this header key"; any other failure is the answer.
    const auto is_answer = [](const Result<Header>& header) {
        return header || header.error().code != Code::DecryptFailed;
    };
    if (state_.receive) {
        const auto header = wire.header(state_.receive->header, state_.ad);
        if (header) return open_current(wire, *header, now);
        if (is_answer(header)) return tl::unexpected(header.error());
    }
    const auto header = wire.header(state_.next_receive, state_.ad);
    if (header) return open_next(wire, *header, random, now);
    if (is_answer(header)) return tl::unexpected(header.error());
    const auto chains = skipped_.chains();
    for (auto chain = chains.rbegin(); chain != chains.rend(); ++chain) {
        if (chain->chain == state_.chain) continue;  // its header key was tried first
        const auto old = wire.header(chain->header, state_.ad);
        if (old) return open_skipped(wire, {chain->chain, old->number});
        if (is_answer(old)) return tl::unexpected(old.error());
    }
    return fail(Code::DecryptFailed, "no_header_key");
}

Result<DoubleRatchet::Opened> DoubleRatchet::open_skipped(const Wire& wire, SkippedId id) {
    const MessageKey* key = skipped_.find(id);
    if (key == nullptr) return fail(Code::Replayed, "duplicate");
    Opened opened;
    KITH_TRY(opened.payload, wire.payload(*key, state_.ad));
    skipped_.remove(id, opened.skipped);
    return opened;
}

Result<DoubleRatchet::Opened> DoubleRatchet::open_current(const Wire& wire,
                                                          const Header& header,
                                                          Timestamp now) {
    if (header.number < state_.received) {
        return open_skipped(wire, {state_.chain, header.number});
    }
    if (header.number - state_.received > limits::skip) return fail(Code::TooLarge, "skip_limit");
    std::vector<SkippedKey> skipped;
    // Nothing is skipped as a rule, and no copy of the chain key made.
    ChainStep next = header.number == state_.received
                         ? step(state_.receive->key)
                         : step(walk(state_.receive->key, state_.received, header.number, skipped));

    Opened opened;
    KITH_TRY(opened.payload, wire.payload(next.message, state_.ad));

    skipped_.add(state_.chain, state_.receive->header, std::move(skipped), now, opened.skipped);
    skipped_.trim(limits::skipped_keys, opened.skipped);
    opened.skipped.settle();
    state_.receive->key = std::move(next.next);
    state_.received = header.number + 1;
    return opened;
}

Result<DoubleRatchet::Opened> DoubleRatchet::open_next(const Wire& wire,
                                                       const Header& header,
                                                       Random& random,
                                                       Timestamp now) {
    KITH_CHECK(check_step(state_, header));
    // The receiving half of the step.
    KITH_TRY(const SharedSecret receiving_dh, crypto::agree(state_.own, header.dh));
    RootStep receiving = step(state_.root, receiving_dh, state_.suite);
    std::vector<SkippedKey> rest;  // of the chain that ends
    if (state_.receive) walk(state_.receive->key, state_.received, header.previous, rest);
    std::vector<SkippedKey> skipped;  // of the chain that begins
    const ChainKey reached = walk(receiving.chain, 0, header.number, skipped);
    ChainStep next = step(reached);

    Opened opened;
    opened.stepped = true;
    KITH_TRY(opened.payload, wire.payload(next.message, state_.ad));

    // The sending half.
    auto own = RatchetKeyPair::generate(random);
    KITH_TRY(const SharedSecret sending_dh, crypto::agree(own, header.dh));
    RootStep sending = step(receiving.root, sending_dh, state_.suite);

    // Nothing fails from here on.
    if (state_.receive) {
        skipped_.add(state_.chain, state_.receive->header, std::move(rest), now, opened.skipped);
    }
    const std::uint32_t chain = state_.chain + 1;
    skipped_.drop_old_chains(chain, opened.skipped);
    skipped_.add(chain, state_.next_receive, std::move(skipped), now, opened.skipped);
    skipped_.trim(limits::skipped_keys, opened.skipped);
    opened.skipped.settle();
    state_ =
        RatchetState{state_.suite,
                     state_.ad,
                     std::move(sending.root),
                     std::move(own),
                     header.dh,
                     RatchetState::Chain{std::move(sending.chain), std::move(state_.next_send)},
                     RatchetState::Chain{std::move(next.next), std::move(state_.next_receive)},
                     std::move(sending.next_header),
                     std::move(receiving.next_header),
                     0,
                     header.number + 1,
                     state_.sent,
                     chain};
    return opened;
}

}  // namespace kith::session
