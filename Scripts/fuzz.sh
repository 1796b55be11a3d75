#!/usr/bin/env bash
# Damages inputs of every reader by the million; a line of JSON for each reader, and a test that fails
# for each that breaks.
#
#   Scripts/fuzz.sh [READER]
#
# READER is the beginning of a reader's name, such as CIF; without it all are tried. ATHANOR_FUZZ is the
# number of inputs for each, 5,000,000 unless given. Where a reader ends the process, the last round
# begun stands in athanor-fuzz-NAME.round in the folder of temporary files, and
# ATHANOR_FUZZ_ROUND=ROUND Scripts/fuzz.sh NAME leaves the input that did it in athanor-fuzz-NAME.input.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export ATHANOR_FUZZ="${ATHANOR_FUZZ:-5000000}"
if [ $# -gt 0 ]; then export ATHANOR_FUZZ_READER="$1"; fi
# One reader at a time: memory is that of the process.
swift test -c release --explicit-target-dependency-import-check error -Xswiftc -enable-testing \
  --no-parallel --filter 'FuzzTests'
