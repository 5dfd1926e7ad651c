#!/usr/bin/env bash
# Plays made-up scopes through all four steps of trust, up and down, 100,000 a scenario; production itself plays a few of them.
# Keep the output:
#
#   benchmarks/trust-ladder.sh | tee benchmarks/results/trust-ladder-$(date +%F).txt
#
# ARGS are scopes, of these how many production plays, seed, threads and a file for the report as JSON:
# `trust-ladder.sh 1000 1` is quick.
set -euo pipefail

export HEAP=4g

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" "benchmarks/trust-ladder.sh${*:+ $*}" trust.TrustLadder "$@"
