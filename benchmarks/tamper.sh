#!/usr/bin/env bash
# Tampers 10,000 times with an export and 10,000 times with a database, from one seed, another one each time, and
# looks whether each is found and called by its name. Keep the output:
#
#   benchmarks/tamper.sh | tee benchmarks/results/tamper-$(date +%F).txt
#
# TAMPERINGS and SEED can be set. Ends with 1 if one was not found or had another name; the message says how to replay it.
set -euo pipefail

main() {
  local root java log seed=${SEED:-$(od -An -N7 -td8 /dev/urandom | tr -d ' ')}
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)
  log=$(mktemp)
  trap "rm -f '$log'" EXIT
  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: TAMPERINGS=${TAMPERINGS:-10000} SEED=$seed benchmarks/tamper.sh"
  echo "---"
  local failed=0 count=${TAMPERINGS:-10000}
  (cd "$root" && JAVA_HOME=$java "${MVN:-mvn}" -B -ntp -pl ledger -am test \
    -Dtest=ExportTamperingTest,StoredTamperingTest -Dsurefire.failIfNoSpecifiedTests=false -Dspotless.check.skip=true \
    "-Dcountersign.tamperings=$count" "-Dproperty.seed=$seed") >"$log" 2>&1 || failed=1
  # What the tests were not told, they would not do.
  [ "$failed" = 1 ] || [ "$(tr -d , <"$log" | grep -c "^$count tamperings of")" = 2 ] || failed=1
  grep -E 'tamperings of|Tests run:.*Tampering|^\[ERROR\].*(tampering|replay)' "$log" || cat "$log"
  return "$failed"
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
