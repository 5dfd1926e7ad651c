package dev.countersign.trust.predict.drift;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.features.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// A feature that is watched: its bins, and what fell into them before and since.
///
/// @param reference counts of cases from which the bins were not fixed
/// @param since counts of what came after them
record Watched(String name, Bins bins, List<Long> reference, List<Long> since) {
  Watched {
    reference = List.copyOf(reference);
    since = List.copyOf(since);
    if (reference.size() != bins.count() || since.size() != bins.count()) {
      throw new IllegalArgumentException("a watched feature is damaged");
    }
  }

  static Watched of(String name, Bins bins) {
    var none = Collections.nCopies(bins.count(), 0L);
    return new Watched(name, bins, none, none);
  }

  Watched withReference(Optional<Value> value) {
    return new Watched(name, bins, plus(reference, bins.bin(value)), since);
  }

  Watched with(Optional<Value> value) {
    return new Watched(name, bins, reference, plus(since, bins.bin(value)));
  }

  private static List<Long> plus(List<Long> counts, int bin) {
    var more = new ArrayList<>(counts);
    more.set(bin, more.get(bin) + 1);
    return more;
  }

  /// The smoothed conformal p-value of a value among all before it: uniform and independent of the
  /// earlier ones while all are exchangeable (Vovk, Nouretdinov & Gammerman 2003).
  ///
  /// @param u uniform, independent of the values
  double rank(Optional<Value> value, double u) {
    int bin = bins.bin(value);
    double after = 0;
    double with = 1;
    double all = 1;
    for (int i = 0; i < bins.count(); i++) {
      long count = reference.get(i) + since.get(i);
      all += count;
      after += i > bin ? count : 0;
      with += i == bin ? count : 0;
    }
    return (after + u * with) / all;
  }

  /// The population stability index of what came since against the reference, with half a case in
  /// each bin so that it is finite. Shown; the alarm is not its.
  double stability() {
    double before = reference.stream().mapToLong(Long::longValue).sum() + bins.count() / 2.0;
    double after = since.stream().mapToLong(Long::longValue).sum() + bins.count() / 2.0;
    double sum = 0;
    for (int i = 0; i < bins.count(); i++) {
      double p = (reference.get(i) + 0.5) / before;
      double q = (since.get(i) + 0.5) / after;
      sum += (q - p) * StrictMath.log(q / p);
    }
    return sum;
  }

  JsonObject toJson() {
    return Json.object()
        .put("name", name)
        .put("bins", bins.toJson())
        .put("reference", Json.array(reference.stream().map(Json::of).toList()))
        .put("since", Json.array(since.stream().map(Json::of).toList()))
        .build();
  }

  static Watched fromJson(JsonObject json) {
    return new Watched(
        json.text("name").orElseThrow(Watched::damaged),
        Bins.fromJson(json.object("bins").orElseThrow(Watched::damaged)),
        counts(json, "reference"),
        counts(json, "since"));
  }

  private static List<Long> counts(JsonObject json, String name) {
    var counts = new ArrayList<Long>();
    for (var item : json.items(name)) {
      if (item instanceof JsonNumber(var value)) {
        counts.add((long) value);
      }
    }
    return counts;
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("a watched feature is damaged");
  }
}
