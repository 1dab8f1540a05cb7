#!/usr/bin/env bash
# Installs the servers that `npm run test:instrumentations` runs, on Debian and as root. Elsewhere it leaves that to others.
set -euo pipefail

# Servers are not on everybody's path.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

packages=()
command -v mariadbd >/dev/null || packages+=(mariadb-server)
command -v redis-server >/dev/null || packages+=(redis-server)
command -v rabbitmq-server >/dev/null || packages+=(rabbitmq-server)

if ((${#packages[@]} == 0)); then
  echo 'All servers are installed.'
  exit
fi
if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo "Not installed, and not installable here: ${packages[*]}"
  exit
fi

# The packages start their services, which nobody wants here. Their scripts find these programs first.
fakes=$(mktemp -d)
trap 'rm -rf "$fakes"' EXIT
for name in invoke-rc.d deb-systemd-invoke; do
  printf '#!/bin/sh\nexit 0\n' >"$fakes/$name"
  chmod +x "$fakes/$name"
done

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq -y --no-install-recommends -o "DPkg::Path=$fakes:$PATH" "${packages[@]}"
