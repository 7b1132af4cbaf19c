#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes every target: run.sh SECONDS [NAME..] builds the preset `fuzz` and runs each target (or
# those named) for so many seconds, one on each core. One line a target; fails if one fails.
#   KITH_FUZZ_BUILD   build directory instead of build/fuzz
set -euo pipefail
seconds=${1:?usage: run.sh SECONDS [NAME..]}
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${KITH_FUZZ_BUILD:-$root/build/fuzz}
(cd "$root" && cmake --preset fuzz -B "$build" >/dev/null)
names=("$@")
if ((${#names[@]} == 0)); then
    mapfile -t names < <(cd "$here" && ls fuzz_*.cpp | sed 's/^fuzz_//; s/\.cpp$//')
fi
cmake --build "$build" --target "${names[@]/#/fuzz_}"
printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I{} \
    "$here/run_one.sh" "$build/bin/fuzz_{}" "$here/corpus/{}" "$build/fuzz/{}" "$seconds"
