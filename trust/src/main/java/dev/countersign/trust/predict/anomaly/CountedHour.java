package dev.countersign.trust.predict.anomaly;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.trust.predict.anomaly.Happening.What;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The hour that a scope is in, counted happening by happening: all that is stored of it.
/// Immutable.
///
/// What it comes to is what [Window#of] says of the same happenings, but for more actors than
/// [#MOST_ACTORS]. Bounded: so many actors, and a count for each ten seconds.
///
/// @param start a full hour
/// @param counts of what happened; what did not is not in it
/// @param actors as salted hashes
/// @param steps how much happened in each ten seconds of the hour in which anything did
public record CountedHour(
    Instant start,
    Map<What, Long> counts,
    Mean confidence,
    Mean safety,
    SortedSet<String> actors,
    SortedMap<Integer, Long> steps) {

  /// Of more it is not told who else is new: at least so many.
  public static final int MOST_ACTORS = 200;

  /// 64 bits: enough to tell so many apart.
  private static final int HASH = 16;

  public CountedHour {
    Window.requireHour(start);
    var copy = new EnumMap<What, Long>(What.class);
    copy.putAll(counts);
    counts = Collections.unmodifiableMap(copy);
    actors = Collections.unmodifiableSortedSet(new TreeSet<>(actors));
    steps = Collections.unmodifiableSortedMap(new TreeMap<>(steps));
    if (actors.size() > MOST_ACTORS
        || (!steps.isEmpty() && (steps.firstKey() < 0 || steps.lastKey() >= Window.STEPS))
        || sum(counts) != sum(steps)) {
      throw new IllegalArgumentException("the counts of an hour contradict each other");
    }
  }

  /// What a happening came to.
  ///
  /// @param hour that is counted now
  /// @param begun whether with this happening
  /// @param over the hour before, if this ended one in which something happened
  public record Counted(CountedHour hour, boolean begun, Optional<Window> over) {}

  /// The hour in which `at` lies, before anything happened.
  public static CountedHour at(Instant at) {
    return new CountedHour(
        at.truncatedTo(ChronoUnit.HOURS),
        Map.of(),
        Mean.NONE,
        Mean.NONE,
        Collections.emptySortedSet(),
        Collections.emptySortedMap());
  }

  /// Counts what happened. What happened in an earlier hour counts at the start of this one,
  /// because hours never go back; what happened in a later one ends this.
  ///
  /// @param salt what the scope is, so that the lists of two can't be laid side by side
  public Counted count(Happening happening, String salt) {
    if (happening.at().isBefore(end())) {
      return new Counted(with(happening, salt), steps.isEmpty(), Optional.empty());
    }
    return new Counted(at(happening.at()).with(happening, salt), true, window());
  }

  /// The next hour, of which nothing is known yet: for one that time has ended.
  public CountedHour next() {
    return at(end());
  }

  private Instant end() {
    return start.plus(Window.LENGTH);
  }

  private CountedHour with(Happening happening, String salt) {
    var more = new EnumMap<What, Long>(What.class);
    more.putAll(counts);
    more.merge(happening.what(), 1L, Long::sum);
    var busier = new TreeMap<>(steps);
    busier.merge(Math.max(0, Window.step(start, happening.at())), 1L, Long::sum);
    var known = new TreeSet<>(actors);
    if (known.size() < MOST_ACTORS) {
      happening.actor().map(name -> hash(salt, name)).ifPresent(known::add);
    }
    return new CountedHour(
        start,
        more,
        confidence.with(happening.confidence()),
        safety.with(happening.safety()),
        known,
        busier);
  }

  private String hash(String salt, String name) {
    var salted = "trust actor\n" + salt + "\n" + start + "\n" + name;
    return Digest.sha256(salted.getBytes(StandardCharsets.UTF_8)).hex().substring(0, HASH);
  }

  /// What it came to; empty while nothing happened.
  public Optional<Window> window() {
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    long rejected = count(What.REJECTED);
    long succeeded = count(What.SUCCEEDED);
    return Optional.of(
        new Window(
            start,
            count(What.PROPOSED),
            count(What.APPROVED) + rejected,
            rejected,
            count(What.OVERRIDDEN),
            count(What.FAILED) + succeeded,
            succeeded,
            confidence.value(),
            safety.value(),
            actors.size(),
            busiest(),
            sum(steps)));
  }

  private long count(What what) {
    return counts.getOrDefault(what, 0L);
  }

  private long busiest() {
    long most = 0;
    for (int first : steps.keySet()) {
      most = Math.max(most, sum(steps.subMap(first, first + Window.STEPS_OF_BURST)));
    }
    return most;
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  public JsonObject toJson() {
    var happened = Json.object();
    counts.forEach((what, count) -> happened.put(word(what), count));
    // Step and count in turn: most of an hour's steps are empty.
    var flat = new ArrayList<Json>();
    steps.forEach((step, count) -> {
      flat.add(Json.of(step));
      flat.add(Json.of(count));
    });
    return Json.object()
        .put("start", start.toString())
        .put("counts", happened.build())
        .put("confidence", confidence.toJson())
        .put("safety", safety.toJson())
        .put("actors", Json.strings(actors))
        .put("steps", Json.array(flat))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static CountedHour fromJson(JsonObject json) {
    var counts = new EnumMap<What, Long>(What.class);
    var happened = object(json, "counts");
    for (var what : What.values()) {
      happened.number(word(what)).ifPresent(count -> counts.put(what, count.longValue()));
    }
    var actors = new TreeSet<String>();
    for (var item : json.items("actors")) {
      if (item instanceof JsonString(var hash)) {
        actors.add(hash);
      }
    }
    return new CountedHour(
        Window.start(json),
        counts,
        Mean.fromJson(object(json, "confidence")),
        Mean.fromJson(object(json, "safety")),
        actors,
        steps(json.items("steps")));
  }

  private static SortedMap<Integer, Long> steps(List<Json> flat) {
    var steps = new TreeMap<Integer, Long>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      if (flat.get(i) instanceof JsonNumber(var step)
          && flat.get(i + 1) instanceof JsonNumber(var count)) {
        steps.put((int) step, (long) count);
      }
    }
    return steps;
  }

  private static String word(What what) {
    return what.name().toLowerCase(Locale.ROOT);
  }

  private static JsonObject object(JsonObject json, String name) {
    return json.object(name)
        .orElseThrow(() -> new IllegalArgumentException("a counted hour has no `" + name + "`"));
  }
}
