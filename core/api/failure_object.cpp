// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/failure_object.h"

#include "core/api/fields.h"

namespace kith::api {
namespace {

struct ErrorObject {
    std::string code;
    std::string message;
    std::vector<std::string> facts;
    std::optional<std::string> hint;
    std::uint64_t exit = 1;
};

}  // namespace

template <>
struct Fields<ErrorObject> : Object {
    static constexpr std::string_view type = "error";

    static void list(auto& self, auto& member) {
        member("code", self.code);
        member("message", self.message);
        member.if_any("facts", self.facts);
        member("hint", self.hint);
        member("exit", self.exit);
    }
};

std::string to_json(const Failure& failure) {
    ErrorObject object{failure.code, failure.message, failure.facts, {}, 1};
    if (!failure.hint.empty()) object.hint = failure.hint;
    object.exit = static_cast<std::uint64_t>(failure.exit);
    std::string out;
    Writer writer(out);
    write(writer, object);
    return out;
}

std::optional<Failure> read_failure(Value value) {
    const auto object = read<ErrorObject>(value);
    if (!object || object->exit == 0 || object->exit > 127) return std::nullopt;
    Failure failure;
    failure.code = object->code;
    failure.message = object->message;
    failure.facts = object->facts;
    failure.hint = object->hint.value_or("");
    failure.exit = static_cast<int>(object->exit);
    failure.rpc = -32000 - failure.exit;
    return failure;
}

}  // namespace kith::api
