// SPDX-License-Identifier: GPL-3.0-or-later
// Our record rules, as OpenDHT asks for them, and records as OpenDHT values.
//
// OpenDHT lets the type of the value that is there first decide what may replace it, and takes any
// value of a type that nobody registered. A value of an unknown type at our key would therefore
// shut out the honest record for ever, so every type but ours must be registered as refused before
// a value of it can be stored. Registering all 65,536 costs 11 MB and 36 ms; instead, each packet
// is searched for types before OpenDHT sees it (packet_check.h), and a type is registered when it
// is heard of for the first time. Network values come in by packets only, so the effect is the
// same, and the cost is borne only under attack.
#pragma once

#include "core/base/clock.h"
#include "core/directory/best_record.h"
#include "core/directory/packet_check.h"
#include "core/directory/store_quota.h"

#include <bitset>
#include <memory>

// OpenDHT's own; its headers are for the .cpp files of this folder only.
namespace dht {
class Dht;
struct Value;
}  // namespace dht

namespace kith::dht {

class ValueRules {
  public:
    /// `clock` must outlive it.
    ValueRules(Clock& clock, directory::StoreLimits limits);

    /// Registers our type, and type 0, as which OpenDHT counts what it cannot read. The rules must
    /// outlive the Dht.
    void install(::dht::Dht& node);

    /// Registers the types that are new as refused. To be called before the packet is handed on.
    void refuse_unknown(::dht::Dht& node, const directory::ValueTypes& types);

    /// Values refused, and those among them for quota alone.
    struct Refusals {
        std::uint64_t all = 0;
        std::uint64_t quota = 0;
    };

    const Refusals& refusals() const { return refusals_; }

  private:
    friend struct ValuePolicy;

    void refuse(::dht::Dht& node, std::uint16_t type);

    Clock& clock_;
    directory::StoreQuota quota_;
    Refusals refusals_;
    std::bitset<65536> registered_;
};

/// A record as the value that is stored for it.
std::shared_ptr<::dht::Value> to_value(const directory::Slot& slot, ByteView data);

/// The record's bytes if the value is plain: of our type and nothing more than type, id and data.
std::optional<ByteView> record_of(const ::dht::Value& value);

/// How many bytes the value takes in a packet. One of at most 600 goes unbroken.
std::size_t packed_size(const ::dht::Value& value);

}  // namespace kith::dht
