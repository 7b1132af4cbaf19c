// SPDX-License-Identifier: GPL-3.0-or-later
// Checks an object against docs/schema/v1/: the part of JSON Schema that those files use.
#pragma once

#include "core/api/json.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>

namespace kith::test {

inline std::string schema_text(std::string_view type) {
    std::ifstream file(KITH_SOURCE_DIR "/docs/schema/v1/" + std::string(type) + ".json");
    return {std::istreambuf_iterator<char>(file), {}};
}

class SchemaCheck {
  public:
    /// What is wrong, with the place; "" when the value fits.
    static std::string complaint(std::string_view type, api::Value value) {
        const std::string text = schema_text(type);
        const auto schema = api::Document::parse(text);
        if (!schema) return "no schema for " + std::string(type);
        return check(schema->root(), value, std::string(type));
    }

    /// For an object that says its type itself.
    static std::string complaint(api::Value value) {
        return complaint(value["type"].text().value_or("?"), value);
    }

  private:
    using Value = api::Value;

    static bool fits(std::string_view type, Value value) {
        if (type == "object") return value.is_object();
        if (type == "array") return value.is_array();
        if (type == "string") return value.text().has_value();
        if (type == "boolean") return value.boolean().has_value();
        if (type == "number") return value.real().has_value();
        if (type == "integer") return value.integer() || value.unsigned_number();
        return false;
    }

    static std::string check(Value schema, Value value, const std::string& place) {
        if (const auto other = schema["$ref"].text()) {
            return complaint(other->substr(0, other->find('.')), value);
        }
        if (const Value wanted = schema["const"]) {
            return wanted.dump() == value.dump() ? "" : place + " is not " + wanted.dump();
        }
        if (const auto type = schema["type"].text(); type && !fits(*type, value)) {
            return place + " is no " + std::string(*type);
        }
        if (const auto pattern = schema["pattern"].text()) {
            if (!std::regex_match(std::string(*value.text()), std::regex(std::string(*pattern)))) {
                return place + " does not match " + std::string(*pattern);
            }
        }
        if (const auto minimum = schema["minimum"].integer()) {
            if (value.integer().value_or(0) < *minimum) return place + " is too small";
        }
        for (const api::Element name : schema["required"]) {
            if (!value[*name.value.text()]) {
                return place + " lacks " + std::string(*name.value.text());
            }
        }
        return check_parts(schema, value, place);
    }

    // Stricter than v1 promises to readers: what we write ourselves must be described.
    static std::string check_parts(Value schema, Value value, const std::string& place) {
        std::size_t index = 0;
        for (const api::Element part : value) {
            const std::string where =
                place + (value.is_array() ? "[" + std::to_string(index++) + "]"
                                          : "." + std::string(part.name));
            Value inner = value.is_array() ? schema["items"] : schema["properties"][part.name];
            if (!inner) inner = schema["additionalProperties"];
            if (!inner) return where + " is not described";
            if (std::string wrong = check(inner, part.value, where); !wrong.empty()) return wrong;
        }
        return "";
    }
};

}  // namespace kith::test
