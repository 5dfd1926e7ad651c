#!/usr/bin/env bash
# Measures what is asked of a log with a million decisions of one tenant, spread over 90 days: pages, filters,
# counts, both exports in full, violations and a simulation of all, over HTTP against a server with a heap of
# 512 MB and its embedded PostgreSQL. Medians of five; keep the output:
#
#   benchmarks/decision-log.sh | tee benchmarks/results/decision-log-$(date +%F).txt
#
# DECISIONS and RUNS can be set. Ends with 1 if what was found is not what was loaded.
set -euo pipefail

main() {
  local root java
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  # Not local: the trap at the end still needs it.
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -pl server,benchmarks -am -Dmaven.test.skip=true package) \
    >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
  modules=("$root"/benchmarks/target/countersign-benchmarks-*.jar)

  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: DECISIONS=${DECISIONS:-1000000} RUNS=${RUNS:-5} benchmarks/decision-log.sh; -Xmx512m, fsync on"
  echo "---"
  "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "${modules[0]}:$(cat "$root/benchmarks/target/classpath")" \
    dev.countersign.benchmarks.log.DecisionLog "$root" "$work/data" "${DECISIONS:-1000000}" "${RUNS:-5}" \
    2>"$work/log" || { cat "$work/log" >&2; return 1; }
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
