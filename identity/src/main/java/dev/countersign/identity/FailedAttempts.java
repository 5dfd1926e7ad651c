package dev.countersign.identity;

import dev.countersign.kernel.TenantId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Failed authentications of this node, gathered by minute and by who is behind the address, so
/// that a flood leaves a few entries in the ledger and not a million. Safe for use by many threads.
///
/// A minute holds at most [#MOST] records: after the first ones everything else is one, without
/// address or tenant. So the room that this takes does not depend on who attacks.
public final class FailedAttempts {
  /// Entries a minute in all, on all nodes.
  public static final int MOST = 100;

  /// Minutes that wait while the log is away; older ones are given up.
  private static final int MOST_MINUTES = 10;

  private final SortedMap<Instant, Map<Place, Long>> minutes = new TreeMap<>();
  private long givenUp;

  private record Place(Optional<TenantId> tenant, String source) {}

  /// What failed in one minute from one place.
  ///
  /// @param minute its beginning
  /// @param tenant whose key was presented; empty if no key of that id is known
  /// @param source the address, for IPv6 its /64; empty for all the places beyond the first
  public record Gathered(Instant minute, Optional<TenantId> tenant, String source, long count) {}

  /// Counts one failure.
  public synchronized void failed(Optional<TenantId> tenant, String address, Instant now) {
    add(now.truncatedTo(ChronoUnit.MINUTES), new Place(tenant, Network.site(address)), 1);
  }

  /// Takes out the minutes that are over at `now`; whoever cannot write one down MUST [#putBack]
  /// it.
  public synchronized List<Gathered> over(Instant now) {
    var over = minutes.headMap(now.truncatedTo(ChronoUnit.MINUTES));
    var gathered = new ArrayList<Gathered>();
    over.forEach((minute, places) ->
        places.forEach((place, count) ->
            gathered.add(new Gathered(minute, place.tenant(), place.source(), count))));
    over.clear();
    return gathered;
  }

  public synchronized void putBack(List<Gathered> gathered) {
    for (var one : gathered) {
      add(one.minute(), new Place(one.tenant(), one.source()), one.count());
    }
  }

  /// Counts failures that cannot be recorded any more.
  public synchronized void giveUp(long failures) {
    givenUp += failures;
  }

  /// Failures that no entry will show, because database or log were away for too long.
  public synchronized long givenUp() {
    return givenUp;
  }

  private void add(Instant minute, Place place, long count) {
    var places = minutes.computeIfAbsent(minute, _ -> new LinkedHashMap<>());
    boolean room = places.size() < MOST - 1 || places.containsKey(place);
    places.merge(room ? place : new Place(Optional.empty(), ""), count, Long::sum);
    while (minutes.size() > MOST_MINUTES) {
      var oldest = minutes.remove(minutes.firstKey());
      givenUp += oldest == null ? 0 : oldest.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
