#!/usr/bin/env bash
# Starts the studio: installs what is missing, builds Release, listens on ASPNETCORE_URLS and keeps everything in DataDirectory. Arguments go to the studio.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

# A relative folder means the caller's, not this script's.
[[ -z ${DataDirectory:-} ]] || DataDirectory=$(realpath -m -- "$DataDirectory")
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
export ASPNETCORE_URLS=${ASPNETCORE_URLS:-http://localhost:5000} DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

check_port() {
  [[ $1 =~ ^https?://(\[[^]]*\]|[^:/]+):([0-9]+) ]] || return 0
  local host=${BASH_REMATCH[1]} port=${BASH_REMATCH[2]}
  host=${host#[} host=${host%]}
  case $host in '*' | '+' | '::' | 0.0.0.0) host=localhost ;; esac
  # shellcheck disable=SC2016
  if timeout 2 bash -c 'exec 3<> "/dev/tcp/$0/$1"' "$host" "$port" 2> /dev/null; then
    fail "Port $port is in use; stop what listens there, or choose another address: ASPNETCORE_URLS=http://localhost:5001 ./run.sh"
  fi
}

check_data_directory() {
  local folder=${DataDirectory:-data} probe
  if ! mkdir -p -- "$folder" 2> /dev/null || ! probe=$(mktemp -p "$folder" .write-XXXXXX 2> /dev/null); then
    fail "The data directory $folder cannot be written; set DataDirectory to a folder that this user may write to."
  fi
  rm -f -- "$probe"
}

# First what takes no time: nobody should wait for a build to hear of a busy port.
IFS=';' read -ra addresses <<< "$ASPNETCORE_URLS"
for address in "${addresses[@]}"; do check_port "$address"; done
check_data_directory
command -v dotnet > /dev/null || fail "The .NET 10 SDK is not installed; get it from https://dotnet.microsoft.com/download and start again."
scripts/install.sh ffmpeg=ffmpeg npm=npm

echo "Building …"
dotnet build App/App.csproj -c Release -v q -clp:'ErrorsOnly;NoSummary' --disable-build-servers || fail "The studio could not be built; the reason stands above."

# Serves the compressed files that the build made, and lets browsers keep them.
export ReloadStaticAssetsAtRuntime=false
echo "Starting the studio at $ASPNETCORE_URLS"
exec dotnet App/bin/Release/net10.0/App.dll "$@"
