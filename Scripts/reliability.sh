#!/usr/bin/env bash
# Tries damage to model files, equal seeds, interruptions, shifted rows, a killed service and simulated
# laboratories as often as the project is held to; a line of JSON for each, and a test that fails for each that breaks.
#
#   Scripts/reliability.sh [TEST]
#
# TEST is a part of a test's name, such as ModelFileTests; without it all are run. They need about
# an hour.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export ATHANOR_RELIABILITY=full
swift test -c release --explicit-target-dependency-import-check error -Xswiftc -enable-testing \
  --no-parallel \
  --filter "${1:-ModelFileTests|CheckpointTests|DeterminismTests|InterruptedCampaignTests|InterruptedTrainingTests|ShiftTests|LaboratoryStoreTests|LedgerReadingTests|PowerLossTests|DiskFaultTests|SimulatedLaboratoryTests|LongLaboratoryTests|RobotDeathTests|NetworkFaultTests|ServeTests}"
