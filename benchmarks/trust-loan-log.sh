#!/usr/bin/env bash
# Plays the log of real loan applications through the rules of trust and through the heuristics that are usual: earned on
# one half, judged by the other, both ways. Keep the output:
#
#   benchmarks/trust-loan-log.sh | tee benchmarks/results/trust-loan-log-$(date +%F).txt
#
# COUNTERSIGN_SHARED_DATA names the folder of the public data. The argument is a file for the report as JSON.
set -euo pipefail

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" "benchmarks/trust-loan-log.sh${*:+ $*}" trust.TrustLoanLog \
  "${COUNTERSIGN_SHARED_DATA:?names the folder of the public data}" "$@"
