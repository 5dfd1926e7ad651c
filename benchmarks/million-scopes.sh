#!/usr/bin/env bash
# Asks for stages among a million trust scopes, and how much memory stays in use.
# Keep the output:
#
#   benchmarks/million-scopes.sh | tee benchmarks/results/million-scopes-$(date +%F).txt
#
# COUNT can be set.
set -euo pipefail

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" \
  "COUNT=${COUNT:-1000000} benchmarks/million-scopes.sh" \
  trust.MillionScopes "${COUNT:-1000000}"
