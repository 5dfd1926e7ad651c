#!/usr/bin/env bash
# Measures the policy engine, alone and beside jCasbin, SAPL and Cedar, in one JMH run on this machine.
# Keep the output:
#
#   benchmarks/policy-engine.sh | tee benchmarks/results/policy-engine-$(date +%F).txt
#
# The first run downloads the peers (about 80 MB). ARGS are JMH's own: `policy-engine.sh -wi 1 -i 1` is quick.
set -euo pipefail

main() {
  local root java log command
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT

  (cd "$root" && JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  command=(org.openjdk.jmh.Main 'PolicyEngineBenchmark|PeersBenchmark' -foe true "$@")

  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "java: $("$java" -version 2>&1 | sed -n 2p)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: ${command[*]}"
  "$java" -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath")" "${command[@]}" >"$log" 2>&1 \
    || { cat "$log" >&2; exit 1; }
  # The averages, and of the samples the two that are aimed at.
  sed -n '/^Benchmark /,$p' "$log" | grep -Ev ':p(0\.00|0\.90|0\.95|0\.999|0\.9999|1\.00) '
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
