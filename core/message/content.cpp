// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/content.h"

#include <type_traits>

namespace kith::message {
namespace {

Result<> at_most(std::size_t size, std::size_t bound, const char* what) {
    if (size > bound) return fail(Code::TooLarge, what);
    return success();
}

struct Bounds {
    Result<> operator()(const Text& text) const {
        return at_most(text.text.size(), limits::text, "text of a message");
    }

    Result<> operator()(const Receipt& receipt) const {
        if (receipt.ids.empty()) return fail(Code::InvalidArgument, "a receipt without ids");
        KITH_CHECK(at_most(receipt.ids.size(), limits::receipt_ids, "ids of a receipt"));
        return at_most(receipt.via.size(), limits::receipt_ids, "hosts of a receipt");
    }

    Result<> operator()(const Request& request) const {
        KITH_CHECK(name(request.name));
        KITH_CHECK(at_most(request.introduction.size(), introduction_max, "introduction"));
        return at_most(request.text.size(), request_text_max, "text of a request");
    }

    Result<> operator()(const Reset& reset) const {
        return at_most(reset.have.size(), reset_sessions, "sessions of a reset");
    }

    Result<> operator()(const Answer& answer) const { return name(answer.name); }

    Result<> operator()(const JoinRequest& join) const { return name(join.name); }

    Result<> operator()(const JoinOk& join) const { return name(join.name); }

    Result<> operator()(const Profile& profile) const { return name(profile.name); }

    Result<> operator()(const Endpoints& told) const {
        return at_most(told.endpoints.size(), told_endpoints, "endpoints");
    }

    Result<> operator()(const DeviceList& list) const {
        return at_most(list.list.body.size(), limits::device_list_body, "device list");
    }

    Result<> operator()(const Mailbox& mailbox) const {
        if (mailbox.body.empty()) return fail(Code::InvalidArgument, "an empty word");
        return at_most(mailbox.body.size(), mailbox_body_max, "word about mailboxes");
    }

    Result<> operator()(const Introduction& word) const {
        if (word.introduction.empty()) return fail(Code::InvalidArgument, "no introduction");
        KITH_CHECK(name(word.name));
        return at_most(word.introduction.size(), introduction_max, "introduction");
    }

    Result<> operator()(const Unknown& unknown) const {
        return at_most(unknown.content.size(), limits::payload, "content of an unknown type");
    }

    template <class T>
    Result<> operator()(const T&) const {
        return success();
    }

  private:
    static Result<> name(const std::string& name) { return at_most(name.size(), name_max, "name"); }
};

template <class Alternative, ContentType type>
constexpr bool stands_at =
    std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(type), Content>,
                   Alternative>;

// type_of() relies on it: the alternatives stand in the order of their numbers.
static_assert(stands_at<Empty, ContentType::Empty> && stands_at<Text, ContentType::Text> &&
              stands_at<Receipt, ContentType::Receipt> &&
              stands_at<Request, ContentType::Request> && stands_at<Reset, ContentType::Reset> &&
              stands_at<Answer, ContentType::Answer> &&
              stands_at<JoinRequest, ContentType::JoinRequest> &&
              stands_at<JoinChallenge, ContentType::JoinChallenge> &&
              stands_at<JoinAuth, ContentType::JoinAuth> &&
              stands_at<JoinOk, ContentType::JoinOk> && stands_at<Profile, ContentType::Profile> &&
              stands_at<Endpoints, ContentType::Endpoints> &&
              stands_at<DeviceList, ContentType::DeviceList> &&
              stands_at<DeviceListAsk, ContentType::DeviceListAsk> &&
              stands_at<Mailbox, ContentType::Mailbox> &&
              stands_at<Introduction, ContentType::Introduction>);

}  // namespace

std::uint8_t type_of(const Content& content) {
    if (const auto* unknown = std::get_if<Unknown>(&content)) return unknown->type;
    return static_cast<std::uint8_t>(content.index());
}

bool is_shown(const Content& content) {
    return std::holds_alternative<Text>(content) || std::holds_alternative<Unknown>(content);
}

Result<> check_bounds(const Content& content) {
    return std::visit(Bounds{}, content);
}

}  // namespace kith::message
