#!/bin/sh
# Builds the plugin and its tests into build/ (or $MPTCP_BUILD_DIR).
#
#   tools/build.sh [--plugin-only] [ARGUMENT OF CMAKE'S CONFIGURATION...]
#
# for example tools/build.sh -DMPTCP_SANITIZE="address;undefined"
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${MPTCP_BUILD_DIR:-$root/build}
target=all
if [ "${1:-}" = --plugin-only ]; then
    target=mptcp_analysis
    shift
fi

cmake -G Ninja -S "$root" -B "$build" "$@"
cmake --build "$build" --target "$target" --parallel "${MPTCP_JOBS:-$(nproc)}"
