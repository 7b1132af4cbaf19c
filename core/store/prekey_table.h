// SPDX-License-Identifier: GPL-3.0-or-later
// Private prekeys of this device, and the handshakes that were taken up with them.
//
//   Table::Prekey   0x01 || u8 kind || u32 id   the private key (core/session/own_prekeys.h)
//                   0x02 || u32 spk || init_id  a handshake that must not work again; empty
#pragma once

#include "core/session/handshake.h"
#include "core/session/own_prekeys.h"
#include "core/store/store.h"

#include <map>

namespace kith::store {

/// Everything of this table that is held in memory.
struct StoredPrekeys {
    std::map<std::uint32_t, session::OwnEnvelopeKey> envelope;
    std::map<std::uint32_t, session::OwnSignedPrekey> signed_prekeys;
    std::map<std::uint32_t, session::OwnOneTimePrekey> one_time;
};

class PrekeyTable {
  public:
    explicit PrekeyTable(const Store& store) : store_(store) {}

    Result<StoredPrekeys> load() const;

    template <class Key>
    void put(Changes& changes, const session::OwnPrekey<Key>& prekey) const {
        Bytes row = prekey.encode();
        const crypto::WipeGuard guard(row);
        changes.put(Table::Prekey, prekey_row(session::kind_of<Key>, prekey.id), row);
    }

    void erase(Changes& changes, session::PrekeyKind kind, std::uint32_t id) const {
        changes.erase(Table::Prekey, prekey_row(kind, id));
    }

    Result<bool> seen(std::uint32_t signed_id, const session::InitId& init) const;
    void put_seen(Changes& changes, std::uint32_t signed_id, const session::InitId& init) const;
    /// The signed prekey goes, and with it the memory of its handshakes.
    Result<> erase_signed(Changes& changes, std::uint32_t signed_id) const;

  private:
    static Bytes prekey_row(session::PrekeyKind kind, std::uint32_t id);

    const Store& store_;
};

}  // namespace kith::store
