package dev.countersign.benchmarks.append;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.Entry;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// Entries of one kind, and one thread that keeps so many of them in flight.
///
/// @param inFlight how many are submitted and not yet answered at a time
record Load(Ids ids, Clock clock, JsonObject details, int inFlight) {

  /// Nothing but its members' names and ids.
  static final JsonObject SMALL = Json.object().put("n", 1).build();

  /// Makes the canonical form 1.3 KB, which a decision of `POST /v1/check` has.
  static final JsonObject TYPICAL = typical();

  private static final int REASONS = 8;

  private static JsonObject typical() {
    var reasons = new ArrayList<Json>();
    for (int i = 0; i < REASONS; i++) {
      reasons.add(
          Json.object().put("policy", "metadata-sensitive-rows-" + i).put("points", i).build());
    }
    return Json.object()
        .put("decision_id", "01890a5d-ac96-774b-bcce-b302099a8057")
        .put("evaluated_at", "2026-11-22T12:00:00.000000Z")
        .put("shape", "check_1")
        .put("policy_version", 7)
        .put("policies_digest", "9c1185a5c5e9fc54612808977ee8f548b2258d31a0f4b5f5c0a3e7d2c1b6a897")
        .put("outcome", "permit_with_obligations")
        .put("risk_score", 17)
        .put("reasons", Json.array(reasons))
        .put("latency_micros", 311)
        .put(
            "request",
            Json.object()
                .put("model", "gpt-4")
                .put("operation", "classify")
                .put("tokens", 120)
                .put("row_count", 10)
                .put("intent", "support")
                .build())
        .build();
  }

  /// The next entry; each has ids of its own and the tenants come in turn.
  Entry.Draft next(long number) {
    var id = ids.next();
    return new Entry.Draft(
        id,
        AppendPlace.TENANTS.get((int) (number % AppendPlace.TENANTS.size())),
        clock.instant().truncatedTo(ChronoUnit.MICROS),
        "api_key:ck_benchmark",
        "decision.made",
        "decision",
        id.toString(),
        id,
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "127.0.0.1",
        details);
  }

  int canonicalBytes() {
    return next(0).chained(0, Digest.ZERO).canonical().length;
  }

  /// How many were answered in how long.
  record Run(long entries, double seconds) {
    double rate() {
      return entries / seconds;
    }
  }

  /// Submits for so long, and waits until all are answered; a failed one ends the benchmark.
  Run run(Function<Entry.Draft, ? extends CompletableFuture<?>> appender, int seconds)
      throws InterruptedException {
    var free = new Semaphore(inFlight);
    var failed = new LongAdder();
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    long count = 0;
    while (System.nanoTime() < end) {
      free.acquire();
      var _ =
          appender
              .apply(next(count++))
              .whenComplete((_, failure) -> {
                if (failure != null) {
                  failed.increment();
                }
                free.release();
              });
    }
    free.acquire(inFlight);
    if (failed.sum() > 0) {
      throw new IllegalStateException(failed.sum() + " entries were not taken");
    }
    return new Run(count, (System.nanoTime() - start) / 1e9);
  }
}
