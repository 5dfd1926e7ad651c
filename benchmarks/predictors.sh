#!/usr/bin/env bash
# Measures what the predictors are worth, on public data and on simulated tenants whose truth is known: skill against
# the base rate, calibration, thresholds of conditional automation, anomalies, false alarms, drift, and times. Every
# seed is fixed. Keep the output:
#
#   benchmarks/predictors.sh | tee benchmarks/results/predictors-$(date +%F).txt
#
# COUNTERSIGN_SHARED_DATA names the folder of the public data. With `anomalies`, `thresholds` or `false-alarms`, only that part.
set -euo pipefail

main() {
  local root java log data=${COUNTERSIGN_SHARED_DATA:?names the folder of the public data}
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} "${MVN:-mvn}" -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: benchmarks/predictors.sh${*:+ $*}"
  echo "---"
  "$java" --enable-native-access=ALL-UNNAMED -Xmx1g \
    -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath")" \
    dev.countersign.benchmarks.predict.Predictors "$data" "$@" 2>"$log" || { cat "$log" >&2; exit 1; }
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
