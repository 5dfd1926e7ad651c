#!/usr/bin/env bash
# Whole governed actions a second, propose to outcome, beside the same commits without us.
# Keep the output:
#
#   benchmarks/cycles.sh | tee benchmarks/results/cycles-$(date +%F).txt
#
# WARM, SECS, CLIENTS and TENANTS can be set.
set -euo pipefail

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" \
  "WARM=${WARM:-90} SECS=${SECS:-60} CLIENTS=${CLIENTS:-16} TENANTS=${TENANTS:-4} benchmarks/cycles.sh; fsync on" \
  work.Cycles "${WARM:-90}" "${SECS:-60}" "${CLIENTS:-16}" "${TENANTS:-4}"
