package dev.countersign.cli.replay;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a replayed log says over time and by group.
///
/// @param spans of equal length that cover the time of all decisions, oldest first
/// @param groups one for each grouping of the mapping
/// @param trust the scope as it was sampled on the way
record Findings(List<Span> spans, List<Group> groups, List<TrustSample> trust) {

  // So many fit side by side.
  private static final int MOST_SPANS = 60;
  private static final int MOST_VALUES = 20;

  private static final List<Duration> LENGTHS =
      List.of(
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(1),
          Duration.ofDays(7),
          Duration.ofDays(28),
          Duration.ofDays(91),
          Duration.ofDays(364));

  Findings {
    spans = List.copyOf(spans);
    groups = List.copyOf(groups);
    trust = List.copyOf(trust);
  }

  /// How decisions ended.
  record Counts(long decided, long rejected, long succeeded, long harmed, long unobserved) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts and(Step.Ending ending) {
      return new Counts(
          decided + 1,
          rejected + (ending == Step.Ending.REJECTED ? 1 : 0),
          succeeded + (ending == Step.Ending.SUCCEEDED ? 1 : 0),
          harmed + (ending == Step.Ending.HARMED ? 1 : 0),
          unobserved + (ending == Step.Ending.UNOBSERVED ? 1 : 0));
    }

    Counts and(Counts other) {
      return new Counts(
          decided + other.decided,
          rejected + other.rejected,
          succeeded + other.succeeded,
          harmed + other.harmed,
          unobserved + other.unobserved);
    }

    /// Had all of them run by themselves.
    long wrong() {
      return rejected + harmed;
    }

    /// The range in which the share of wrong ones lies with 95%: Wilson's (1927).
    Range wrongShare() {
      if (decided == 0) {
        return new Range(0, 1);
      }
      double z = 1.96;
      double n = decided;
      double share = wrong() / n;
      double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
      double half = z / (1 + z * z / n) * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
      return new Range(Math.max(0, middle - half), Math.min(1, middle + half));
    }

    JsonObject json() {
      return Json.object()
          .put("decided", decided)
          .put("rejected", rejected)
          .put("succeeded", succeeded)
          .put("harmed", harmed)
          .put("unobserved", unobserved)
          .put("wrong", wrong())
          .put("wrong_share_lowest", wrongShare().lowest())
          .put("wrong_share_highest", wrongShare().highest())
          .build();
    }
  }

  record Range(double lowest, double highest) {}

  record Span(Instant from, Duration length, Counts counts) {}

  record Group(String title, List<Value> values) {
    Group {
      values = List.copyOf(values);
    }
  }

  record Value(String name, Counts counts) {}

  /// @param state whose endings are those of all decisions of the time line, in their order
  static Findings of(TimeLine timeLine, ReplayState state, List<Grouping> groupings) {
    var decided = new ArrayList<Event.Decided>();
    for (var event : timeLine.events()) {
      if (event instanceof Event.Decided made) {
        decided.add(made);
      }
    }
    if (decided.size() != state.endings().size()) {
      throw new IllegalArgumentException("a decision has no ending");
    }
    var groups = new ArrayList<Group>();
    for (int i = 0; i < groupings.size(); i++) {
      groups.add(group(groupings.get(i), i, decided, state.endings()));
    }
    return new Findings(spans(decided, state.endings()), groups, state.samples());
  }

  private static List<Span> spans(List<Event.Decided> decided, List<Step.Ending> endings) {
    if (decided.isEmpty()) {
      return List.of();
    }
    var first = decided.getFirst().at();
    var whole = Duration.between(first, decided.getLast().at());
    var length =
        LENGTHS.stream()
            .filter(each -> whole.dividedBy(each) < MOST_SPANS)
            .findFirst()
            .orElse(whole.dividedBy(MOST_SPANS - 1));
    var begin =
        length.compareTo(Duration.ofDays(1)) >= 0 ? first.truncatedTo(ChronoUnit.DAYS) : first;
    var counts = new TreeMap<Long, Counts>();
    for (int i = 0; i < decided.size(); i++) {
      long at = Duration.between(begin, decided.get(i).at()).dividedBy(length);
      counts.put(at, counts.getOrDefault(at, Counts.NONE).and(endings.get(i)));
    }
    var spans = new ArrayList<Span>();
    for (long at = 0; at <= counts.lastKey(); at++) {
      spans.add(
          new Span(
              begin.plus(length.multipliedBy(at)), length, counts.getOrDefault(at, Counts.NONE)));
    }
    return spans;
  }

  /// Bands in their order; of words the most frequent by themselves, the others together.
  private static Group group(
      Grouping grouping, int index, List<Event.Decided> decided, List<Step.Ending> endings) {
    Map<String, Counts> counts = new TreeMap<>();
    for (int i = 0; i < decided.size(); i++) {
      var value = decided.get(i).subject().groups().get(index);
      counts.put(value, counts.getOrDefault(value, Counts.NONE).and(endings.get(i)));
    }
    var labels = grouping.labels();
    Comparator<Value> order =
        labels.isEmpty()
            // Stable: of equals the first by name.
            ? Comparator.comparingLong((Value value) -> value.counts().decided()).reversed()
            : Comparator.comparingInt(value -> place(labels, value.name()));
    var values =
        counts.entrySet().stream()
            .map(each -> new Value(each.getKey(), each.getValue()))
            .sorted(order)
            .toList();
    if (!labels.isEmpty() || values.size() <= MOST_VALUES) {
      return new Group(grouping.title(), values);
    }
    var shown = new ArrayList<>(values.subList(0, MOST_VALUES - 1));
    var others =
        values.subList(MOST_VALUES - 1, values.size()).stream()
            .map(Value::counts)
            .reduce(Counts.NONE, Counts::and);
    shown.add(new Value((values.size() - MOST_VALUES + 1) + " others", others));
    return new Group(grouping.title(), shown);
  }

  /// What is in no band comes last.
  private static int place(List<String> labels, String name) {
    int at = labels.indexOf(name);
    return at < 0 ? labels.size() : at;
  }

  JsonArray spansJson() {
    return Json.array(
        spans.stream()
            .map(span ->
                span.counts()
                    .json()
                    .with("from", Json.of(span.from().toString()))
                    .with("to", Json.of(span.from().plus(span.length()).toString())))
            .toList());
  }

  JsonArray trustJson() {
    return Json.array(trust.stream().map(TrustSample::json).toList());
  }

  JsonArray groupsJson() {
    return Json.array(
        groups.stream()
            .map(group ->
                Json.object()
                    .put("title", group.title())
                    .put(
                        "values",
                        Json.array(
                            group.values().stream()
                                .map(value ->
                                    value.counts().json().with("value", Json.of(value.name())))
                                .toList()))
                    .build())
            .toList());
  }
}
