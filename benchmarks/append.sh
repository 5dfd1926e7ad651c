#!/usr/bin/env bash
# Measures the append path in a plain JVM on an embedded PostgreSQL: the most durable entries a second through
# the decision writer with 2,000 in flight, small ones and ones of a typical decision's size, in turn with a
# plain insert of the same rows in the same batches; then, at 5,000 a second, how long a committed entry waits
# for the signed checkpoint that covers it. Medians of five; keep the output:
#
#   benchmarks/append.sh | tee benchmarks/results/append-$(date +%F).txt
#
# RUNS, SECONDS_EACH and WARM_UP_MB can be set. The warm-up has to write more than max_wal_size (2 GB): only
# then are the files of the write-ahead log used again, and making one stalls a commit for some 3 ms. Ends
# with 1 if the log is not sound afterwards or a round of it failed. To see that it works:
# RUNS=1 SECONDS_EACH=2 WARM_UP_MB=100 benchmarks/append.sh
set -euo pipefail

main() {
  local root java
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  # Not local: the trap at the end still needs it.
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} "${MVN:-mvn}" -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) \
    >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: RUNS=${RUNS:-5} SECONDS_EACH=${SECONDS_EACH:-15} WARM_UP_MB=${WARM_UP_MB:-3000} benchmarks/append.sh; fsync on"
  echo "---"
  "$java" -XX:+UseG1GC -Xms512m -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath")" \
    dev.countersign.benchmarks.append.AppendBenchmark "$work/data" "${RUNS:-5}" "${SECONDS_EACH:-15}" "${WARM_UP_MB:-3000}" \
    2>"$work/log" || { cat "$work/log" >&2; return 1; }
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
