#!/usr/bin/env bash
# Tries damage to model files, stores and ledgers, equal seeds, interruptions, shifted rows, failing disks
# and networks, little memory, simulated laboratories, robots that are stopped, and a service that is
# killed, flooded, sent a million damaged requests and asked all that its document allows, as often as the
# project is held to; a line of JSON for each, and a test that fails for each that breaks.
#
#   Scripts/reliability.sh [TEST]
#
# TEST is a part of a test's name, such as ModelFileTests; without it all are run. They need some hours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export ATHANOR_RELIABILITY=full
tests=(
  ModelFileTests CheckpointTests DeterminismTests InterruptedCampaignTests InterruptedTrainingTests
  ShiftTests LaboratoryStoreTests LedgerReadingTests PowerLossTests DiskFaultTests
  SimulatedLaboratoryTests LongLaboratoryTests RobotDeathTests RobotLimitTests RobotSafetyTests
  NetworkFaultTests RequestMutationTests DamageTests LedgerCheckTests LedgerCopyTests
  StoreUpgradeTests MemoryPressureTests ServeTests ServeLoadTests ServeContractTests
)
all=$(IFS='|' && echo "${tests[*]}")
swift test -c release --explicit-target-dependency-import-check error -Xswiftc -enable-testing \
  --no-parallel --filter "${1:-$all}"
