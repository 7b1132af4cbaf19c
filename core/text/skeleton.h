// SPDX-License-Identifier: GPL-3.0-or-later
// Names that look alike: the skeletons of UTS #39. A name that could be taken for another is shown
// with as much of its key as tells them apart.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kith::text {

/// Equal skeletons mean: may look the same. Case is folded, since fonts and readers forgive it.
std::string skeleton(std::string_view name);

/// True when the name mixes scripts that are not written together, as Latin and Cyrillic.
bool mixes_scripts(std::string_view name);

/// A name and the fingerprint of the key that bears it (base32 without blanks).
struct KeyedName {
    std::string_view name;
    std::string_view key;
};

/// As much of who's key as must be shown beside the name: at least 4 characters, more until it
/// differs from the key of every other name that looks like it. Empty when the name may stand
/// alone: it looks like no other of `all`, like no reserved name, and mixes no scripts. `all` may
/// hold `who` itself, recognised by its key.
std::string needed_tag(const KeyedName& who, std::span<const KeyedName> all);

}  // namespace kith::text
