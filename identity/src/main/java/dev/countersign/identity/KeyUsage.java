package dev.countersign.identity;

import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/// How often each key was used since it was last written down. Safe for use by many threads.
///
/// Only keys that were proved are counted, so a flood of made-up ones takes no room here.
public final class KeyUsage {
  /// More keys than this between two writings are not served by one node; their calls are then
  /// counted in [#uncounted] alone.
  private static final int MOST_KEYS = 100_000;

  private record Key(TenantId tenant, String keyId) {}

  private record Tally(long requests, Instant lastUsed) {
    Tally plus(Tally other) {
      return new Tally(
          requests + other.requests, lastUsed.isAfter(other.lastUsed) ? lastUsed : other.lastUsed);
    }
  }

  /// What one key did.
  public record Counted(TenantId tenant, String keyId, long requests, Instant lastUsed)
      implements Comparable<Counted> {
    @Override
    public int compareTo(Counted other) {
      return Comparator.comparing((Counted counted) -> counted.tenant().toString())
          .thenComparing(Counted::keyId)
          .compare(this, other);
    }
  }

  private final ConcurrentMap<Key, Tally> tallies = new ConcurrentHashMap<>();
  private final LongAdder uncounted = new LongAdder();

  /// Counts one call.
  public void used(Principal principal, Instant now) {
    add(new Key(principal.tenant(), principal.id()), new Tally(1, now));
  }

  /// Takes out what was counted so far; whoever cannot write it down MUST [#putBack] it.
  public List<Counted> take() {
    var taken = new ArrayList<Counted>();
    for (var key : tallies.keySet()) {
      var tally = tallies.remove(key);
      if (tally != null) {
        taken.add(new Counted(key.tenant(), key.keyId(), tally.requests(), tally.lastUsed()));
      }
    }
    return taken;
  }

  public void putBack(List<Counted> counted) {
    for (var one : counted) {
      add(new Key(one.tenant(), one.keyId()), new Tally(one.requests(), one.lastUsed()));
    }
  }

  /// Calls for which there was no room.
  public long uncounted() {
    return uncounted.sum();
  }

  private void add(Key key, Tally tally) {
    if (tallies.size() >= MOST_KEYS && !tallies.containsKey(key)) {
      uncounted.add(tally.requests());
      return;
    }
    tallies.merge(key, tally, Tally::plus);
  }
}
