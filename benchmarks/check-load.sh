#!/usr/bin/env bash
# Measures POST /v1/check with its durable record: wrk with 64 connections against a fresh demo server
# with its embedded PostgreSQL, all on this machine. Prints every run; keep the output:
#
#   benchmarks/check-load.sh | tee benchmarks/results/check-load-$(date +%F).txt
#
# Beside it, in the same run, what the same server does for endpoints that answer a constant.
#
# The warm-up is long on purpose: a fresh PostgreSQL makes its first gigabyte of write-ahead log files, and each
# stalls a commit for some 3 ms; from its first checkpoint on they are used again.
#
# Needs wrk (Debian: apt-get install wrk) and curl. RUNS, SECONDS_EACH, WARM_UP, CONNECTIONS and PORT can be set.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
runs=${RUNS:-5} each=${SECONDS_EACH:-15} connections=${CONNECTIONS:-64} port=${PORT:-8087} warm_up=${WARM_UP:-150}
command -v wrk >/dev/null || { echo "wrk is missing; on Debian: apt-get install wrk" >&2; exit 2; }

work=$(mktemp -d)
"$root/countersign" demo --port "$port" --data-dir "$work/data" --no-browser >"$work/out" 2>&1 &
server=$!
# TERM, not INT: what a script starts in the background ignores INT.
trap 'kill -TERM $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 600); do
  grep -q 'is ready' "$work/out" && break
  kill -0 $server 2>/dev/null || { cat "$work/out" >&2; exit 1; }
  sleep 0.5
done

key=$(sed -n 's/.*"load":"\([^"]*\)".*/\1/p' "$work/data/demo.json")
cat >"$work/check.lua" <<LUA
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer $key"
wrk.body = '{"model":"gpt-4","operation":"classify","metadata":{"intent":"support","tokens":120,"row_count":10}}'
LUA

echo "machine: $(uname -sr), $(nproc) cores, $(awk -F': ' '/model name/{print $2; exit}' /proc/cpuinfo)"
echo "date: $(date -u +%FT%TZ)"
echo "commit: $(git -C "$root" rev-parse HEAD)"
echo "command: wrk -t2 -c$connections -d${each}s --latency, after a warm-up of ${warm_up} s; fsync on"
measure() { wrk -t2 -c"$connections" -d"$1"s --latency -s "$work/check.lua" "http://localhost:$port/v1/check"; }
measure "$warm_up" >/dev/null
for run in $(seq "$runs"); do
  echo "--- run $run"
  measure "$each"
done | tee "$work/runs"
echo "--- median"
awk '/Requests\/sec/{print $2}' "$work/runs" | sort -n | awk '{v[NR]=$1} END{print "requests/s: " v[int((NR+1)/2)]}'
awk '$1=="99%"{print $2}' "$work/runs" | sort -h | awk '{v[NR]=$1} END{print "p99: " v[int((NR+1)/2)]}'
awk '/Non-2xx/{n++} END{print "runs with an answer that was not 2xx: " n+0}' "$work/runs"
echo "--- constants, the same server"
for path in .well-known/authzen-configuration ledger/keys health/live; do
  wrk -t2 -c"$connections" -d"$each"s --latency "http://localhost:$port/$path" \
    | awk -v path="$path" '$1=="50%"{p50=$2} $1=="99%"{p99=$2} /Requests\/sec/{print "GET /" path ": " $2 " requests/s, p50 " p50 ", p99 " p99}'
done
# Minutes for a log of this size: only when asked for.
[ -z "${FSCK-}" ] || "$root/countersign" ledger fsck --data-dir "$work/data"
