package dev.countersign.trust.predict.features;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.trust.Severity;
import dev.countersign.trust.TrustEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What models are told of a scope's recent past, folded from its events one by one. Immutable, and
/// bounded whatever happens.
///
/// It is told, not weighed: nothing of it is evidence. A correction is one more report.
///
/// @param rejectionStreak decisions in a row, up to now, that were no approval
/// @param outcomes whether the latest reported outcomes were successes, oldest first
/// @param rollbacks when the latest were, oldest first
/// @param executions how many there were in each of the latest hours in which one was, by the start
///   of the hour
public record Recent(
    long rejectionStreak,
    List<Boolean> outcomes,
    List<Instant> rollbacks,
    SortedMap<Instant, Long> executions) {

  public static final Recent NOTHING = new Recent(0, List.of(), List.of(), new TreeMap<>());

  private static final int MOST_OUTCOMES = 20;
  private static final int MOST_ROLLBACKS = 100;
  private static final Duration ROLLBACKS_OF = Duration.ofDays(7);

  /// A day of hours, the longest one of a year, and the one that is running.
  private static final int MOST_HOURS = 26;

  public Recent {
    outcomes = List.copyOf(outcomes);
    rollbacks = List.copyOf(rollbacks);
    executions = Collections.unmodifiableSortedMap(new TreeMap<>(executions));
    if (rejectionStreak < 0
        || outcomes.size() > MOST_OUTCOMES
        || rollbacks.size() > MOST_ROLLBACKS
        || executions.size() > MOST_HOURS) {
      throw new IllegalArgumentException("what is remembered of the recent past is bounded");
    }
  }

  /// After one more event.
  public Recent with(TrustEvent event) {
    return switch (event) {
      case TrustEvent.Decided decided ->
          new Recent(decided.approved() ? 0 : rejectionStreak + 1, outcomes, rollbacks, executions);
      case TrustEvent.OutcomeObserved outcome ->
          reported(outcome.success() && outcome.severity() == Severity.NONE);
      case TrustEvent.OutcomeOverdue _ -> reported(false);
      case TrustEvent.RolledBack rollback -> reported(false).rolledBack(rollback.at());
      case TrustEvent.Executed executed -> executed(executed.at());
      case TrustEvent.Proposed _,
          TrustEvent.Ended _,
          TrustEvent.StageLowered _,
          TrustEvent.StageSigned _,
          TrustEvent.VersionsChanged _ ->
          this;
    };
  }

  private Recent reported(boolean success) {
    return new Recent(
        rejectionStreak, latest(outcomes, success, MOST_OUTCOMES), rollbacks, executions);
  }

  private Recent rolledBack(Instant at) {
    return new Recent(rejectionStreak, outcomes, latest(rollbacks, at, MOST_ROLLBACKS), executions);
  }

  private Recent executed(Instant at) {
    var hours = new TreeMap<>(executions);
    hours.merge(at.truncatedTo(ChronoUnit.HOURS), 1L, Long::sum);
    if (hours.size() > MOST_HOURS) {
      hours.pollFirstEntry();
    }
    return new Recent(rejectionStreak, outcomes, rollbacks, hours);
  }

  private static <T> List<T> latest(List<T> earlier, T one, int most) {
    var more = new ArrayList<>(earlier);
    more.add(one);
    return more.subList(Math.max(0, more.size() - most), more.size());
  }

  /// The share of successes among the latest 20 outcomes; empty where none was reported.
  public Optional<Double> successRate() {
    return outcomes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            (double) outcomes.stream().filter(success -> success).count() / outcomes.size());
  }

  /// Rollbacks in the 7 days before `at`; at most 100 are counted.
  public long rollbacksBefore(Instant at) {
    var from = at.minus(ROLLBACKS_OF);
    return rollbacks.stream().filter(one -> one.isAfter(from) && !one.isAfter(at)).count();
  }

  /// Executions since midnight in `zone`, by full hours.
  public long executionsOfDay(Instant at, ZoneId zone) {
    var midnight = at.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
    return executions.tailMap(midnight.truncatedTo(ChronoUnit.HOURS)).entrySet().stream()
        .filter(hour -> !hour.getKey().isAfter(at))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  public JsonObject toJson() {
    var hours = Json.object();
    executions.forEach((hour, count) -> hours.put(hour.toString(), count));
    return Json.object()
        .put("rejection_streak", rejectionStreak)
        .put("outcomes", Json.array(outcomes.stream().map(Json::of).toList()))
        .put("rollbacks", Json.array(rollbacks.stream().map(at -> Json.of(at.toString())).toList()))
        .put("executions", hours.build())
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static Recent fromJson(JsonObject json) {
    var outcomes = new ArrayList<Boolean>();
    for (var item : json.items("outcomes")) {
      if (item instanceof JsonBoolean(var success)) {
        outcomes.add(success);
      }
    }
    var rollbacks = new ArrayList<Instant>();
    for (var item : json.items("rollbacks")) {
      if (item instanceof JsonString(var at)) {
        rollbacks.add(Instant.parse(at));
      }
    }
    var executions = new TreeMap<Instant, Long>();
    json.object("executions")
        .orElseThrow(() -> new IllegalArgumentException("a stored recent past is damaged"))
        .members()
        .forEach((hour, count) -> {
          if (count instanceof JsonNumber(var number)) {
            executions.put(Instant.parse(hour), (long) number);
          }
        });
    return new Recent(
        json.number("rejection_streak").orElse(0.0).longValue(), outcomes, rollbacks, executions);
  }
}
