#!/usr/bin/env bash
# Measures what the durable record adds to the time of POST /v1/check at a constant rate: the server as it
# is, with its embedded PostgreSQL, then the same server wired without the record (benchmarks/unrecorded),
# one after the other on this machine, each started afresh and warmed up. Keep the output:
#
#   benchmarks/open-loop.sh | tee benchmarks/results/open-loop-$(date +%F).txt
#
# RATE, RUNS, SECONDS_EACH, WARM_UP, WARM_UP_UNRECORDED and PORT can be set. Until PostgreSQL's first checkpoint has
# completed, some two gigabytes of its log at a kilobyte a check, each of its files is made anew, which stalls a
# commit for some 3 ms, and only a fresh cluster does that: with the usual warm-up the runs are of a fresh one. Ends
# with 1 if the record adds more than MOST_ADDED milliseconds (8) to p99.
set -euo pipefail

main() {
  local root java log
  local rate=${RATE:-5000} runs=${RUNS:-5} each=${SECONDS_EACH:-30} warm_up=${WARM_UP:-90} port=${PORT:-8088}
  local most=${MOST_ADDED:-8} warm_up_unrecorded=${WARM_UP_UNRECORDED:-60}
  root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
  java=$("$root/countersign" jdk)/bin/java
  # Not local: the trap at the end still needs them.
  work=$(mktemp -d)
  server=
  log=$work/log
  # TERM, not INT: what a script starts in the background ignores INT.
  trap 'stop; rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM
  (cd "$root" && JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -Punrecorded -pl server,benchmarks,benchmarks/unrecorded -am \
    -Dmaven.test.skip=true package) >"$log" 2>&1 || { cat "$log" >&2; exit 1; }

  echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
  echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "date: $(date -u +%FT%TZ)"
  echo "commit: $(git -C "$root" rev-parse HEAD)"
  echo "command: RATE=$rate RUNS=$runs SECONDS_EACH=$each WARM_UP=$warm_up WARM_UP_UNRECORDED=$warm_up_unrecorded benchmarks/open-loop.sh; open loop, fsync on"
  echo "--- durable"
  measure durable "$warm_up" "$root/server/target/quarkus-app/quarkus-run.jar"
  echo "--- unrecorded"
  measure unrecorded "$warm_up_unrecorded" "$root/benchmarks/unrecorded/target/quarkus-app/quarkus-run.jar" -Dbenchmark.unrecorded=true
  echo "--- what the durable record adds"
  awk -v most="$most" '
    /^median/ { gsub(/,/, ""); for (i = 1; i < NF; i++) { if ($i == "p50") p50[++n] = $(i + 1); if ($i == "p99") p99[n] = $(i + 1) } }
    END {
      added = p99[1] - p99[2]
      printf "p50: %+.2f ms (%.2f with, %.2f without)\n", p50[1] - p50[2], p50[1], p50[2]
      printf "p99: %+.2f ms (%.2f with, %.2f without); at most %s is aimed at\n", added, p99[1], p99[2], most
      exit added > most
    }' "$work/durable.runs" "$work/unrecorded.runs"
}

# measure <name> <warm-up> <program> [settings]: starts it on an empty folder, with what `countersign demo` gives Java.
measure() {
  local name=$1 warm_up=$2 program=$3 data=$work/$1
  shift 3
  "$java" -XX:+UseG1GC -Xms512m -Xmx2g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    "-Dcountersign.packs=$root/packs" "$@" -jar "$program" demo --no-browser --port "$port" --data-dir "$data" >"$work/$name.out" 2>&1 &
  server=$!
  for _ in $(seq 600); do
    grep -q 'is ready' "$work/$name.out" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  grep -q 'is ready' "$work/$name.out" || { cat "$work/$name.out" >&2; exit 1; }
  "$java" -XX:+UseSerialGC -Xms64m -Xmx64m -cp "$root/benchmarks/target/classes" dev.countersign.benchmarks.load.OpenLoop \
    "$port" "$data/demo.json" "$rate" "$warm_up" "$runs" "$each" |
    while IFS= read -r line; do
      echo "$line"
      # Said twice: if the second is larger, files were made anew in the runs.
      case $line in warm-up:* | median*) echo "PostgreSQL's log files: $(du -sm "$data/postgres/cluster/pg_wal" | cut -f1) MB" ;; esac
    done | tee "$work/$name.runs"
  stop
  rm -rf "$data"
}

stop() {
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}

# One call: a shell reads a script as it goes, and this one runs for long.
main "$@"
