# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Shared by `run` and `test`: packages, then a quiet build. Sourced; needs $root, the checkout.
# All talk goes to stderr, so that stdout belongs to the program.

packaging="$root/daemon/packaging"

say() {
    printf '%s\n' "$*" >&2
}

# die CODE TEXT...: one line for people, then the end.
die() {
    local code=$1
    shift
    say "error: $*"
    exit "$code"
}

# "name" or "name (>= version)" from the given lists, comments and blank lines removed.
listed_packages() {
    sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$@"
}

# Names that are not installed; the versions of the rest are looked at by old_packages.
absent_packages() {
    local -a names
    mapfile -t names < <(listed_packages "$@" | cut -d' ' -f1)
    comm -23 <(printf '%s\n' "${names[@]}" | sort -u) \
        <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${names[@]}" 2>/dev/null |
            sed -n 's/ installed$//p' | sort -u)
}

# Names that are installed in a version older than the list wants.
old_packages() {
    local name wanted have
    while read -r name wanted; do
        have=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$name" 2>/dev/null) || continue
        [[ $have == installed\ * ]] || continue
        dpkg --compare-versions "${have#installed }" ge "$wanted" || echo "$name"
    done < <(listed_packages "$@" | sed -n 's/^\([^ ]*\) *(>= *\(.*\))$/\1 \2/p')
}

# Package lists younger than a day. `update` renames into this directory, which changes its time.
lists_are_fresh() {
    compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null || return 1
    find /var/lib/apt/lists /var/lib/apt/lists/partial -maxdepth 0 -mmin -1440 2>/dev/null |
        grep -q .
}

# apt_get ARGS...: without questions, as root or through sudo, all output into the log.
apt_get() {
    local -a as_root=()
    ((EUID == 0)) || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -y -o DPkg::Lock::Timeout=300 "$@" >>"$root/build/packages.log" 2>&1 </dev/null
}

# need_packages LIST...: installs what the lists name and this machine lacks.
need_packages() {
    local -a lists=("$@") absent old
    if ! command -v dpkg-query >/dev/null; then
        [[ ${KITH_SKIP_DEPS:-} == 1 ]] && return
        say "error: this is not a Debian system; kith knows Debian 12"
        say "  needed: $(listed_packages "${lists[@]}" | cut -d' ' -f1 | tr '\n' ' ')"
        say "try: install their like, then: KITH_SKIP_DEPS=1 $0"
        exit 2
    fi
    mapfile -t absent < <(absent_packages "${lists[@]}")
    mapfile -t old < <(old_packages "${lists[@]}")
    ((${#absent[@]} + ${#old[@]} > 0)) || return 0
    [[ ${KITH_SKIP_DEPS:-} == 1 ]] && return
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        say "error: packages are missing, and this is neither root nor is there sudo"
        say "try: apt-get install --no-install-recommends ${absent[*]} ${old[*]}   as root"
        exit 2
    fi
    say "installing: ${absent[*]} ${old[*]}"
    mkdir -p "$root/build"
    : >"$root/build/packages.log"
    local -a install=(install --no-install-recommends "${absent[@]}" "${old[@]}")
    lists_are_fresh || apt_get update || say "warning: apt-get update failed, going on without"
    if ! apt_get "${install[@]}"; then
        # A list younger than a day may still name versions that the mirror has replaced.
        if ! { apt_get update && apt_get "${install[@]}"; }; then
            tail -n 40 "$root/build/packages.log" >&2
            die 2 "apt-get could not install the packages above"
        fi
    fi
    mapfile -t old < <(old_packages "${lists[@]}")
    ((${#old[@]} == 0)) || say "warning: older than is safe: ${old[*]} (apt-get upgrade?)"
}

# One compiler takes up to 500 MB, so memory bounds the jobs as well.
build_jobs() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
    ((memory >= 1)) || memory=1
    echo $((cores < memory ? cores : memory))
}

# On a terminal the line "[12/300] ..." of ninja stays in place; elsewhere there is silence.
show_progress() {
    if [[ -t 2 ]]; then
        awk '/^\[[0-9]+\/[0-9]+\]/ {printf "\r\033[K%s", substr($0, 1, 76) > "/dev/stderr"; shown = 1}
             END {if (shown) printf "\r\033[K" > "/dev/stderr"}'
    else
        cat >/dev/null
    fi
}

# build PRESET TARGETS...: configures once, then builds. The log is build/PRESET/build.log.
# KITH_CONFIGURE holds more arguments for the first configuration.
build() {
    local preset=$1 dir="$root/build/$1" log="$root/build/$1/build.log"
    shift
    mkdir -p "$dir"
    # With ccache another checkout of the same source costs next to nothing.
    export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
    # Two starts at once would write the same files.
    exec 9>"$dir/.lock"
    flock 9
    # A checkout that was moved or copied is configured anew.
    if [[ -f $dir/CMakeCache.txt ]] &&
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$dir/CMakeCache.txt"; then
        rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles" "$dir/build.ninja"
    fi
    local -a targets=()
    (($# == 0)) || targets=(--target "$@")
    local began=$SECONDS
    if [[ ! -f $dir/build.ninja ]]; then
        say "building ($preset): some minutes the first time; log: build/$preset/build.log"
        # shellcheck disable=SC2086
        (cd "$root" && cmake --preset "$preset" ${KITH_CONFIGURE:-}) >"$log" 2>&1 9>&- ||
            build_failed "$log"
    fi
    cmake --build "$dir" -j "$(build_jobs)" "${targets[@]}" 2>&1 9>&- | tee "$log" |
        show_progress || build_failed "$log"
    ((SECONDS - began < 10)) || say "built in $((SECONDS - began)) s"
    exec 9>&-
}

build_failed() {
    tail -n 40 "$1" >&2
    die 1 "the build failed; the whole log: $1"
}
