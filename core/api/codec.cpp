// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/fields.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::api {

Outcome<> refuse_unknown(Value object, const std::vector<std::string>& names) {
    const auto known = [&](std::string_view name) {
        return std::ranges::any_of(names, [name](std::string_view listed) {
            if (listed.ends_with('?')) listed.remove_suffix(1);
            return listed == name;
        });
    };
    for (const Element member : object) {
        if (known(member.name)) continue;
        Failure wrong(Problem::Parameters, fmt::format("unknown parameter \"{}\"", member.name));
        wrong.facts.push_back(names.empty() ? "there are none"
                                            : fmt::format("there are: {}", fmt::join(names, ", ")));
        return tl::unexpected(std::move(wrong));
    }
    return failure(Problem::Parameters, "a parameter is given twice");
}

}  // namespace kith::api
