// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/method.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

namespace kith::api {
namespace {

template <class R>
struct ResultName {
    static std::string get() {
        const auto document = Document::parse(to_json(R{}));
        return std::string(document->root()["type"].text().value_or("{}"));
    }
};

template <class R>
struct ResultName<std::vector<R>> {
    static std::string get() { return ResultName<R>::get() + "[]"; }
};

// What the table says about a method against what its structs say.
template <class P>
void expect_documented(std::set<std::string_view>& seen) {
    const Method* method = find_method(name_of<P>());
    ASSERT_NE(method, nullptr) << name_of<P>();
    EXPECT_EQ(method->parameters, fmt::format("{}", fmt::join(member_names<P>(), ", ")))
        << method->name;
    EXPECT_EQ(method->result, ResultName<typename P::Result>::get()) << method->name;
    EXPECT_FALSE(method->what.empty());
    seen.insert(method->name);
}

template <class... P>
std::set<std::string_view> expect_all_documented() {
    std::set<std::string_view> seen;
    (expect_documented<P>(seen), ...);
    return seen;
}

TEST(Method, TheTableDescribesTheStructs) {
    const auto seen = expect_all_documented<HelloCall,
                                            StatusShow,
                                            DaemonStatus,
                                            DaemonStop,
                                            DaemonLimits,
                                            DaemonLog,
                                            ProfileUnlock,
                                            ProfileLock,
                                            IdentityCreate,
                                            IdentityShow,
                                            IdentitySet,
                                            InviteCreate,
                                            InviteList,
                                            InviteRevoke,
                                            InviteRead,
                                            InviteAccept,
                                            ContactList,
                                            ContactShow,
                                            ContactAdd,
                                            ContactAccept,
                                            ContactDecline,
                                            ContactBlock,
                                            ContactUnblock,
                                            ContactRemove,
                                            ContactSet,
                                            ContactAcceptKey,
                                            ContactIntroduce,
                                            ContactReport,
                                            ReputationWhy,
                                            ReputationForgive,
                                            VerifyShow,
                                            VerifyConfirm,
                                            MessageSend,
                                            MessageWait,
                                            MessageTrace,
                                            MessageRetry,
                                            MessageCancel,
                                            MessageHistory,
                                            MessageUnread,
                                            MessageRead,
                                            EventsSubscribe,
                                            EventsAck,
                                            EventsUnsubscribe,
                                            EventsConsumers,
                                            EventsForget,
                                            NetStatus,
                                            NetPeers,
                                            NetPing,
                                            NetTraffic,
                                            MailboxList,
                                            MailboxUse,
                                            MailboxDrop,
                                            MailboxServe,
                                            MailboxStats,
                                            NetExport,
                                            NetBootstrap,
                                            ConfigList,
                                            ConfigGet,
                                            ConfigSet,
                                            ConfigUnset>();
    EXPECT_EQ(seen.size(), methods().size());
}

TEST(Method, ErrorsOfTheTableExist) {
    std::set<std::string_view> codes;
    for (const ProblemInfo& entry : problems())
        codes.insert(entry.code);
    for (const Method& method : methods()) {
        std::string_view rest = method.errors;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(", ");
            EXPECT_TRUE(codes.contains(rest.substr(0, comma))) << method.name << " " << rest;
            rest = comma == std::string_view::npos ? "" : rest.substr(comma + 2);
        }
    }
}

TEST(Method, IsFoundByItsExactName) {
    EXPECT_EQ(find_method("message.send")->result, "message");
    EXPECT_EQ(find_method("message.sen"), nullptr);
    EXPECT_EQ(find_method(""), nullptr);
}

}  // namespace
}  // namespace kith::api
