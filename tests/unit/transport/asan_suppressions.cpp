// SPDX-License-Identifier: GPL-3.0-or-later
// miniupnpc reads numbers of an HTTP answer by atoi() where they stand, in a buffer without a final
// zero. A line end always follows, but strict_string_checks wants the zero. Nothing of ours is
// suppressed.
// The name is the sanitizer's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __asan_default_suppressions();

extern "C" const char* __asan_default_suppressions() {
    return "interceptor_via_lib:libminiupnpc\n";
}

// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
