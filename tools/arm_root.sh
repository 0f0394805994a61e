#!/usr/bin/env bash
# Unpacks what the program is linked with on 64-bit ARM, packages of Debian 12, into a folder (cmake/aarch64.cmake).
# usage: tools/arm_root.sh FOLDER
set -euo pipefail
[ $# = 1 ] || { sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
[ -d "$1/usr" ] && exit 0
packages=$(sed -n 's/^\(lib.*-dev\|catch2\|nlohmann-.*\)$/\1/p' "$(dirname "${BASH_SOURCE[0]}")/packages.txt" | paste -sd,)
mkdir -p "$(dirname "$1")"
mmdebstrap --quiet --arch=arm64 --variant=extract --include="libc6-dev,libstdc++-12-dev,$packages" bookworm "$1"
