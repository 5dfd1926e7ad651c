#!/usr/bin/env bash
# Plays made-up scopes through all four steps of trust, up and down, 100,000 a scenario; production itself plays a few of them.
# Keep the output:
#
#   benchmarks/trust-laboratory.sh | tee benchmarks/results/trust-ladder-$(date +%F).txt
#
# ARGS are scopes, of these how many production plays, seed, threads and a file for the report as JSON:
# `trust-ladder.sh 1000 1` is quick.
set -euo pipefail

main() {
  local root java log command
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT

  (cd "$root" && JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  command=(dev.countersign.benchmarks.trust.TrustLadder "$@")

  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "java: $("$java" -version 2>&1 | sed -n 2p)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: ${command[*]}"
  "$java" -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath")" "${command[@]}"
  echo "took: ${SECONDS} s, building included"
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
