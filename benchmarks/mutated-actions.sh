#!/usr/bin/env bash
# Changes what is stored of approved actions a million times, and counts how many an approval that was given for
# another would let run: none may. Keep the output:
#
#   benchmarks/mutated-actions.sh | tee benchmarks/results/mutated-actions-$(date +%F).txt
#
# COUNT and SEED can be set. Ends with 1 if one would.
set -euo pipefail

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" \
  "COUNT=${COUNT:-1000000} SEED=${SEED:-1} benchmarks/mutated-actions.sh" \
  actions.MutatedActions "${COUNT:-1000000}" "${SEED:-1}"
