#!/usr/bin/env bash
# How late timers are, spread over time and all at once, while clients move cases.
# Keep the output:
#
#   benchmarks/timers.sh | tee benchmarks/results/timers-$(date +%F).txt
#
# COUNT and RATE (cycles a second of each client) can be set.
set -euo pipefail

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" \
  "COUNT=${COUNT:-1000} RATE=${RATE:-2} benchmarks/timers.sh; fsync on" \
  work.WaveOfTimers "${COUNT:-1000}" "${RATE:-2}"
