#!/usr/bin/env bash
# Runs the tests that are built, one after the other, so that those that look at the clock, at memory or
# at open files measure themselves alone; then says again what failed.
#
#   Scripts/test.sh FLAGS
#
# FLAGS are those of the build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test "$@" --skip-build --no-parallel 2>&1 | tee "$log" && exit
status=$?
echo
echo "What failed:"
grep -E '^✘|Fatal error|^error:' "$log" | cut -c 1-400 | tail -n 20 || tail -n 20 "$log"
exit "$status"
