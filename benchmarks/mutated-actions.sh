#!/usr/bin/env bash
# Changes what is stored of approved actions a million times, and counts how many an approval that was given for
# another would let run: none may. Keep the output:
#
#   benchmarks/mutated-actions.sh | tee benchmarks/results/mutated-actions-$(date +%F).txt
#
# COUNT and SEED can be set. Ends with 1 if one would.
set -euo pipefail

main() {
  local root java log
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  log=$(mktemp)
  trap "rm -f '$log'" EXIT
  (cd "$root" && JAVA_HOME=${java%/bin/java} "${MVN:-mvn}" -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true package) \
    >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: COUNT=${COUNT:-1000000} SEED=${SEED:-1} benchmarks/mutated-actions.sh"
  echo "---"
  "$java" -Xmx512m -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath")" \
    dev.countersign.benchmarks.actions.MutatedActions "${COUNT:-1000000}" "${SEED:-1}"
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
