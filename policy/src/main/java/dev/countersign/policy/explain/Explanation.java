package dev.countersign.policy.explain;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.AttributePath;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Effect;
import dev.countersign.policy.PolicyDecisionPoint.Ready;
import dev.countersign.policy.Request;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.Checked;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// How a recorded check stands today, and the smallest change that would be permitted.
///
/// Found by asking: changed requests are read and decided like any other, first those that differ
/// in one attribute, then those that differ in two, in the order of [SearchSpace]. Computed on
/// demand; takes up to some seconds.
///
/// @param suggestions all of the same number of changes, one for each choice of attributes; empty
///   unless the outcome is [Outcome#FOUND]
/// @param today what the request as it was recorded is answered now; empty if it cannot be asked
/// @param problems why it cannot be asked any more
/// @param fixed what the refusing policies read and no caller can change
public record Explanation(
    Outcome outcome,
    Optional<Decision> today,
    List<Suggestion> suggestions,
    List<Tried> tried,
    int evaluations,
    SortedSet<AttributePath> fixed,
    List<Violation> problems) {

  /// The whole space of a tenant with a few dozen policies; each takes some microseconds.
  public static final int MOST_EVALUATIONS = 20_000;

  public static final int MOST_SUGGESTIONS = 5;

  /// For sets that are larger, or conditions that are slower, than that.
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /// What came of the search.
  public enum Outcome {
    /// As it is, it would be permitted now.
    PERMITTED("permitted"),
    FOUND("found"),
    /// No change of one or two attributes in the space is permitted.
    NONE_FOUND("none_found"),
    /// None was found in the part of the space that there was room for.
    NOT_EXHAUSTED("not_exhausted"),
    /// What the tenant declares has changed: the request would be refused as malformed.
    NOT_ASKABLE("not_askable");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// Another value for one attribute of the request.
  ///
  /// @param from empty if the caller had said nothing
  public record Change(String attribute, Optional<Json> from, Json to) {
    JsonObject json() {
      return Json.object()
          .put("attribute", attribute)
          .put("from", from.orElse(Json.NULL))
          .put("to", to)
          .build();
    }
  }

  /// Changes that together are permitted, with the answer that they got.
  public record Suggestion(List<Change> changes, Decision decision) {
    public Suggestion {
      changes = List.copyOf(changes);
    }

    JsonObject json() {
      return Json.object()
          .put("changes", Json.array(changes.stream().map(Change::json).toList()))
          .put("outcome", decision.word())
          .put("risk_score", decision.grounds().score())
          .build();
    }
  }

  /// An attribute of the space and how many values it has there.
  public record Tried(String attribute, int values) {}

  public Explanation {
    suggestions = List.copyOf(suggestions);
    tried = List.copyOf(tried);
    problems = List.copyOf(problems);
    fixed = Collections.unmodifiableSortedSet(new TreeSet<>(fixed));
  }

  /// Whether a recorded request is one that can be explained: that of a check.
  public static boolean possible(Request recorded) {
    return AskedAgain.possible(recorded);
  }

  /// Explains a recorded request under what is in force.
  ///
  /// Throws IllegalArgumentException for one that is not [#possible].
  public static Explanation of(Request recorded, TenantPolicies policies) {
    var asked = AskedAgain.of(recorded);
    Checked today;
    try {
      today = asked.ask(asked.body(), policies);
    } catch (Refusal.Invalid notAskable) {
      return new Explanation(
          Outcome.NOT_ASKABLE,
          Optional.empty(),
          List.of(),
          List.of(),
          1,
          new TreeSet<>(),
          notAskable.violations());
    }
    if (today.decision().allowed()) {
      return new Explanation(
          Outcome.PERMITTED,
          Optional.of(today.decision()),
          List.of(),
          List.of(),
          1,
          new TreeSet<>(),
          List.of());
    }
    var search = new Search(asked, policies, SearchSpace.of(today.request(), policies), LONGEST);
    var suggestions = search.smallest();
    var outcome =
        !suggestions.isEmpty()
            ? Outcome.FOUND
            : search.complete() ? Outcome.NONE_FOUND : Outcome.NOT_EXHAUSTED;
    return new Explanation(
        outcome,
        Optional.of(today.decision()),
        suggestions,
        search.tried(),
        search.evaluations(),
        fixed(today, policies),
        List.of());
  }

  /// What is not the caller's to change: who he is, and what the tenant set.
  private static SortedSet<AttributePath> fixed(Checked today, TenantPolicies policies) {
    var refusing = today.decision().grounds().determining();
    var tenant = AttributePath.of("context", "tenant");
    var paths = new TreeSet<AttributePath>();
    for (Ready ready : policies.point().ready()) {
      var policy = ready.policy();
      // Of a denial by default it is the permits that might have helped.
      boolean concerned =
          refusing.isEmpty()
              ? policy.effect() instanceof Effect.Permit
                  && policy.appliesTo().covers(today.request())
              : refusing.contains(policy.key());
      if (concerned) {
        ready.condition().reads().paths().stream()
            .filter(path -> path.variable().equals("subject") || path.overlaps(tenant))
            .forEach(paths::add);
      }
    }
    return paths;
  }

  public JsonObject json() {
    return Json.object()
        .put("result", outcome.word())
        .put("today", today.map(Explanation::answer).orElse(JsonObject.EMPTY))
        .put("suggestions", Json.array(suggestions.stream().map(Suggestion::json).toList()))
        .put(
            "tried",
            Json.array(
                tried.stream()
                    .map(each ->
                        Json.object()
                            .put("attribute", each.attribute())
                            .put("values", each.values())
                            .build())
                    .toList()))
        .put("evaluations", evaluations)
        .put("fixed", Json.strings(fixed.stream().map(AttributePath::toString).toList()))
        .put(
            "problems",
            Json.array(
                problems.stream()
                    .map(problem ->
                        Json.object()
                            .put("pointer", problem.pointer())
                            .put("code", problem.code())
                            .put("message", problem.message())
                            .build())
                    .toList()))
        .build();
  }

  private static JsonObject answer(Decision decision) {
    return Json.object()
        .put("outcome", decision.word())
        .put("risk_score", decision.grounds().score())
        .put("reason", decision.reason())
        .build();
  }
}
