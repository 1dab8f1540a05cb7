#!/usr/bin/env bash
# Installs Debian packages whose programs are missing: debian-packages.sh PROGRAM=PACKAGE…
# PROGRAM is a command, or the path of a file that the package brings. Says nothing when nothing is missing. Where it
# may not install anything, or cannot, it leaves that to the tests to say.
set -euo pipefail

missing=()
for pair in "$@"; do
  program=${pair%%=*}
  command -v "$program" >/dev/null || [[ -e $program ]] || missing+=("${pair#*=}")
done
((${#missing[@]})) || exit 0

if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  printf 'Not installed: %s\n' "${missing[*]}"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
  printf 'Could not be installed: %s\n' "${missing[*]}"
