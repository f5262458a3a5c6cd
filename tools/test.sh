#!/bin/sh
# Installs what is missing, builds, and runs all tests. Arguments go to ctest, for example -R tracker.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)

"$root/tools/debian-setup.sh"
"$root/tools/build.sh"
ctest --test-dir "${MPTCP_BUILD_DIR:-$root/build}" --output-on-failure \
    --parallel "${MPTCP_JOBS:-$(nproc)}" "$@"
