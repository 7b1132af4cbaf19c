// SPDX-License-Identifier: GPL-3.0-or-later
// A refusal of bytes from outside, with one stable word that says which check failed first.
//
// The words are those of the protocol's test vectors (`mp_depth`, `bad_sig`): tests compare them,
// logs are searched for them. The Error's context is "word: text for people".
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace kith {

/// An Error whose context is "word: text". `text` holds no plaintext and no key material.
inline tl::unexpected<Error> refuse(Code code, std::string_view word, std::string_view text) {
    return fail(code, std::string(word).append(": ").append(text));
}

/// The word of a refusal; the whole context when the error is not one.
inline std::string_view refusal_word(const Error& error) {
    return std::string_view(error.context).substr(0, error.context.find(": "));
}

/// The text for people; the whole context when the error is not a refusal.
inline std::string_view refusal_text(const Error& error) {
    const std::size_t colon = error.context.find(": ");
    return std::string_view(error.context).substr(colon == std::string::npos ? 0 : colon + 2);
}

}  // namespace kith
