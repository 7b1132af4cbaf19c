// SPDX-License-Identifier: GPL-3.0-or-later
// "did you mean ...?": the known word that a mistyped one was probably meant to be.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace kith {

/// Insertions, deletions, substitutions and swaps of neighbours that turn one into the other.
/// Bytes, not characters: meant for commands, keys and other words of ours.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate at distance 1 or 2, the nearest first, then the earliest; words of up to three
/// bytes forgive only one mistake. nullopt when none is that near. The view is the candidate's.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

}  // namespace kith
