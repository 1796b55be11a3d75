#!/usr/bin/env bash
# Answers every area of a golden folder that the program knows and prints the checkers' counts.
#
#   Scripts/conformance.sh GOLDEN_FOLDER
set -euo pipefail
golden=$(cd "$1" 2>/dev/null && pwd) || {
  echo "conformance: there is no folder $1; set SHARED to the folder that holds golden." >&2
  exit 1
}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
.build/release/Conformance "$golden" --output "$output"
status=0
for answers in "$output"/*.json; do
  area=$(basename "$answers" .json)
  python3 "$golden/check_$area.py" "$answers" || status=1
done
exit $status
