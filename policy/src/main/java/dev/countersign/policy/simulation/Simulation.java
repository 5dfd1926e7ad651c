package dev.countersign.policy.simulation;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Decision;
import dev.countersign.policy.PolicyKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts which recorded decisions a draft would answer differently, one decision after the other.
///
/// ```java
/// var simulation = new Simulation(draft, past, 20);
/// records.forEach(record -> simulation.add(record.logIndex(), record.details()));
/// simulation.result();
/// ```
///
/// Memory does not grow with the number of decisions. For use by one thread.
public final class Simulation {
  /// Attributes and policies that are counted by name; what is beyond is counted together.
  private static final int MOST_NAMES = 1_000;

  /// Of those, so many are shown, those that count most first.
  private static final int MOST_SHOWN = 100;

  public static final int MOST_EXAMPLES = 100;

  private final Draft draft;
  private final SelfCheck selfCheck;
  private final int examples;
  private final SortedMap<Turn, Turns> turns = new TreeMap<>();
  private final SortedMap<String, SortedMap<Turn, Long>> byPolicy = new TreeMap<>();
  private final SortedMap<String, Long> byAttribute = new TreeMap<>();
  private long seen;
  private long used;
  private long notReplayable;
  private long erased;
  private long unreadable;
  private long flipped;

  /// From which answer to which; what turns against callers comes first.
  private record Turn(Answer from, Answer to) implements Comparable<Turn> {
    private static final Comparator<Turn> ORDER =
        Comparator.comparing(Turn::from).thenComparing(Turn::to, Comparator.reverseOrder());

    @Override
    public int compareTo(Turn other) {
      return ORDER.compare(this, other);
    }
  }

  private static final class Turns {
    private final List<Flip> examples = new ArrayList<>();
    private long count;
  }

  /// @param examples of each kind of flip to show, at most [#MOST_EXAMPLES]
  public Simulation(Draft draft, PastPolicies past, int examples) {
    if (examples < 0 || examples > MOST_EXAMPLES) {
      throw new IllegalArgumentException("a result shows at most " + MOST_EXAMPLES + " examples");
    }
    this.draft = draft;
    this.selfCheck = new SelfCheck(past);
    this.examples = examples;
  }

  /// Takes one decision: the details of its entry. The flip, if it is one.
  public Optional<Flip> add(long logIndex, JsonObject details) {
    seen++;
    RecordedDecision decision;
    try {
      decision = RecordedDecision.read(details);
    } catch (IllegalArgumentException notOfOurs) {
      unreadable++;
      return Optional.empty();
    }
    selfCheck.add(decision);
    var missing = draft.missing(decision);
    if (missing.isPresent()) {
      notReplayable++;
      count(byAttribute, missing.get().toString());
      return Optional.empty();
    }
    used++;
    return flip(logIndex, decision);
  }

  /// Takes decisions of which only the commitment is left.
  public void erased(long decisions) {
    seen += decisions;
    erased += decisions;
  }

  /// How many decisions it has seen.
  public long seen() {
    return seen;
  }

  /// How many of them flipped.
  public long flipped() {
    return flipped;
  }

  private Optional<Flip> flip(long logIndex, RecordedDecision decision) {
    var now = draft.decide(decision.request());
    var from = decision.given().answer();
    var to = Answer.of(now);
    if (from == to) {
      return Optional.empty();
    }
    flipped++;
    var flip =
        new Flip(logIndex, decision.decisionId(), from, to, accountable(decision.given(), now));
    var turn = new Turn(from, to);
    var known = turns.computeIfAbsent(turn, _ -> new Turns());
    known.count++;
    if (known.examples.size() < examples) {
      known.examples.add(flip);
    }
    for (var policy : flip.policies()) {
      if (byPolicy.containsKey(policy) || byPolicy.size() < MOST_NAMES) {
        byPolicy.computeIfAbsent(policy, _ -> new TreeMap<>()).merge(turn, 1L, Long::sum);
      }
    }
    return Optional.of(flip);
  }

  private static List<String> accountable(RecordedDecision.Given then, Decision now) {
    var deciding = now.grounds().determining().stream().map(PolicyKey::value).toList();
    boolean stricter = Answer.of(now).stricterThan(then.answer());
    var first = stricter ? deciding : then.determining();
    return !first.isEmpty() ? first : stricter ? then.determining() : deciding;
  }

  private static void count(SortedMap<String, Long> counts, String name) {
    if (counts.containsKey(name) || counts.size() < MOST_NAMES) {
      counts.merge(name, 1L, Long::sum);
    }
  }

  /// What came of it so far.
  public JsonObject result() {
    return Json.object()
        .put("policies_digest", draft.point().digest().hex())
        .put("threshold", draft.point().set().threshold())
        .put("seen", seen)
        .put("used", used)
        .put("not_replayable", notReplayable)
        .put("erased", erased)
        .put("unreadable", unreadable)
        .put("unchanged", used - flipped)
        .put("flipped", flipped)
        .put("flips", flips())
        .put("by_policy", byPolicy())
        .put("not_replayable_for", byAttribute())
        .put("self_check", selfCheck.json())
        .build();
  }

  private JsonArray flips() {
    return Json.array(
        turns.entrySet().stream()
            .map(each ->
                turn(each.getKey(), each.getValue().count)
                    .put(
                        "examples",
                        Json.array(each.getValue().examples.stream().map(Flip::json).toList()))
                    .build())
            .toList());
  }

  private JsonArray byPolicy() {
    return Json.array(
        byPolicy.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<String, SortedMap<Turn, Long>>>comparingLong(
                        each -> -sum(each.getValue()))
                    .thenComparing(Map.Entry::getKey))
            .limit(MOST_SHOWN)
            .map(each ->
                Json.object()
                    .put("policy", each.getKey())
                    .put("count", sum(each.getValue()))
                    .put(
                        "flips",
                        Json.array(
                            each.getValue().entrySet().stream()
                                .map(turn -> turn(turn.getKey(), turn.getValue()).build())
                                .toList()))
                    .build())
            .toList());
  }

  private JsonArray byAttribute() {
    return Json.array(
        byAttribute.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<String, Long>>comparingLong(each -> -each.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(MOST_SHOWN)
            .map(each ->
                Json.object().put("attribute", each.getKey()).put("count", each.getValue()).build())
            .toList());
  }

  private static long sum(SortedMap<Turn, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Json.Builder turn(Turn turn, long count) {
    return Json.object()
        .put("from", turn.from().word())
        .put("to", turn.to().word())
        .put("count", count);
  }
}
