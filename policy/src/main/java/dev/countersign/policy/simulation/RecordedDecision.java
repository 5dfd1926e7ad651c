package dev.countersign.policy.simulation;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.policy.AttributePath;
import dev.countersign.policy.Decision;
import dev.countersign.policy.ListedGrounds;
import dev.countersign.policy.Reason;
import dev.countersign.policy.Request;
import dev.countersign.policy.check.CheckRecord;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// A decision as the ledger keeps it, read back.
///
/// @param policies the digest of what decided
/// @param declaredKeys the metadata keys that the tenant had declared
/// @param leftOut attributes that the request had and the record has not
public record RecordedDecision(
    UUID decisionId,
    Instant evaluatedAt,
    int version,
    Optional<Digest> policies,
    SortedSet<String> declaredKeys,
    SortedSet<AttributePath> leftOut,
    Request request,
    Given given) {

  public RecordedDecision {
    declaredKeys = Collections.unmodifiableSortedSet(new TreeSet<>(declaredKeys));
    leftOut = Collections.unmodifiableSortedSet(new TreeSet<>(leftOut));
  }

  /// The answer that was given, as far as it is recorded: a message is its version's.
  ///
  /// @param weights the reasons in their order, each as `key:points`
  public record Given(
      Answer answer,
      int score,
      String reason,
      List<String> weights,
      List<String> determining,
      List<String> errored,
      List<String> monitored) {
    public Given {
      weights = List.copyOf(weights);
      determining = List.copyOf(determining);
      errored = List.copyOf(errored);
      monitored = List.copyOf(monitored);
    }

    static Given of(Decision decision) {
      var grounds = ListedGrounds.of(decision.grounds());
      return new Given(
          Answer.of(decision),
          decision.grounds().score(),
          decision.reason(),
          grounds.reasons().stream().map(Reason::json).map(Given::weight).toList(),
          grounds.determining(),
          grounds.errored(),
          grounds.monitored());
    }

    private static Given read(JsonObject details) {
      return new Given(
          Answer.of(needed(details.text("outcome"), "outcome")),
          needed(details.number("risk_score"), "risk_score").intValue(),
          needed(details.text("reason"), "reason"),
          details.items("reasons").stream()
              .map(item -> item instanceof JsonObject reason ? weight(reason) : "?")
              .toList(),
          texts(details.items("determining_policies")),
          texts(details.items("errored_policies")),
          texts(details.items("monitored_policies")));
    }

    private static String weight(JsonObject reason) {
      return reason.text("policy").orElse("?")
          + ":"
          + reason.number("points").map(Double::intValue).orElse(-1);
    }
  }

  /// Reads the details of an entry `decision.made`; throws IllegalArgumentException for anything
  /// that is none.
  public static RecordedDecision read(JsonObject details) {
    requireKnown(details.text("shape"));
    try {
      return new RecordedDecision(
          UUID.fromString(needed(details.text("decision_id"), "decision_id")),
          Instant.parse(needed(details.text("evaluated_at"), "evaluated_at")),
          needed(details.number("policy_version"), "policy_version").intValue(),
          details.text("policies_digest").flatMap(Digest::parse),
          new TreeSet<>(texts(details.items("declared_keys"))),
          paths(details.items("left_out")),
          Request.from(needed(details.object("request"), "request")),
          Given.read(details));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("the record's time is none", e);
    }
  }

  // Records that say nothing of themselves are from before records did. What a later release
  // writes, an earlier one does not know how to read.
  private static void requireKnown(Optional<String> shape) {
    if (!shape.orElse(CheckRecord.SHAPE).equals(CheckRecord.SHAPE)) {
      throw new IllegalArgumentException("the record's shape is not known");
    }
  }

  /// The threshold under which it was decided, as policies saw it.
  Optional<Integer> threshold() {
    return request
        .context()
        .object("tenant")
        .flatMap(tenant -> tenant.number("max_risk_score"))
        .map(Double::intValue);
  }

  // A path in a record is an array of names: a key may hold a dot.
  private static SortedSet<AttributePath> paths(List<Json> items) {
    var paths = new TreeSet<AttributePath>();
    for (var item : items) {
      if (!(item instanceof Json.JsonArray(var names))) {
        throw new IllegalArgumentException("`left_out` must hold arrays of names");
      }
      paths.add(new AttributePath(texts(names)));
    }
    return paths;
  }

  private static List<String> texts(List<Json> items) {
    var texts = new ArrayList<String>();
    for (var item : items) {
      if (!(item instanceof JsonString(var text))) {
        throw new IllegalArgumentException("the record has something else where a name belongs");
      }
      texts.add(text);
    }
    return texts;
  }

  private static <T> T needed(Optional<T> value, String name) {
    return value.orElseThrow(
        () -> new IllegalArgumentException("the record has no `" + name + "`"));
  }
}
