#!/usr/bin/env bash
# Finds the lines of the change detector by simulation, and measures the mean run of all rules of demotion together.
# Keep the output:
#
#   benchmarks/trust-detector-lines.sh | tee benchmarks/results/trust-detector-lines-$(date +%F).txt
#
# ARGS are runs and seed: `trust-detector-lines.sh 1000` is quick.
set -euo pipefail

export HEAP=4g

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" "benchmarks/trust-detector-lines.sh${*:+ $*}" trust.DetectorCalibration "$@"
