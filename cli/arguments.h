// SPDX-License-Identifier: GPL-3.0-or-later
// What was typed after a command, by the names of its table entry: "WHO", "--expires".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kith::cli {

class Arguments {
  public:
    using Values = std::vector<std::string>;

    bool has(std::string_view name) const { return values_.contains(name); }

    /// The value, the first if there are several, "" if it was not given.
    const std::string& get(std::string_view name) const {
        const Values& values = all(name);
        static const std::string nothing;
        return values.empty() ? nothing : values.front();
    }

    const Values& all(std::string_view name) const {
        static const Values nothing;
        const auto found = values_.find(name);
        return found == values_.end() ? nothing : found->second;
    }

    void set(std::string name, Values values) { values_[std::move(name)] = std::move(values); }

  private:
    std::map<std::string, Values, std::less<>> values_;
};

}  // namespace kith::cli
