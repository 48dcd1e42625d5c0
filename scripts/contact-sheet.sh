#!/usr/bin/env bash
# Draws every visual in every style, at the start of a clip, at a stroke and at the end, into a folder: ./scripts/contact-sheet.sh [FOLDER] [--visuals a,b] [--styles a,b]
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
folder=${1:-artifacts/contact-sheet}
shift || true
dotnet build App.Tests/App.Tests.csproj -c Release -v q -clp:'ErrorsOnly;NoSummary'
dotnet App.Tests/bin/Release/net10.0/App.Tests.dll contact-sheet "$folder" "$@"
echo "Look at the pictures in $folder."
