// SPDX-License-Identifier: GPL-3.0-or-later
// Result<T>: a value or an Error. The only way in which kith reports failure.
//
//   Result<Header> parse(ByteView bytes) {
//       KITH_TRY(auto length, read_length(bytes));      // returns the error, or binds the value
//       KITH_CHECK(check_length(length));               // the same, for Result<>
//       if (length == 0) return fail(Code::Malformed, "empty header");
//       return Header{length};
//   }
//
// In coroutines use KITH_CO_TRY and KITH_CO_CHECK. The macros are plain declarations and
// statements because g++ 12 crashes on a statement expression that holds co_return; therefore
// `if (x) KITH_TRY(...);` without braces does not compile, and a declaration with a comma
// (`auto [a, b]`) does not fit: name the pair first.
#pragma once

#include "core/base/error.h"

#include <tl/expected.hpp>

#include <utility>

namespace kith {

template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  public:
    using tl::expected<T, Error>::expected;
};

/// An Error on its way into any Result. `context` holds no plaintext and no key material.
inline tl::unexpected<Error> fail(Code code, std::string context = {}) {
    return tl::unexpected<Error>(Error{code, std::move(context)});
}

/// Success of an operation that has no value.
inline Result<> success() {
    return {};
}

}  // namespace kith

#define KITH_DETAIL_CAT2(a, b) a##b
#define KITH_DETAIL_CAT(a, b) KITH_DETAIL_CAT2(a, b)
#define KITH_DETAIL_TMP KITH_DETAIL_CAT(kith_try_, __COUNTER__)
#define KITH_DETAIL_TRY(tmp, ret, decl, ...)              \
    auto tmp = (__VA_ARGS__);                             \
    if (!tmp) ret tl::unexpected(std::move(tmp).error()); \
    decl = *std::move(tmp)
#define KITH_DETAIL_CHECK(tmp, ret, ...)                                                \
    do {                                                                                \
        if (auto tmp = (__VA_ARGS__); !tmp) ret tl::unexpected(std::move(tmp).error()); \
    } while (false)
#define KITH_TRY(decl, ...) KITH_DETAIL_TRY(KITH_DETAIL_TMP, return, decl, __VA_ARGS__)
#define KITH_CO_TRY(decl, ...) KITH_DETAIL_TRY(KITH_DETAIL_TMP, co_return, decl, __VA_ARGS__)
#define KITH_CHECK(...) KITH_DETAIL_CHECK(KITH_DETAIL_TMP, return, __VA_ARGS__)
#define KITH_CO_CHECK(...) KITH_DETAIL_CHECK(KITH_DETAIL_TMP, co_return, __VA_ARGS__)
