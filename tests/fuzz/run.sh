#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes every target, or those named: builds the preset `fuzz` and runs each target, one on each
# core. One line a target; fails if one fails.
#   run.sh SECONDS [NAME..]            each for so many seconds
#   run.sh --runs EXECUTIONS [NAME..]  each for so many executions, however long that takes
#   KITH_FUZZ_BUILD   build directory instead of build/fuzz
#   KITH_FUZZ_JOBS    targets at a time instead of one on each core
set -euo pipefail
usage="usage: run.sh SECONDS | --runs EXECUTIONS [NAME..]"
if [[ ${1:?$usage} == --runs ]]; then
    limit=-runs=${2:?$usage}
    shift 2
else
    limit=-max_total_time=$1
    shift
fi
[[ $limit =~ =[1-9][0-9]*$ ]] || { echo "$usage" >&2 && exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${KITH_FUZZ_BUILD:-$root/build/fuzz}
(cd "$root" && cmake --preset fuzz -B "$build" >/dev/null)
names=("$@")
if ((${#names[@]} == 0)); then
    mapfile -t names < <(cd "$here" && ls fuzz_*.cpp | sed 's/^fuzz_//; s/\.cpp$//')
fi
cmake --build "$build" --target "${names[@]/#/fuzz_}"
printf '%s\n' "${names[@]}" | xargs -P "${KITH_FUZZ_JOBS:-$(nproc)}" -I{} \
    "$here/run_one.sh" "$build/bin/fuzz_{}" "$here/corpus/{}" "$build/fuzz/{}" "$limit"
