#!/bin/sh
# Installs what building, running and testing need, from Debian's own archive. Run it as often as
# you like: it touches apt only if a package is missing. As a plain user it asks sudo.
#
#   tools/debian-setup.sh [--small]
#
# --small leaves out what fuzzing, the format of the source, valgrind and other releases of Debian
# take; these tests are then not there, or skipped.
set -eu

# The Qt that Wireshark uses.
qt=qt6-base-dev
[ "$(. /etc/os-release && echo "${VERSION_ID:-}")" != 12 ] || qt=qtbase5-dev

packages="
    build-essential cmake ninja-build pkg-config
    libwireshark-dev wireshark-dev libglib2.0-dev libfmt-dev libcmocka-dev
    tshark wireshark-common
    lowdown man-db parallel rsync jq openssh-client gnuplot-nox
    python3 python3-pytest python3-jsonschema
    wireshark $qt libqcustomplot-dev libyaml-cpp-dev
    xvfb openbox xdotool imagemagick dbus-daemon at-spi2-core python3-gi
"
[ "${1:-}" = --small ] || packages="$packages
    clang libclang-rt-dev clang-format valgrind debootstrap
"

missing=""
for package in $packages; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo -n true 2>/dev/null || echo "sudo is needed to install:$missing" >&2
        sudo DEBIAN_FRONTEND=noninteractive "$@"
    else
        echo "These packages are missing, and there is no sudo to install them:$missing" >&2
        exit 1
    fi
}

# shellcheck disable=SC2086  # a list of words
install_missing() {
    as_root apt-get install -y -qq --no-install-recommends $missing
}

echo "Installing:$missing" >&2
# Package lists may be absent (containers) or too old to fetch from: then once more with new ones.
install_missing || {
    as_root apt-get update -qq
    install_missing
}
