package dev.countersign.trust.predict.anomaly;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.anomaly.Happening.What;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What happened in a scope within one hour, in counts. An hour in which nothing did is no window.
///
/// @param start a full hour
/// @param decided approved or rejected, of these `rejected`
/// @param overridden vetoed, edited or rolled back
/// @param observed outcomes, of these `succeeded`
/// @param confidence the mean of what callers said of themselves, empty where none did
/// @param busiest happenings in the busiest five minutes, which begin with any ten seconds
/// @param total all happenings, at least 1
public record Window(
    Instant start,
    long proposals,
    long decided,
    long rejected,
    long overridden,
    long observed,
    long succeeded,
    Optional<Double> confidence,
    Optional<Double> safety,
    long actors,
    long busiest,
    long total) {
  public static final Duration LENGTH = Duration.ofHours(1);
  private static final Duration BURST = Duration.ofMinutes(5);

  /// Finer nobody has to know when something happened; so an hour is counted in so many numbers.
  private static final Duration STEP = Duration.ofSeconds(10);

  static final int STEPS = (int) LENGTH.dividedBy(STEP);
  static final int STEPS_OF_BURST = (int) BURST.dividedBy(STEP);

  public Window {
    requireHour(start);
    if (total < 1 || rejected > decided || succeeded > observed || rejected < 0 || succeeded < 0) {
      throw new IllegalArgumentException("the counts of a window contradict each other");
    }
  }

  /// Counts what happened in the hour from `start` on; empty if nothing did. Throws
  /// IllegalArgumentException for a happening of another hour.
  public static Optional<Window> of(Instant start, List<Happening> happenings) {
    if (happenings.isEmpty()) {
      return Optional.empty();
    }
    var end = start.plus(LENGTH);
    for (var happening : happenings) {
      if (happening.at().isBefore(start) || !happening.at().isBefore(end)) {
        throw new IllegalArgumentException("`" + happening.at() + "` is not in this window");
      }
    }
    long rejected = count(happenings, What.REJECTED);
    long succeeded = count(happenings, What.SUCCEEDED);
    return Optional.of(
        new Window(
            start,
            count(happenings, What.PROPOSED),
            count(happenings, What.APPROVED) + rejected,
            rejected,
            count(happenings, What.OVERRIDDEN),
            count(happenings, What.FAILED) + succeeded,
            succeeded,
            mean(happenings, Happening::confidence),
            mean(happenings, Happening::safety),
            happenings.stream().flatMap(one -> one.actor().stream()).distinct().count(),
            busiest(start, happenings),
            happenings.size()));
  }

  private static long count(List<Happening> happenings, What what) {
    return happenings.stream().filter(one -> one.what() == what).count();
  }

  private static Optional<Double> mean(
      List<Happening> happenings, Function<Happening, Optional<Double>> said) {
    var mean = Mean.NONE;
    for (var happening : happenings) {
      mean = mean.with(said.apply(happening));
    }
    return mean.value();
  }

  private static long busiest(Instant start, List<Happening> happenings) {
    var steps = happenings.stream().map(one -> step(start, one.at())).sorted().toList();
    int most = 0;
    int first = 0;
    for (int last = 0; last < steps.size(); last++) {
      while (steps.get(last) - steps.get(first) >= STEPS_OF_BURST) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  /// In which ten seconds of the hour from `start` on `at` lies.
  static int step(Instant start, Instant at) {
    return (int) Math.floorDiv(Duration.between(start, at).toMillis(), STEP.toMillis());
  }

  static void requireHour(Instant start) {
    if (start.getEpochSecond() % LENGTH.toSeconds() != 0 || start.getNano() != 0) {
      throw new IllegalArgumentException("a window begins with an hour");
    }
  }

  /// The number of a feature; empty where there is none, as with a rate of no decisions.
  Optional<Double> value(WindowFeature feature) {
    return switch (feature) {
      case PROPOSALS -> Optional.of((double) proposals);
      case REJECTION_RATE, OVERRIDE_RATE, SUCCESS_RATE ->
          cases(feature) == 0
              ? Optional.empty()
              : Optional.of((double) counted(feature) / cases(feature));
      case MEAN_CONFIDENCE -> confidence;
      case MEAN_SAFETY -> safety;
      case DISTINCT_ACTORS -> Optional.of((double) actors);
      case VELOCITY -> Optional.of((double) busiest / BURST.toMinutes());
      case TOTAL -> Optional.of((double) total);
    };
  }

  /// Of how many cases a share is; 0 for what is no share.
  long cases(WindowFeature feature) {
    return switch (feature) {
      case REJECTION_RATE -> decided;
      // Who overrides may be more than who decides: a rollback days later.
      case OVERRIDE_RATE -> Math.max(overridden, decided + observed);
      case SUCCESS_RATE -> observed;
      default -> 0;
    };
  }

  private long counted(WindowFeature feature) {
    return switch (feature) {
      case REJECTION_RATE -> rejected;
      case OVERRIDE_RATE -> overridden;
      case SUCCESS_RATE -> succeeded;
      default -> 0;
    };
  }

  public JsonObject toJson() {
    return Json.object()
        .put("start", start.toString())
        .put("proposals", proposals)
        .put("decided", decided)
        .put("rejected", rejected)
        .put("overridden", overridden)
        .put("observed", observed)
        .put("succeeded", succeeded)
        .put("confidence", confidence.map(Json::of))
        .put("safety", safety.map(Json::of))
        .put("actors", actors)
        .put("busiest", busiest)
        .put("total", total)
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static Window fromJson(JsonObject json) {
    return new Window(
        start(json),
        count(json, "proposals"),
        count(json, "decided"),
        count(json, "rejected"),
        count(json, "overridden"),
        count(json, "observed"),
        count(json, "succeeded"),
        json.number("confidence"),
        json.number("safety"),
        count(json, "actors"),
        count(json, "busiest"),
        count(json, "total"));
  }

  static Instant start(JsonObject json) {
    return Instant.parse(
        json.text("start")
            .orElseThrow(() -> new IllegalArgumentException("a window has no start")));
  }

  static long count(JsonObject json, String name) {
    return json.number(name)
        .orElseThrow(() -> new IllegalArgumentException("a window has no `" + name + "`"))
        .longValue();
  }
}
