#!/bin/sh
# Prints where this machine gets Debian from, for those who fetch another release of it; nothing if
# apt does not know.
set -eu

codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
# shellcheck disable=SC2016  # for apt
apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" |
    sort -u | sed 's:/*$::;1q'
