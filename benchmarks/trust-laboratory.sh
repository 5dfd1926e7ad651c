#!/usr/bin/env bash
# Plays made-up scopes through the rules of trust and through the heuristics that are usual, 100,000 a scenario.
# Keep the output:
#
#   benchmarks/trust-laboratory.sh | tee benchmarks/results/trust-laboratory-$(date +%F).txt
#
# ARGS are scopes, seed, threads and a file for the report as JSON: `trust-laboratory.sh 1000` is quick.
set -euo pipefail

export HEAP=4g

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" "benchmarks/trust-laboratory.sh${*:+ $*}" trust.TrustLaboratory "$@"
