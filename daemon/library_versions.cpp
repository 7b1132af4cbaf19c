// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/library_versions.h"

#include <climits>
#include <dlfcn.h>
#include <link.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

namespace kith::daemon {
namespace {

/// "4.2.1" from "/usr/lib/librocksdb.so.7.8.3", the links of the file name resolved.
std::string number_in(const char* path) {
    char resolved[PATH_MAX];
    if (::realpath(path, resolved) == nullptr) return "unknown";
    const std::string_view name(resolved);
    const std::size_t at = name.rfind(".so.");
    return at == std::string_view::npos ? "unknown" : std::string(name.substr(at + 4));
}

int remember(dl_phdr_info* library, std::size_t, void* out) {
    auto& versions = *static_cast<std::map<std::string, std::string>*>(out);
    const std::string_view path = library->dlpi_name;
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (name.starts_with("libopendht.so")) versions["opendht"] = number_in(library->dlpi_name);
    if (name.starts_with("librocksdb.so")) versions["rocksdb"] = number_in(library->dlpi_name);
    return 0;
}

/// What a library says of itself through a C function that takes nothing, or one ignored pointer.
std::string said_by(const char* function) {
    using Tell = const char* (*)(const char*);
    void* symbol = ::dlsym(RTLD_DEFAULT, function);
    if (symbol == nullptr) return "unknown";
    Tell tell = nullptr;
    std::memcpy(&tell, &symbol, sizeof tell);
    const char* text = tell(nullptr);
    return text == nullptr ? "unknown" : text;
}

}  // namespace

std::map<std::string, std::string> library_versions() {
    std::map<std::string, std::string> versions{{"opendht", "unknown"}, {"rocksdb", "unknown"}};
    ::dl_iterate_phdr(remember, &versions);
    versions["libsodium"] = said_by("sodium_version_string");
    versions["gnutls"] = said_by("gnutls_check_version");
    return versions;
}

std::string version() {
    return KITH_VERSION;
}

}  // namespace kith::daemon
