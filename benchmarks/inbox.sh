#!/usr/bin/env bash
# The first page of an inbox in which a million requests wait, beside one with a hundred.
# Keep the output:
#
#   benchmarks/inbox.sh | tee benchmarks/results/inbox-$(date +%F).txt
#
# COUNT can be set, and OTHERS: for so many people the requests were proposed in turn, so that from as many sets of people
# or up to three times as many they are kept.
set -euo pipefail

exec "$(dirname -- "${BASH_SOURCE[0]}")/run.sh" \
  "COUNT=${COUNT:-1000000} OTHERS=${OTHERS:-20} benchmarks/inbox.sh; fsync on" \
  work.LongInbox "${COUNT:-1000000}" "${OTHERS:-20}"
