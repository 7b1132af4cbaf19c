// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/value_rules.h"

#include "core/directory/record_rules.h"
#include "dht/socket_address.h"

#include <opendht/dht.h>

namespace kith::dht {

namespace {

directory::Slot slot_of(const ::dht::InfoHash& key, const ::dht::Value& value) {
    return {directory::Location::copy_of(ByteView(key.data(), key.size())),
            directory::ValueId(value.id)};
}

bool refuse_store(::dht::InfoHash,
                  std::shared_ptr<::dht::Value>&,
                  const ::dht::InfoHash&,
                  const ::dht::SockAddr&) {
    return false;
}

bool refuse_edit(::dht::InfoHash,
                 const std::shared_ptr<::dht::Value>&,
                 std::shared_ptr<::dht::Value>&,
                 const ::dht::InfoHash&,
                 const ::dht::SockAddr&) {
    return false;
}

// Never asked for: a refused value is not kept.
constexpr std::chrono::minutes refused_lifetime{1};

}  // namespace

// What OpenDHT calls. The cheap checks come first, then what the source may still ask for, then the
// signatures.
struct ValuePolicy {
    ValueRules& rules;
    ::dht::Dht& node;

    bool store(const ::dht::InfoHash& key,
               const ::dht::Value& value,
               const Endpoint& source) const {
        const auto data = record_of(value);
        const directory::Slot slot = slot_of(key, value);
        const auto epoch = directory::epoch_at(rules.clock_.wall());
        if (!data || !directory::check_record_form(slot, *data, epoch)) return refused();
        if (!rules.quota_.take_check(source, rules.clock_.now())) return over_quota();
        if (!directory::check_record(slot, *data, epoch)) return refused();
        const auto [bytes, values] = node.getStoreSize();
        const directory::StoreUse use{bytes, values};
        if (!rules.quota_.take_value(source, data->size(), use, rules.clock_.now())) {
            return over_quota();
        }
        return true;
    }

    bool edit(const ::dht::InfoHash& key,
              const ::dht::Value& old_value,
              const ::dht::Value& new_value,
              const Endpoint& source) const {
        const auto old_data = record_of(old_value);
        const auto new_data = record_of(new_value);
        const directory::Slot slot = slot_of(key, new_value);
        const auto epoch = directory::epoch_at(rules.clock_.wall());
        if (!old_data || !new_data || !directory::check_record_form(slot, *new_data, epoch)) {
            return refused();
        }
        if (!rules.quota_.take_check(source, rules.clock_.now())) return over_quota();
        return directory::check_replacement(slot, *old_data, *new_data, epoch) || refused();
    }

    bool refused() const {
        ++rules.refusals_.all;
        return false;
    }

    bool over_quota() const {
        ++rules.refusals_.quota;
        return refused();
    }
};

ValueRules::ValueRules(Clock& clock, directory::StoreLimits limits)
    : clock_(clock), quota_(limits) {}

void ValueRules::refuse(::dht::Dht& node, std::uint16_t type) {
    registered_.set(type);
    node.registerType(::dht::ValueType(type, "", refused_lifetime, refuse_store, refuse_edit));
}

void ValueRules::install(::dht::Dht& node) {
    registered_.reset();
    refuse(node, 0);
    const ValuePolicy policy{*this, node};
    registered_.set(directory::beacon_type);
    node.registerType(::dht::ValueType(
        directory::beacon_type,
        "kith.beacon",
        directory::record_lifetime,
        [policy](::dht::InfoHash key,
                 std::shared_ptr<::dht::Value>& value,
                 const ::dht::InfoHash&,
                 const ::dht::SockAddr& from) {
            return policy.store(key, *value, from_socket_address(from));
        },
        [policy](::dht::InfoHash key,
                 const std::shared_ptr<::dht::Value>& old_value,
                 std::shared_ptr<::dht::Value>& new_value,
                 const ::dht::InfoHash&,
                 const ::dht::SockAddr& from) {
            return policy.edit(key, *old_value, *new_value, from_socket_address(from));
        }));
}

void ValueRules::refuse_unknown(::dht::Dht& node, const directory::ValueTypes& types) {
    for (const std::uint16_t type : types.ids()) {
        if (!registered_.test(type)) refuse(node, type);
    }
}

std::shared_ptr<::dht::Value> to_value(const directory::Slot& slot, ByteView data) {
    return std::make_shared<::dht::Value>(directory::beacon_type, to_bytes(data), slot.id.value());
}

std::optional<ByteView> record_of(const ::dht::Value& value) {
    const bool plain = value.type == directory::beacon_type && !value.isEncrypted() &&
                       !value.owner && !value.recipient && value.user_type.empty() &&
                       value.priority == 0 && value.seq == 0;
    if (!plain) return std::nullopt;
    return ByteView(value.data);
}

std::size_t packed_size(const ::dht::Value& value) {
    return value.getPacked().size();
}

}  // namespace kith::dht
