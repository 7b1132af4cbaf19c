// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/account.h"

#include "core/api/fields.h"

namespace kith::api {

template <>
struct Fields<Nothing> : NoParameters {};

template <>
struct Fields<Identity> : Object {
    static constexpr std::string_view type = "identity";

    static void list(auto& self, auto& member) {
        member("id", self.id);
        member("name", self.name);
        member("address", self.address);
        member("fingerprint", self.fingerprint);
        member("device", self.device);
        member("recovery", self.recovery);
        member("bot", self.bot);
    }
};

template <>
struct Fields<IdentityCreate> : Parameters {
    static void list(auto& self, auto& member) {
        member("name", self.name);
        member("network", self.network);
        member("network_name", self.network_name);
        member("device", self.device);
        member("passphrase", self.passphrase);
    }
};

template <>
struct Fields<IdentityShow> : NoParameters {};

template <>
struct Fields<IdentitySet> : Parameters {
    static void list(auto& self, auto& member) {
        member("name", self.name);
        member("bot", self.bot);
        member("new_reach", self.new_reach);
    }
};

template <>
struct Fields<ProfileUnlock> : Parameters {
    static void list(auto& self, auto& member) { member("passphrase", self.passphrase); }
};

template <>
struct Fields<ProfileLock> : NoParameters {};

KITH_API_OBJECT(Nothing)
KITH_API_OBJECT(Identity)
KITH_API_OBJECT(IdentityCreate)
KITH_API_OBJECT(IdentityShow)
KITH_API_OBJECT(IdentitySet)
KITH_API_OBJECT(ProfileUnlock)
KITH_API_OBJECT(ProfileLock)

}  // namespace kith::api
