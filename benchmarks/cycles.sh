#!/usr/bin/env bash
# Whole governed actions a second, propose to outcome, beside the same commits without us.
# Keep the output:
#
#   benchmarks/cycles.sh | tee benchmarks/results/cycles-$(date +%F).txt
#
# WARM, MEASURED, CLIENTS and TENANTS can be set.
set -euo pipefail

main() {
  local root java log modules
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) \
    >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  modules=("$root"/benchmarks/target/countersign-benchmarks-*.jar)
  run() {
    "$java" -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
      -cp "${modules[0]}:$(cat "$root/benchmarks/target/classpath")" "$@" 2>"$log" || { cat "$log" >&2; return 1; }
  }

  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: WARM=${WARM:-90} MEASURED=${MEASURED:-60} CLIENTS=${CLIENTS:-16} TENANTS=${TENANTS:-4} benchmarks/cycles.sh; fsync on"
  echo "---"
  run dev.countersign.benchmarks.work.Cycles "${WARM:-90}" "${MEASURED:-60}" "${CLIENTS:-16}" "${TENANTS:-4}"
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
