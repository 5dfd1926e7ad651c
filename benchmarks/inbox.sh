#!/usr/bin/env bash
# The first page of an inbox in which a million requests wait, beside one with a hundred.
# Keep the output:
#
#   benchmarks/inbox.sh | tee benchmarks/results/inbox-$(date +%F).txt
#
# COUNT can be set.
set -euo pipefail

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" \
  "COUNT=${COUNT:-1000000} benchmarks/inbox.sh; fsync on" \
  work.LongInbox "${COUNT:-1000000}"
