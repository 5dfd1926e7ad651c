#!/usr/bin/env bash
# Changes what is stored of approved actions a million times, and counts how many an approval that was given for
# another would let run, by the code that an execution asks; then changes some thousands of rows in a database and has
# the whole execution run over each: none may be carried out. Keep the output:
#
#   benchmarks/mutated-actions.sh | tee benchmarks/results/mutated-actions-$(date +%F).txt
#
# COUNT, ROWS and SEED can be set. Ends with 1 if one would.
set -euo pipefail

run="$(dirname -- "${BASH_SOURCE[0]}")/run.sh"
command="COUNT=${COUNT:-1000000} ROWS=${ROWS:-4000} SEED=${SEED:-1} benchmarks/mutated-actions.sh"
"$run" "$command" actions.MutatedActions "${COUNT:-1000000}" "${SEED:-1}"
"$run" "$command, its second part" work.MutatedRows "${ROWS:-4000}" "${SEED:-1}"
