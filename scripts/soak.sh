#!/usr/bin/env bash
# Repeats the fault tests: scripts/soak.sh [ROUNDS], 1 by default. Each round kills 100 loads, ends
# sessions of 30, swaps a table 100 times under readers, and runs every other fault once. Build first (npm run build).
# Ends at the first failure.
set -euo pipefail
cd "$(dirname "$0")/.."

for ((round = 1; round <= ${1:-1}; round++)); do
  echo "round $round of ${1:-1}, $(date -u +%FT%TZ)"
  FLEETGEN_KILLS=${FLEETGEN_KILLS:-100} FLEETGEN_SWAPS=${FLEETGEN_SWAPS:-100} FLEETGEN_TERMINATIONS=${FLEETGEN_TERMINATIONS:-30} \
    node scripts/run-tests.js faults
done
