#!/bin/sh
# From a fresh clone to an answer: installs what is missing, builds the plugin, and prints the MPTCP
# summary of a capture.
#
#   tools/demo.sh [CAPTURE]
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
capture=${1:-$root/test-captures/lossy_reinject/client.pcapng.gz}
if [ ! -r "$capture" ]; then
    echo "demo: $capture cannot be read." >&2
    exit 1
fi

"$root/tools/debian-setup.sh" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Building the plugin ..." >&2
if ! "$root/tools/build.sh" --plugin-only >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
echo "tshark -q -r $capture -z mptcp,summary" >&2
"$root/tools/with_plugin.py" --build "${MPTCP_BUILD_DIR:-$root/build}" \
    tshark -q -r "$capture" -z mptcp,summary
