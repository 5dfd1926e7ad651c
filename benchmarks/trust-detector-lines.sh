#!/usr/bin/env bash
# Finds the lines of the change detector by simulation, measures the mean run of all rules of demotion together, and after
# how many outcomes they notice a risen rate, beside the CUSUM that knows both rates and beside the proved line.
# Keep the output:
#
#   benchmarks/trust-detector-lines.sh | tee benchmarks/results/trust-detector-lines-$(date +%F).txt
#
# ARGS are runs and seed: `trust-detector-lines.sh 1000` is quick. With `delays` before them the last part runs alone,
# 100,001 runs for each rise:
#
#   benchmarks/trust-detector-lines.sh delays | tee benchmarks/results/trust-detector-delays-$(date +%F).txt
set -euo pipefail

export HEAP=4g

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" "benchmarks/trust-detector-lines.sh${*:+ $*}" trust.DetectorCalibration "$@"
