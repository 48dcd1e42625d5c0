#!/usr/bin/env bash
# Installs the Debian packages that are missing and does nothing when none is. Each argument is package=proof: a command, or a path that may hold *.
set -euo pipefail

is_there() {
  if [[ $1 == /* ]]; then compgen -G "$1" > /dev/null; else command -v "$1" > /dev/null; fi
}

find_missing() {
  missing=()
  for wanted in "$@"; do
    is_there "${wanted#*=}" || missing+=("${wanted%%=*}")
  done
}

give_up() {
  echo "Missing and not to be installed from here ($1): ${missing[*]}. Install it with: apt-get install ${missing[*]}" >&2
  exit 1
}

find_missing "$@"
(( ${#missing[@]} )) || exit 0

command -v apt-get > /dev/null || give_up "no apt-get"
as_root=()
if (( EUID != 0 )); then
  command -v sudo > /dev/null || give_up "it needs root and there is no sudo"
  as_root=(sudo)
  # Without a terminal nobody could type the password.
  [[ -t 0 ]] || as_root+=(-n)
  "${as_root[@]}" true 2> /dev/null || give_up "sudo refused"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=500 -y -q "$@" >> "$log" 2>&1 < /dev/null
}
install() {
  # A list that is old or partly out of reach may still be good enough to install from.
  apt update || true
  apt install --no-install-recommends "${missing[@]}"
}

echo "Installing ${missing[*]} …"
install || { sleep 5; install; } || give_up "$(tail -n 1 "$log")"
find_missing "$@"
(( ${#missing[@]} == 0 )) || give_up "apt-get did not bring it"
