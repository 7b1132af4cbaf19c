// SPDX-License-Identifier: GPL-3.0-or-later
// Where things are in the 554 bytes of a beacon, and in the 272 bytes that it seals. Part of the
// format. For beacon.cpp, beacon_content.cpp and record_rules.cpp.
#pragma once

#include "core/base/assert.h"
#include "core/base/bytes.h"
#include "core/crypto/keys.h"
#include "core/directory/beacon.h"
#include "core/directory/certificate.h"
#include "core/directory/epoch.h"

namespace kith::directory {

inline constexpr std::uint8_t beacon_version = 1;
inline constexpr std::size_t beacon_sealed_from = 178;  // all before is the seal's ad
inline constexpr std::size_t beacon_signed = 490;       // all before is signed
inline constexpr std::size_t beacon_plain = 272;

/// The clear fields, read in place. Requires: beacon_size bytes that outlive it.
class BeaconFields {
  public:
    explicit BeaconFields(ByteView data) : data_(data) { KITH_ASSERT(data.size() == beacon_size); }

    std::uint8_t version() const { return data_[0]; }

    std::uint8_t index() const { return data_[1]; }

    Epoch epoch() const { return Epoch(read_be<std::uint64_t>(data_.subspan(2))); }

    crypto::BlindedAccountKey account() const {
        return crypto::BlindedAccountKey::copy_of(data_.subspan(10));
    }

    Revision revision() const {
        return {read_be<std::uint32_t>(data_.subspan(42)),
                read_be<std::uint32_t>(data_.subspan(46))};
    }

    crypto::BeaconKey signer() const { return crypto::BeaconKey::copy_of(data_.subspan(50)); }

    Commitment commitment() const { return Commitment::copy_of(data_.subspan(82)); }

    crypto::Signature certificate() const { return crypto::Signature::copy_of(data_.subspan(114)); }

    crypto::AeadNonce nonce() const { return crypto::AeadNonce::copy_of(data_.subspan(178)); }

    ByteView associated() const { return data_.first(beacon_sealed_from); }

    ByteView sealed() const { return data_.subspan(202, 288); }

    ByteView signed_part() const { return data_.first(beacon_signed); }

    crypto::Signature signature() const { return crypto::Signature::copy_of(data_.subspan(490)); }

  private:
    ByteView data_;
};

/// The 272 bytes. Requires: no more boxes and endpoints than fit.
Bytes encode_content(const BeaconContent& content, const CommitmentNonce& nonce);

struct OpenedContent {
    BeaconContent content;
    CommitmentNonce nonce;
};

/// Malformed: "bad_count". Requires: 272 bytes.
Result<OpenedContent> decode_content(ByteView plain);

}  // namespace kith::directory
