// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/vector_file.h"

#include "core/base/encoding.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

namespace kith::test {
namespace {

namespace fs = std::filesystem;

json parse_file(const fs::path& path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("test vectors are missing: " + path.string());
    return json::parse(in);
}

const json& list_or_empty(const json& section, const char* key) {
    static const json empty = json::array();
    const auto found = section.find(key);
    return found == section.end() ? empty : *found;
}

}  // namespace

VectorSection protocol_section(std::string_view name) {
    const json& section = own_set("kith_protocol.json").at("sections").at(std::string(name));
    return {list_or_empty(section, "cases"),
            list_or_empty(section, "bad"),
            list_or_empty(section, "draws"),
            section};
}

const json& own_set(std::string_view file) {
    static std::map<std::string, json, std::less<>> files;
    const auto known = files.find(file);
    if (known != files.end()) return known->second;
    const fs::path path = fs::path(KITH_SOURCE_DIR) / "tests" / "vectors" / file;
    return files.emplace(file, parse_file(path)).first->second;
}

std::string id_of(const json& test_case) {
    return test_case.at("id").get<std::string>();
}

std::optional<json> published_set(std::string_view file) {
    const fs::path folder = fs::path(KITH_SOURCE_DIR) / ".." / "shared" / "reference" / "vectors";
    if (!fs::is_directory(folder)) {
        std::printf("published vectors are not here, %s not read\n", std::string(file).c_str());
        return std::nullopt;
    }
    return parse_file(folder / file);
}

void report_set(std::string_view file, std::size_t cases, std::size_t refused) {
    std::printf("%s: %zu cases, %zu refused\n", std::string(file).c_str(), cases, refused);
}

Bytes hex(const json& value) {
    auto bytes = from_hex(value.get_ref<const std::string&>());
    if (!bytes) throw std::runtime_error("not hex: " + value.dump());
    return *std::move(bytes);
}

std::optional<Bytes> optional_hex(const json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return std::nullopt;
    return hex(*found);
}

std::string to_text(ByteView bytes) {
    return to_hex(bytes);
}

}  // namespace kith::test
