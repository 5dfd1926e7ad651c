package dev.countersign.benchmarks.proofs;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;

/// Entries of one tenant, as large as those of decisions usually are; the same every time.
final class MadeLog {
  static final TenantId TENANT = new TenantId(new UUID(0x7000L, 0x8000000000000001L));

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final SplittableRandom random = new SplittableRandom(1);
  private long made;

  /// The next entry, without its place.
  Entry.Draft next() {
    long at = made++;
    var id =
        new UUID((random.nextLong() & ~0xf000L) | 0x7000L, (random.nextLong() >>> 2) | (1L << 63));
    return new Entry.Draft(
        id,
        TENANT,
        BEGIN.plusMillis(at),
        "api_key:ck_benchmark",
        "decision.made",
        "decision",
        id.toString(),
        id,
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "192.0.2.7",
        Json.object()
            .put("outcome", "permit")
            .put("risk_score", 20)
            .put("model", "gpt-4")
            .put("operation", "classify")
            .put("policy_version", 1)
            .put("latency_micros", at % 900)
            .build());
  }

  Salt salt() {
    var salt = new byte[Salt.LENGTH];
    random.nextBytes(salt);
    return Salt.of(salt);
  }

  Entry chained(long number, Digest previous) {
    return next().chained(number, previous);
  }
}
