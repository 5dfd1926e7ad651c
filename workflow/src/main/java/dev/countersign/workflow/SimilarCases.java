package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// What became of the cases that were most like this one, for a person who has to decide about it.
///
/// Likeness is Gower's (1971): of each attribute how far apart the values are, from 0 to 1, and the
/// mean of all; a number by the range that the cases have, anything else by whether it is the same.
/// All that are near are counted, whatever became of them, and nothing that a model predicted is
/// among it: in mode observe a person decides without it.
///
/// @param compared how many earlier ones were looked at
/// @param nearest at most [#MOST], nearest first; of two as near the newer
public record SimilarCases(int compared, List<Near> nearest) {

  /// More would not be near.
  public static final int MOST = 20;

  /// One with its distance, 0 to 1.
  public record Near(PastCase past, double distance) {}

  public SimilarCases {
    nearest = List.copyOf(nearest);
  }

  /// The nearest of `past`, which MUST be given newest first.
  public static SimilarCases of(JsonObject attributes, List<PastCase> past) {
    var ranges = ranges(attributes, past);
    var near = new ArrayList<Near>();
    for (var one : past) {
      near.add(new Near(one, distance(attributes, one.attributes(), ranges)));
    }
    near.sort(Comparator.comparingDouble(Near::distance)); // stable: the newer stays in front
    return new SimilarCases(past.size(), near.subList(0, Math.min(MOST, near.size())));
  }

  private static SortedMap<String, Double> ranges(JsonObject attributes, List<PastCase> past) {
    var ranges = new TreeMap<String, Double>();
    for (var name : attributes.members().keySet()) {
      var values = new TreeSet<Double>();
      attributes.number(name).ifPresent(values::add);
      past.forEach(one -> one.attributes().number(name).ifPresent(values::add));
      if (values.size() > 1) {
        ranges.put(name, values.last() - values.first());
      }
    }
    return ranges;
  }

  private static double distance(
      JsonObject one, JsonObject other, SortedMap<String, Double> ranges) {
    var names = new TreeSet<>(one.members().keySet());
    names.addAll(other.members().keySet());
    if (names.isEmpty()) {
      return 0;
    }
    double sum = 0;
    for (var name : names) {
      sum += apart(one.member(name), other.member(name), Optional.ofNullable(ranges.get(name)));
    }
    return sum / names.size();
  }

  private static double apart(Optional<Json> one, Optional<Json> other, Optional<Double> range) {
    if (one.equals(other)) {
      return 0;
    }
    if (range.isPresent()
        && one.orElse(Json.NULL) instanceof JsonNumber(var left)
        && other.orElse(Json.NULL) instanceof JsonNumber(var right)) {
      return Math.min(1, Math.abs(left - right) / range.get());
    }
    return 1;
  }

  /// How often people let the near ones pass, of those about which they decided.
  public Share approved() {
    return share(PastCase::decided, PastCase::approved);
  }

  /// How often they went well, of those of which somebody said so.
  public Share succeeded() {
    return share(one -> one.success().isPresent(), one -> one.success().orElse(false));
  }

  /// How often they did harm, of those of which somebody said how they went.
  public Share harmed() {
    return share(
        one -> one.result().isPresent(),
        one -> one.result().filter(PastCase.Result::harm).isPresent());
  }

  private Share share(Predicate<PastCase> of, Predicate<PastCase> counted) {
    var among = nearest.stream().map(Near::past).filter(of).toList();
    return new Share(among.stream().filter(counted).count(), among.size());
  }

  public JsonObject json(SortedSet<String> by) {
    var states = new TreeMap<String, Long>();
    nearest.forEach(near -> states.merge(near.past().state().word(), 1L, Long::sum));
    var counts = Json.object();
    states.forEach(counts::put);
    long missing =
        nearest.stream()
            .map(Near::past)
            .filter(one -> one.executed() && one.success().isEmpty())
            .count();
    return Json.object()
        .put("compared", compared)
        .put("nearest", nearest.size())
        .put("by", Json.strings(by))
        .put("states", counts.build())
        .put("approved", approved().json())
        .put("succeeded", succeeded().json())
        .put("harmed", harmed().json())
        .put("without_outcome", missing)
        .put("cases", Json.array(nearest.stream().map(SimilarCases::line).toList()))
        .build();
  }

  private static JsonObject line(Near near) {
    var past = near.past();
    return Json.object()
        .put("proposal_id", past.proposalId().toString())
        .put("case_id", past.caseId().toString())
        .put("distance", Math.round(near.distance() * 1_000) / 1_000.0)
        .put("state", past.state().word())
        .put("success", past.success().map(JsonBoolean::new))
        .put("severity", past.result().map(result -> Json.of(result.severity().word())))
        .put("created_at", past.createdAt().toString())
        .build();
  }
}
