#!/usr/bin/env bash
# Kills a process that moves cases 1,000 times and the server 50 times, and looks for what was done twice, lost or not logged.
# Keep the output:
#
#   benchmarks/work-crash.sh | tee benchmarks/results/work-crash-$(date +%F).txt
#
# KILLS, SERVER_KILLS and SEED can be set. Ends with 1 if anything was.
set -euo pipefail

main() {
  local root java log modules
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -pl server,benchmarks -am -Dmaven.test.skip=true package) \
    >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  modules=("$root"/benchmarks/target/countersign-benchmarks-*.jar)
  run() {
    "$java" -Dorg.jboss.logging.provider=jdk --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
      -cp "${modules[0]}:$(cat "$root/benchmarks/target/classpath")" "$@" 2>"$log" || { cat "$log" >&2; return 1; }
  }

  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: KILLS=${KILLS:-1000} SERVER_KILLS=${SERVER_KILLS:-50} SEED=${SEED:-1} benchmarks/work-crash.sh; fsync on"
  echo "---"
  local failed=0
  run dev.countersign.benchmarks.work.WorkCrash "${KILLS:-1000}" "${SEED:-1}" || failed=1
  echo "---"
  run dev.countersign.benchmarks.work.WorkServerCrash "$root" "${SERVER_KILLS:-50}" "${SEED:-1}" || failed=1
  return "$failed"
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
