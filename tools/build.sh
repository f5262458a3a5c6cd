#!/bin/sh
# Builds the plugin and its tests into build/ (or $MPTCP_BUILD_DIR). Arguments go to cmake's
# configuration, for example -DMPTCP_SANITIZE="address;undefined".
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${MPTCP_BUILD_DIR:-$root/build}

cmake -G Ninja -S "$root" -B "$build" "$@"
cmake --build "$build" --parallel "${MPTCP_JOBS:-$(nproc)}"
