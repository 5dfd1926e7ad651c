#!/usr/bin/env bash
# Builds the benchmarks and runs one of their programs, with what a result has to say about itself before it.
#
#   benchmarks/run.sh COMMAND CLASS [ARGUMENT...]
#
# COMMAND is how it is run again, CLASS a program in dev.countersign.benchmarks.
set -euo pipefail

main() {
  local command=$1 class=$2 root java log modules
  shift 2
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) \
    >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  modules=("$root"/benchmarks/target/countersign-benchmarks-*.jar)
  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: $command"
  echo "---"
  # Flyway tells its steps to whichever library logs; they are no result.
  "$java" -Xmx"${HEAP:-1g}" -Dorg.jboss.logging.provider=jdk --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "${modules[0]}:$(cat "$root/benchmarks/target/classpath")" "dev.countersign.benchmarks.$class" "$@" 2>"$log" \
    || { cat "$log" >&2; return 1; }
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
