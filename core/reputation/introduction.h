// SPDX-License-Identifier: GPL-3.0-or-later
// A contact vouches for somebody: "B, this is A; I know both of you." One hop, by a user's act.
//
//   body = { v: 1, x: AK_A, r: AK_B, id: bin16, exp: u64, did: did_V }       sig = SIG("vouch",
//   DSK_V, body) introduction = [body, sig]
//
// V gives it to A inside their session, A puts it into its request to B. It makes A's request
// cheaper and gives it slots of its own. What a bad one costs V is in record.h: vouching only,
// never the delivery of its messages. Specification: docs/spec/reputation.md#introductions.
#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"
#include "core/identity/known_devices.h"

#include <map>
#include <vector>

namespace kith::reputation {

/// How long an introduction is good; readers take no longer one, with a day for clocks.
inline constexpr Duration introduction_lifetime = days(14);
inline constexpr std::size_t introduction_body_max = 256;
inline constexpr std::size_t introduction_max = introduction_body_max + 80;

using IntroductionId = PublicBytes<16, struct IntroductionIdTag>;

struct Introduction {
    crypto::AccountKey introduced;  ///< A
    crypto::AccountKey recipient;   ///< B
    IntroductionId id;              ///< random
    std::uint64_t expires = 0;      ///< Unix seconds
    crypto::DeviceId device;        ///< of V

    /// A new one, good for introduction_lifetime.
    static Introduction make(const crypto::AccountKey& introduced,
                             const crypto::AccountKey& recipient,
                             const crypto::DeviceId& device,
                             Timestamp now,
                             Random& random);

    friend bool operator==(const Introduction&, const Introduction&) = default;
};

/// As it travels: exactly the bytes that were signed.
struct SignedIntroduction {
    Bytes body;
    crypto::Signature signature;

    static SignedIntroduction sign(const Introduction& introduction,
                                   const crypto::DeviceSigningPair& device);

    Bytes encode() const;
    /// Malformed. Form only.
    static Result<SignedIntroduction> decode(ByteView bytes);

    /// Which device claims to have signed it: leads to the contact whose device it is. Malformed:
    /// the body is not one.
    Result<crypto::DeviceId> claimed_device() const;

    friend bool operator==(const SignedIntroduction&, const SignedIntroduction&) = default;
};

/// Checks an introduction against the contact that should have made it. Errors, in this order:
/// Malformed; NotFound ("unknown_device"); BadSignature ("bad_sig"); Refused ("wrong_account": for
/// or about somebody else); Expired ("expired": over, or good for too long). That the contact may
/// vouch is Record::take_vouch()'s to say.
Result<Introduction> verify_introduction(const SignedIntroduction& introduction,
                                         const identity::KnownDevices& voucher,
                                         const crypto::AccountKey& sender,
                                         const crypto::AccountKey& self,
                                         Timestamp now);

/// Introductions that have been charged to their voucher: the sender's next tries show the same
/// one, which is valid and costs nothing more. Bounded; the caller keeps the rows.
class ChargedIntroductions {
  public:
    /// Beyond it the one that ends first goes: it would be charged again.
    static constexpr std::size_t most = 4096;

    bool contains(const IntroductionId& id) const { return ends_.contains(id); }

    /// @return those that are forgotten for it: over, or one too many
    std::vector<IntroductionId> add(const IntroductionId& id, std::uint64_t expires, Timestamp now);

    /// One that was stored.
    void restore(const IntroductionId& id, std::uint64_t expires) { ends_.emplace(id, expires); }

    std::size_t size() const { return ends_.size(); }

  private:
    std::map<IntroductionId, std::uint64_t> ends_;
};

}  // namespace kith::reputation
