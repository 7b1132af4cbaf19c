// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/skeleton.h"

#include "core/text/display.h"
#include "core/text/name.h"

#include <unicode/uspoof.h>

#include <algorithm>
#include <memory>

namespace kith::text {
namespace {

constexpr std::size_t shortest_tag = 4;

using Checker = std::unique_ptr<USpoofChecker, decltype(&uspoof_close)>;

// Opening one reads ICU's tables; every thread of the process may use it.
const USpoofChecker* checker() {
    static const Checker instance = [] {
        UErrorCode status = U_ZERO_ERROR;
        Checker opened(uspoof_open(&status), &uspoof_close);
        uspoof_setChecks(opened.get(), USPOOF_RESTRICTION_LEVEL, &status);
        uspoof_setRestrictionLevel(opened.get(), USPOOF_HIGHLY_RESTRICTIVE);
        return U_SUCCESS(status) ? std::move(opened) : Checker(nullptr, &uspoof_close);
    }();
    return instance.get();
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

std::string skeleton(std::string_view name) {
    std::string folded = name_key(display(name, Kind::Name));
    const USpoofChecker* spoof = checker();
    if (spoof == nullptr) return folded;
    std::string out(folded.size() * 4 + 16, '\0');
    for (;;) {
        UErrorCode status = U_ZERO_ERROR;
        const auto length = uspoof_getSkeletonUTF8(spoof,
                                                   0,
                                                   folded.data(),
                                                   static_cast<int32_t>(folded.size()),
                                                   out.data(),
                                                   static_cast<int32_t>(out.size()),
                                                   &status);
        if (status != U_BUFFER_OVERFLOW_ERROR) {
            if (U_FAILURE(status)) return folded;
            out.resize(static_cast<std::size_t>(length));
            return name_key(out);
        }
        out.resize(static_cast<std::size_t>(length) + 1);
    }
}

bool mixes_scripts(std::string_view name) {
    const USpoofChecker* spoof = checker();
    if (spoof == nullptr) return false;
    const std::string shown = display(name, Kind::Name);
    UErrorCode status = U_ZERO_ERROR;
    const auto failed =
        uspoof_checkUTF8(spoof, shown.data(), static_cast<int32_t>(shown.size()), nullptr, &status);
    return U_SUCCESS(status) && (failed & USPOOF_RESTRICTION_LEVEL) != 0;
}

std::string needed_tag(const KeyedName& who, std::span<const KeyedName> all) {
    const std::string like = skeleton(who.name);
    bool needed = mixes_scripts(who.name);
    for (const std::string_view reserved : reserved_names())
        needed = needed || like == skeleton(reserved);
    std::size_t length = shortest_tag;
    for (const KeyedName& other : all) {
        if (other.key == who.key || skeleton(other.name) != like) continue;
        needed = true;
        length = std::max(length, common_prefix(who.key, other.key) + 1);
    }
    return needed ? std::string(who.key.substr(0, length)) : std::string();
}

}  // namespace kith::text
