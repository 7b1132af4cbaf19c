#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one libFuzzer program: run_one.sh PROGRAM SEEDS WORK LIMIT, where LIMIT is an option such as
# -max_total_time=60 (seconds) or -runs=1000000. What it learns goes to WORK/corpus, inputs that
# fail to WORK/found. Prints one line.
set -euo pipefail
program=$1 seeds=$2 work=$3 limit=$4
name=$(basename "$program")
mkdir -p "$work/corpus" "$work/found" "$seeds"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
status=0
"$program" "$work/corpus" "$seeds" "$limit" -timeout=10 -rss_limit_mb=1024 \
    -artifact_prefix="$work/found/" -print_final_stats=1 >"$work/log" 2>&1 || status=$?
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$work/log")
coverage=$(grep -o 'cov: [0-9]*' "$work/log" | tail -n 1 | cut -d' ' -f2)
printf '%-28s %12s runs %8s a second %8s edges  %s\n' \
    "$name" "${runs:-0}" "${rate:-0}" "${coverage:-0}" \
    "$( ((status == 0)) && echo ok || echo "FAILED, see $work")"
if ((status != 0)); then
    tail -n 40 "$work/log" >&2
fi
exit "$status"
