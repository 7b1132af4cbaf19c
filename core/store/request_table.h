// SPDX-License-Identifier: GPL-3.0-or-later
// Contact requests: those of strangers at our desk, what we asked of them, and our own.
//
//   Table::Reputation  0x02 0x00                     state of the desk, with its secret
//                      0x02 0x01 || id 16            a request at the desk
//                      0x02 0x02 || index(reach)     what was asked for on the last days
//                      0x02 0x03 || index(account)   a request of ours
//                      0x02 0x04 || index(account)   somebody introduces us to it
//                      0x02 0x05 || id 16            an introduction that was charged to its
//                      voucher
//
// Decoders check every bound; rows are versioned. Specification: docs/spec/requests.md.
#pragma once

#include "core/store/request_row.h"
#include "core/store/store.h"

#include <optional>
#include <vector>

namespace kith::store {

class RequestTable {
  public:
    explicit RequestTable(const Store& store) : store_(store) {}

    /// nullopt: the desk was never used.
    Result<std::optional<DeskState>> state() const;
    static void put(Changes& changes, const DeskState& state);

    /// All requests at the desk. A row that cannot be read is passed by and named in `unreadable`.
    Result<std::vector<DeskEntry>> entries(std::vector<Bytes>& unreadable) const;
    /// nullopt: no such request.
    Result<std::optional<DeskEntry>> entry(const crypto::MessageId& id) const;
    static void put(Changes& changes, const DeskEntry& entry);
    static void erase(Changes& changes, const crypto::MessageId& id);

    Result<std::vector<AskedWork>> asked() const;
    void put(Changes& changes, const AskedWork& asked) const;
    void erase(Changes& changes, const crypto::ReachSecret& reach) const;

    Result<std::vector<OwnRequest>> own() const;
    void put(Changes& changes, const OwnRequest& request) const;
    void erase_own(Changes& changes, const crypto::AccountKey& account) const;

    Result<std::vector<HeldIntroduction>> introductions() const;
    /// nullopt: nobody has introduced us to it.
    Result<std::optional<HeldIntroduction>> introduction(const crypto::AccountKey& account) const;
    void put(Changes& changes, const HeldIntroduction& held) const;
    void erase_introduction(Changes& changes, const crypto::AccountKey& account) const;

    Result<std::vector<ChargedIntroduction>> charged() const;
    static void put(Changes& changes, const ChargedIntroduction& charged);
    static void erase_charged(Changes& changes, const reputation::IntroductionId& id);

  private:
    const Store& store_;
};

}  // namespace kith::store
