#!/bin/sh
# Installs what is missing, builds with AddressSanitizer and UndefinedBehaviorSanitizer into
# build/sanitized/, and runs all tests. Arguments go to ctest.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
normal=${MPTCP_BUILD_DIR:-$root/build}

"$root/tools/debian-setup.sh"
# What the tests work out without the plugin need not be worked out again.
export MPTCP_E2E_CACHE="$normal/e2e-cache"
export MPTCP_BUILD_DIR="$normal/sanitized"
"$root/tools/build.sh" -DMPTCP_SANITIZE="address;undefined"
ctest --test-dir "$MPTCP_BUILD_DIR" --output-on-failure --parallel "${MPTCP_JOBS:-$(nproc)}" "$@"
