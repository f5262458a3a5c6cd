#!/bin/sh
# Measures what the engine and the plugin cost, and prints the tables of bench/README.md.
#
#   bench/run.sh [--quick] [--capture FILE]...
#
# --quick tries everything on little traffic (its times mean nothing). --capture has the comparisons
# of tshark made on a capture of yours; without it, on the scenario `big` of
# test-captures/generator, which is made first unless it is there from another run (that takes root).
# It measures the build in build/ (or $MPTCP_BUILD_DIR).
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${MPTCP_BUILD_DIR:-$root/build}

quick=""
if [ "${1:-}" = --quick ]; then
    quick=--quick
    shift
fi

[ -f "$build/CMakeCache.txt" ] || cmake -G Ninja -S "$root" -B "$build" >&2
if ! grep -q '^CMAKE_BUILD_TYPE:[A-Z]*=Release$' "$build/CMakeCache.txt" ||
    ! grep -q '^MPTCP_SANITIZE:[A-Z]*=$' "$build/CMakeCache.txt"; then
    echo "run.sh: $build is not a Release build without sanitizers: measure one that is." >&2
    exit 1
fi
if [ -z "$quick" ] && [ $# -eq 0 ]; then
    big=$build/bench/big/client.pcapng
    if [ ! -f "$big" ] && [ "$(id -u)" -eq 0 ]; then
        "$root/test-captures/generator/generate.py" big --bytes 4.8e9 --out "$build/bench" >&2
    fi
    if [ -f "$big" ]; then
        set -- --capture "$big"
    else
        echo "run.sh: making a capture of real traffic takes root; without it, synthetic ones only." >&2
    fi
fi
targets="mptcp_analysis engine_bench write_capture"
windows=""
# Only where there was Qt to build them, and Wireshark to show them.
if cmake --build "$build" --target help | grep -q '^mptcp_dialogs\b' && command -v wireshark >/dev/null; then
    windows=mptcp_dialogs
fi
# shellcheck disable=SC2086  # lists of words
cmake --build "$build" --target $targets $windows >&2

sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | sort | uniq -c
tshark --version 2>/dev/null | sed -n '1p'
echo
"$root/bench/engine_cost.py" $quick "$build/bench/engine_bench"
echo
"$root/bench/tshark_cost.py" $quick "$@" "$build/bench/write_capture" "$build"
echo
"$root/bench/report_memory.py" $quick "$build/bench/write_capture" "$build"
if [ -n "$windows" ]; then
    echo
    "$root/bench/graph_opening.py" $quick "$build/bench/write_capture" "$build"
fi
