package dev.countersign.trust.predict.threshold;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.Severity;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was certified for each action type, for one version of a model. Immutable.
///
/// A sample that grows is looked at more than once, and whoever takes the first look that pleases
/// him promises too much. So looks are few and planned: when the sample has [#FIRST] outcomes, and
/// whenever it has doubled since. A lowered budget asks another question of the same outcomes: that
/// is one more test, on the sample of the last planned look and no other, so that nobody chooses
/// its size by choosing the moment. Test k of a type, of either kind, has the risk d/(k(k + 1)),
/// and all together have d (Bonferroni), for budgets that were not chosen by what the sample
/// showed. The latest test's word replaces the earlier ones'.
///
/// @param version of the model whose predictions they are thresholds of; 0 before there is one
/// @param harmFrom the mildest severity that is sure to be harm in the samples' labels
/// @param since what was proposed before is no part of a sample: after a drift it starts anew
/// @param of by action type
public record Thresholds(
    int version, Severity harmFrom, Optional<Instant> since, SortedMap<String, Looked> of) {

  /// How likely it is that any of a type's thresholds lets through more harm than its budget. A
  /// constant: a tenant sets the budget, not the confidence.
  static final double RISK = 0.05;

  /// The size of the sample at the first look.
  static final int FIRST = 200;

  public static final Thresholds NONE =
      new Thresholds(0, Sampled.HARM_FROM, Optional.empty(), new TreeMap<>());

  /// The word of the latest test.
  ///
  /// @param looks how many planned ones there were
  /// @param tests the same with those for lowered budgets
  public record Looked(int looks, int tests, Threshold threshold) {
    static final Looked NEVER = new Looked(0, 0, new Threshold.None(0));

    /// Another test, on as much of the sample as is planned for a look.
    Looked tested(int look, List<Double> candidates, List<Sampled> sample, double budget) {
      int test = tests + 1;
      double confidence = 1 - RISK / (test * (test + 1.0));
      var planned = sample.subList(0, planned(look));
      return new Looked(look, test, LearnThenTest.certify(candidates, planned, budget, confidence));
    }

    /// Whether the threshold was certified for more harm than is accepted now.
    boolean overtaken(double budget) {
      return threshold instanceof Threshold.Certified certified && !certified.keepsTo(budget);
    }

    JsonObject toJson() {
      return Json.object()
          .put("looks", looks)
          .put("tests", tests)
          .put("threshold", threshold.toJson())
          .build();
    }

    /// Before budgets were compared, every test was a planned look.
    static Looked fromJson(JsonObject json) {
      double looks = json.number("looks").orElse(0.0);
      return new Looked(
          (int) looks,
          json.number("tests").orElse(looks).intValue(),
          Threshold.fromJson(
              json.object("threshold")
                  .orElseThrow(() -> new IllegalArgumentException("a threshold is damaged"))));
    }
  }

  /// What is certified of a type.
  ///
  /// @param most the largest risk that is admitted
  public record Limit(double most, double budget) {}

  public Thresholds {
    of = Collections.unmodifiableSortedMap(new TreeMap<>(of));
  }

  /// Of a version whose past says nothing from before a moment.
  public static Thresholds beginning(int version, Optional<Instant> since) {
    return new Thresholds(version, Sampled.HARM_FROM, since, new TreeMap<>());
  }

  /// Of another version that begins to serve: what ended these samples ended its earlier ones too.
  public Thresholds serving(int next) {
    return new Thresholds(next, harmFrom, since, new TreeMap<>());
  }

  /// Whether labels may be among the samples that passed over harm: none of these is in force, and
  /// samples have to start anew.
  public boolean doubtful() {
    return harmFrom != Sampled.HARM_FROM;
  }

  /// The threshold of an action type under a version; none where nothing was tested for both.
  public Threshold threshold(String actionType, int asked) {
    return asked == version && !doubtful() ? looked(actionType).threshold() : new Threshold.None(0);
  }

  private Looked looked(String actionType) {
    return of.getOrDefault(actionType, Looked.NEVER);
  }

  /// How large a type's sample has to be for the next look.
  public int next(String actionType) {
    return planned(looked(actionType).looks() + 1);
  }

  private static int planned(int look) {
    return FIRST << Math.min(look - 1, 20);
  }

  /// Looks at a type's sample if it is large enough for the next look, or if what is certified was
  /// certified for more harm than the budget; else stays as it is. A raised budget waits for the
  /// next planned look: until then the stricter threshold holds.
  ///
  /// @param candidates fixed before the sample was drawn
  /// @param sample in the order of proposing, without a gap
  /// @param budget the highest harm rate that is accepted
  public Thresholds looking(
      String actionType, List<Double> candidates, List<Sampled> sample, double budget) {
    var before = looked(actionType);
    var looked = before;
    while (sample.size() >= planned(looked.looks() + 1)) {
      looked = looked.tested(looked.looks() + 1, candidates, sample, budget);
    }
    if (looked.overtaken(budget) && sample.size() >= planned(looked.looks())) {
      looked = looked.tested(looked.looks(), candidates, sample, budget);
    }
    if (looked.equals(before)) {
      return this;
    }
    var more = new TreeMap<>(of);
    more.put(actionType, looked);
    return new Thresholds(version, harmFrom, since, more);
  }

  /// Up to which risk each action type may run and for which budget, where one is certified.
  public SortedMap<String, Limit> limits() {
    var limits = new TreeMap<String, Limit>();
    of.forEach((type, looked) -> {
      if (looked.threshold() instanceof Threshold.Certified certified) {
        limits.put(type, new Limit(certified.most(), certified.budget()));
      }
    });
    return limits;
  }

  public JsonObject toJson() {
    var thresholds = Json.object();
    of.forEach((type, looked) -> thresholds.put(type, looked.toJson()));
    return Json.object()
        .put("version", version)
        .put("harm_from", harmFrom.word())
        .put("since", since.map(at -> Json.of(at.toString())))
        .put("of", thresholds.build())
        .build();
  }

  /// Reads what [#toJson] wrote, and an empty object as none; throws IllegalArgumentException for
  /// anything else. Before it was noted, labels passed over what the tenant's steps passed over:
  /// nobody knows what, so only severe harm is sure.
  public static Thresholds fromJson(JsonObject json) {
    var of = new TreeMap<String, Looked>();
    json.object("of")
        .ifPresent(members ->
            members
                .members()
                .forEach((type, looked) -> {
                  if (looked instanceof JsonObject object) {
                    of.put(type, Looked.fromJson(object));
                  }
                }));
    int version = json.number("version").orElse(0.0).intValue();
    // Without a version nothing was ever answered, so there is no label of before.
    var unknown = version == 0 ? Sampled.HARM_FROM : Severity.SEVERE;
    return new Thresholds(
        version,
        json.text("harm_from").flatMap(Severity::parse).orElse(unknown),
        json.text("since").map(Instant::parse),
        of);
  }
}
