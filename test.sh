#!/usr/bin/env bash
# Runs every test: installs what the tests need, builds once, runs App.Tests and App.E2E. The last line says how many passed and failed.
# Arguments go to both, for example: ./test.sh --filter-class '*Cut*'
set -uo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Tests run hot loops once: compiled well at once they take a quarter less time than slow code that is watched and compiled again.
export DOTNET_TieredPGO=0 DOTNET_TC_QuickJitForLoops=0
passed=0 failed=0 skipped=0

finish() {
  # Said again at the end, where whoever sees only that finds it: what failed and why, and what hung.
  (( failed == 0 )) || awk '/^failed / { lines = 8 } !/^(failed| )/ { lines = 0 } lines-- > 0 { print substr($0, 1, 240) }' artifacts/App.*.log
  (( failed == 0 )) || grep -h '^\[Long Running Test\]' artifacts/App.*.log | sed 's/, Elapsed.*//' | sort -u
  (( skipped == 0 )) || echo "$skipped skipped"
  echo "$passed passed, $failed failed"
  (( failed == 0 ))
  exit
}

stop_short() {
  echo "$1" >&2
  failed=$((failed + 1))
  finish
}

# Number behind "  $1:" in the summary at the end of the log $2; 0 when there is no summary.
count() {
  awk -v name="$1:" '/^Test run summary:/ { n = 0; within = 1 } within && $1 == name { n = $2 } END { print n + 0 }' "$2"
}

run_suite() {
  local suite=$1 log=artifacts/$1.log status failures
  shift
  # Far above what a suite takes: only so that a hang ends as a failure.
  timeout --kill-after=30s 30m dotnet "$suite/bin/Release/net10.0/$suite.dll" --ansi off --progress off --xunit-diagnostics on --long-running 240 "$@" 2>&1 < /dev/null | tee "$log"
  status=${PIPESTATUS[0]}
  failures=$(count failed "$log")
  passed=$((passed + $(count succeeded "$log")))
  skipped=$((skipped + $(count skipped "$log")))
  # Status 8: no test matched, which is fine for one suite when the caller chose tests.
  if (( status != 0 && failures == 0 )) && ! (( status == 8 && $# > 0 )); then
    echo "$suite ended with status $status although no test failed." >&2
    failures=1
  fi
  failed=$((failed + failures))
}

command -v dotnet > /dev/null || stop_short "The .NET 10 SDK is not installed; get it from https://dotnet.microsoft.com/download and start again."
scripts/install.sh ffmpeg=ffmpeg npm=npm chromium=chromium redis-server=redis-server 'postgresql=/usr/lib/postgresql/*/bin/initdb' \
  fonts-dejavu-core=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf || stop_short "The tests were not run."
mkdir -p artifacts
# Release: the build that ./run.sh starts, so that it is compiled once and tested as it ships.
dotnet build BlazorApp.sln -c Release -v q -clp:'ErrorsOnly;NoSummary' --disable-build-servers || stop_short "The build failed; no test was run."
run_suite App.Tests "$@"
run_suite App.E2E "$@"
finish
