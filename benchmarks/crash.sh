#!/usr/bin/env bash
# Kills the room 1,000 times and the whole server 50 times, at random moments under load, and compares
# what was answered with the log. Keep the output:
#
#   benchmarks/crash.sh | tee benchmarks/results/crash-$(date +%F).txt
#
# ROOM_KILLS, SERVER_KILLS and SEED can be set. Ends with 1 if an answer was lost or the log is not sound.
set -euo pipefail

main() {
  local root java log modules
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -pl server,benchmarks -am -Dmaven.test.skip=true package) \
    >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  # Jars alone: classes in folders can't be prepared for a fast start.
  modules=("$root"/benchmarks/target/countersign-benchmarks-*.jar)
  run() {
    "$java" -Dorg.jboss.logging.provider=jdk --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
      -cp "${modules[0]}:$(cat "$root/benchmarks/target/classpath")" "$@" 2>"$log" || { cat "$log" >&2; return 1; }
  }

  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: ROOM_KILLS=${ROOM_KILLS:-1000} SERVER_KILLS=${SERVER_KILLS:-50} SEED=${SEED:-1} benchmarks/crash.sh; fsync on"
  local failed=0
  echo "---"
  run dev.countersign.benchmarks.crash.RoomCrash "${ROOM_KILLS:-1000}" "${SEED:-1}" || failed=1
  echo "---"
  run dev.countersign.benchmarks.crash.ServerCrash "$root" "${SERVER_KILLS:-50}" "${SEED:-1}" || failed=1
  return "$failed"
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
