#!/bin/sh
# Builds the plugin in another release of Debian, against the Wireshark there, and runs the tests.
#
#   tools/test-on-debian.sh [SUITE [ARGUMENT OF CTEST...]]
#
# SUITE is "trixie" if nothing else is said. The release is installed into build/debian-SUITE (or
# $MPTCP_DEBIAN_DIR/SUITE) with debootstrap, and used again the next time. It takes root, or sudo.
# Where it cannot be done a line says why, and the exit status is 0.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
suite=${1:-trixie}
[ $# -eq 0 ] || shift
mirror=${MPTCP_DEBIAN_MIRROR:-$("$root/tools/debian-mirror.sh")}
system=${MPTCP_DEBIAN_DIR:-${MPTCP_BUILD_DIR:-$root/build}/debian}/$suite

skip() {
    echo "Skipped: no tests on Debian $suite: $*"
    exit 0
}

if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || skip "it takes root, and there is no sudo."
    exec sudo MPTCP_DEBIAN_MIRROR="$mirror" MPTCP_DEBIAN_DIR="$(dirname "$system")" \
        MPTCP_JOBS="${MPTCP_JOBS:-}" "$0" "$suite" "$@"
fi

"$root/tools/debian-setup.sh"
wget -q --spider "$mirror/dists/$suite/Release" || skip "$mirror does not offer it."
unshare --mount --pid --fork true 2>/dev/null || skip "nothing may be mounted here."

if [ ! -e "$system/complete" ]; then
    echo "Installing Debian $suite into $system" >&2
    rm -rf --one-file-system "$system"
    mkdir -p "$system"
    debootstrap --variant=minbase "$suite" "$system" "$mirror" >"$system.log" 2>&1 || {
        cat "$system.log" >&2
        exit 1
    }
    touch "$system/complete"
fi
rsync -a --delete --exclude='/build*' --exclude=/.git --exclude=__pycache__ "$root/" "$system/src/"

# What is tested elsewhere already, because no other Wireshark or compiler makes a difference to it.
[ $# -gt 0 ] || set -- -E '^(architecture|format|tools|e2e_documents|wireshark_memory)$'

# Mounts and processes go when the last command ends, however that is.
# shellcheck disable=SC2016  # for the inner shells
exec unshare --mount --pid --fork --kill-child sh -euc '
    system=$1
    jobs=$2
    shift 2
    mount -t proc proc "$system/proc"
    mount -t tmpfs tmpfs "$system/dev/shm"
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        MPTCP_BUILD_DIR=/build MPTCP_JOBS="$jobs" chroot "$system" sh -euc "
            cd /src
            tools/debian-setup.sh --small
            tools/build.sh
            ctest --test-dir /build --output-on-failure --parallel $jobs \"\$@\"
        " sh "$@"
' sh "$system" "${MPTCP_JOBS:-$(nproc)}" "$@"
