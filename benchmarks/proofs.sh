#!/usr/bin/env bash
# Measures what proofs cost: verifying an entry of an export and a lone receipt (JMH, time and allocation), building
# a receipt in a log of ten million entries that are loaded by COPY, and recomputing that log; with the memory that
# is alive meanwhile, also for a hundredth of the entries: it must not grow with the log. Keep the output:
#
#   benchmarks/proofs.sh | tee benchmarks/results/proofs-$(date +%F).txt
#
# ENTRIES can be set; ten million need some 12 GB of disk, under TMPDIR, and take about ten minutes to load. Options
# are JMH's. To see that it works: ENTRIES=20000 benchmarks/proofs.sh -f 1 -wi 1 -i 1 -w 1 -r 1
set -euo pipefail

main() {
  local root java log entries=${ENTRIES:-10000000}
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} "${MVN:-mvn}" -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  run() {
    "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx1g \
      -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath")" "$@" 2>"$log" || { cat "$log" >&2; return 1; }
  }
  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: ENTRIES=$entries benchmarks/proofs.sh${*:+ $*}"
  echo "---"
  run org.openjdk.jmh.Main VerificationBenchmark -foe true -prof gc "$@" | sed -n '/^Benchmark /,$p'
  echo "---"
  run dev.countersign.benchmarks.proofs.ProofsAtSize "$((entries / 100))"
  echo "---"
  run dev.countersign.benchmarks.proofs.ProofsAtSize "$entries"
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
