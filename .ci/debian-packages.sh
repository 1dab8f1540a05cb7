#!/usr/bin/env bash
# Installs Debian packages whose programs are missing: debian-packages.sh PROGRAM=PACKAGE…
# PROGRAM is a command, or the path of a file that the package brings. Says nothing when nothing is missing. Where it
# may not install anything, or cannot, it leaves that to the tests to say.
set -euo pipefail

# Servers are not on everybody's path.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

missing=()
for pair in "$@"; do
  program=${pair%%=*}
  command -v "$program" >/dev/null || [[ -e $program ]] || missing+=("${pair#*=}")
done
((${#missing[@]})) || exit 0

if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo "Not installed, and not installable here: ${missing[*]}"
  exit
fi

# Packages of servers start them, which nobody wants here. Their scripts find these programs first.
fakes=$(mktemp -d)
trap 'rm -rf "$fakes"' EXIT
for name in invoke-rc.d deb-systemd-invoke; do
  printf '#!/bin/sh\nexit 0\n' >"$fakes/$name"
  chmod +x "$fakes/$name"
done

export DEBIAN_FRONTEND=noninteractive
{
  apt-get update -qq &&
    apt-get install -qq -y --no-install-recommends -o "DPkg::Path=$fakes:$PATH" "${missing[@]}"
} || echo "Could not be installed: ${missing[*]}"
