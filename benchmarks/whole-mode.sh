#!/usr/bin/env bash
# What it takes to ask for the whole mode of an action, and to count an outcome in its trust scope, both with the database.
# Keep the output:
#
#   benchmarks/whole-mode.sh | tee benchmarks/results/whole-mode-$(date +%F).txt
#
# COUNT can be set.
set -euo pipefail

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" \
  "COUNT=${COUNT:-5000} benchmarks/whole-mode.sh; fsync on" \
  work.WholeMode "${COUNT:-5000}"
